"""From the command to the first result on the screen: `python -m benchmarks.first_result`.

Each run is a new process on a class that is not graded yet, stopped at its first result. The files
that it reads may lie in the system's cache, as after the course was made.
"""

from benchmarks import courses
from benchmarks.common import Row, options, say, scratch, show
from benchmarks.stream import grade

TARGET = 6  # seconds


def rows(submissions: int, runs: int) -> list[Row]:
    """Seconds from the start of `autograder grade softmax --json` to the first line of stdout."""
    found = []
    with scratch() as root:
        course = courses.softmax_course(root / "course", submissions)
        for run in range(runs):
            fresh = courses.copy(course, root / "ours")
            found += grade(fresh, "softmax", first=True).seconds
            say(f"run {run}: first result after {found[-1]:.2f} s")
    how = f"`autograder grade softmax --json`, {submissions} submissions of 5 notebooks"
    return [Row("first result after the command is typed", found, "s", TARGET, False, how)]


def main() -> None:
    """Measure and print."""
    show(rows(**vars(options(__doc__ or "", runs=5).parse_args())))


if __name__ == "__main__":
    main()
