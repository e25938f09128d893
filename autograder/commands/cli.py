"""The command line: `autograder grade`, `watch`, `check`, `compare` and `doctor`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from autograder.commands.terminal import say
from autograder.errors import AutograderError


class Sandbox(StrEnum):
    """Whether students' code runs in a sandbox."""

    ON = "on"
    OFF = "off"


SandboxOption = Annotated[
    Sandbox | None,
    typer.Option(help="off: students' code gets all your rights. Every report then says so."),
]
CourseOption = Annotated[Path, typer.Option(help="The course folder.")]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Grade notebooks with the student's code and the tests in different processes."""


@app.command()
def grade(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    student: Annotated[
        list[str] | None, typer.Option(help="Only this student; repeatable.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is graded.")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Worker processes; by default one for each core.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Draws the inputs of hidden tests; else kept, or new.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")] = (
        False
    ),
    dask: Annotated[
        str, typer.Option(help="A Dask scheduler's address, or 'local': its workers grade.")
    ] = "",
    sandbox: SandboxOption = None,
    course: CourseOption = Path(),
) -> None:
    """Grade the submissions of an assignment, as `nbgrader autograde` does.

    Grades what is new or has changed. Exits with 1 when a submission stays ungraded, and with 130
    after Ctrl-C, which keeps what is done.
    """
    from autograder.commands.grade import Choice, main

    students = tuple(student or ())
    chosen = Choice(assignment, students, force, jobs, seed, json, sandbox, dask)
    raise typer.Exit(main(course.resolve(), chosen))


@app.command()
def watch(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Worker processes; by default one for each core.")
    ] = None,
    feedback: Annotated[bool, typer.Option(help="Write the feedback pages.")] = True,
    release: Annotated[
        bool, typer.Option("--release", help="Put them into the exchange, for students to fetch.")
    ] = False,
    inbound: Annotated[
        bool | None,
        typer.Option(
            "--inbound/--submitted",
            help="Collect from the exchange, or not; by default where it has an inbound folder.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")] = (
        False
    ),
    sandbox: SandboxOption = None,
    course: CourseOption = Path(),
) -> None:
    """Grade submissions as they arrive, and write feedback, until Ctrl-C or SIGTERM.

    Grades at its start what is there and new, and never again what has not changed.
    """
    from autograder.commands.watch import Choice, main

    chosen = Choice(assignment, jobs, feedback, release, inbound, json, sandbox)
    raise typer.Exit(main(course.resolve(), chosen))


@app.command()
def check(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    sandbox: SandboxOption = None,
    course: CourseOption = Path(),
) -> None:
    """Grade the instructor's own solution: do it after each `nbgrader generate_assignment`.

    Names every test cell that does not give it full marks, why, and what would mend it. Such a cell
    costs no student a point: it waits for a grader. Exits with 1 if there is one.
    """
    from autograder.commands import check as checking

    try:
        code = checking.check(course.resolve(), assignment, sandbox)
    except AutograderError as error:
        say(f"Error: {error}")
        code = 1
    raise typer.Exit(code)


@app.command()
def compare(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    students: Annotated[
        int | None, typer.Option(min=0, help="How many of the class; by default all.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Submissions at a time; by default one a core.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")] = (
        False
    ),
    course: CourseOption = Path(),
) -> None:
    """Grade a class by stock nbgrader and by this engine, and show where the marks differ.

    Both grade copies, which are thrown away; the instructor's own solution is graded with them.
    Stock nbgrader runs the students' code with all your rights. Exits with 1 for a difference.
    """
    from autograder.commands.compare import Choice, main

    raise typer.Exit(main(course.resolve(), Choice(assignment, students, jobs, json)))


@app.command()
def doctor(course: CourseOption = Path()) -> None:
    """Show whether this machine can grade: its GPU, torch and Python, a gradient, and the sandbox.

    Each layer of the sandbox is tried by an escape that must fail. Exits with 1 where grading would
    refuse to start, a right notebook loses points, or an escape succeeds.
    """
    try:
        code = _doctor(course.resolve())
    except AutograderError as error:
        say(f"Error: {error}")
        code = 1
    raise typer.Exit(code)


def _doctor(root: Path) -> int:
    """Examine and print; returns the exit code."""
    from autograder.commands import machine, tables
    from autograder.commands.doctor import examine
    from autograder.limits import Limits

    limits, hidden, gpus = Limits(), [str(root)], False
    if (root / "nbgrader_config.py").exists():
        from autograder.class_run.runner import Runner
        from autograder.plugin.steps import Grade

        runner = Runner(root)
        settings, hidden = Grade(config=runner.config), runner.course.private_folders()
        limits, gpus = settings.limits(), settings.gpus
    tables.console().print(tables.plain(machine.describe(gpus)))
    findings = list(examine(limits, hidden, gpus=gpus))
    tables.console().print(tables.by_layer(findings))
    failed = [finding for finding in findings if not finding.held]
    for finding in failed:
        say(finding.mend)
    return 1 if failed else 0
