"""What the command `autograder` runs, and `python -m autograder`: `commands.cli`, if it can."""

from autograder.extras import GRADER, need_or_exit


def main() -> None:
    """Run what was typed, or say which extra it needs."""
    need_or_exit("grader", *GRADER)
    from autograder.commands.cli import app

    app(prog_name="autograder")


if __name__ == "__main__":
    main()
