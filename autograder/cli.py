"""The command line: `autograder grade ASSIGNMENT`, `autograder check ASSIGNMENT`."""

from collections.abc import Iterable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.progress import Progress

from autograder.errors import AutograderError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
INTERRUPTED = 130  # the exit code of a program that Ctrl-C stopped
Item = TypeVar("Item")


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
    course: Annotated[Path, typer.Option(help="The course folder.")] = Path(),
) -> None:
    """Grade the submissions of an assignment, as `nbgrader autograde` does.

    Exits with 1 when a submission stays ungraded, and with 130 after Ctrl-C, which keeps what is
    done.
    """
    try:
        code = _grade(course.resolve(), assignment, student or [], force)
    except AutograderError as error:
        _say(f"Error: {error}")
        code = 1
    raise typer.Exit(code)


@app.command()
def check(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    course: Annotated[Path, typer.Option(help="The course folder.")] = Path(),
) -> None:
    """Grade the instructor's own solution: do it after each `nbgrader generate_assignment`.

    Names every test cell that does not give it full marks, such as one that relies on what the
    student's code leaves behind in its own process. Exits with 1 if there is one.
    """
    try:
        code = _check(course.resolve(), assignment)
    except AutograderError as error:
        _say(f"Error: {error}")
        code = 1
    raise typer.Exit(code)


def _check(root: Path, assignment: str) -> int:
    """Rehearse and print; returns the exit code."""
    from autograder import tables
    from autograder.runner import Runner

    runner = Runner(root)
    failed = 0
    with chdir(root):
        for name, verdicts in _with_progress(runner.rehearse(assignment), total=None):
            lost = [verdict for verdict in verdicts if verdict.score < verdict.points]
            failed += len(lost)
            tables.console().print(
                f"{name}: {len(verdicts) - len(lost)} of {len(verdicts)} tests pass"
            )
            for verdict in lost:
                why = verdict.suspect or (verdict.finding.problem if verdict.finding else "")
                tables.console().print(tables.plain(f"  {verdict.grade_id}: {verdict.kind}: {why}"))
    return 1 if failed else 0


def _grade(root: Path, assignment: str, wanted: list[str], force: bool) -> int:
    """Grade and print; returns the exit code."""
    from autograder import tables  # with nbgrader, seconds that --help can spare
    from autograder.runner import Result, Runner

    runner = Runner(root)
    results: list[Result] = []
    interrupted = False
    with chdir(root):  # as for nbgrader: a database may be named relative to the course folder
        students = runner.students(assignment, wanted)
        try:
            grading = runner.grade(assignment, students, force=force)
            for result in _with_progress(grading, len(students)):
                results.append(result)  # one at a time, so that Ctrl-C loses none
        except KeyboardInterrupt:
            interrupted = True
    tables.console().print(tables.by_student(results))
    for result in results:
        for note in result.notes:
            _say(f"{result.student}: {note}")
    ungraded = [result.student for result in results if result.ungraded]
    if ungraded:
        _say(f"Ungraded: {', '.join(ungraded)}")
    if interrupted:
        done = f"{len(results)} of {len(students)} submissions"
        _say(f"Stopped after {done}: they are kept, the same command goes on with the others")
        return INTERRUPTED
    return 1 if ungraded else 0


def _with_progress(items: Iterable[Item], total: int | None) -> Iterator[Item]:
    """The items, with a bar on a terminal's stderr; in a pipe there is none."""
    from autograder.tables import console

    terminal = console(stderr=True)
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        task = progress.add_task("grading", total=total)
        for item in items:
            yield item
            progress.advance(task)


def _say(text: str) -> None:
    from autograder import tables

    tables.console(stderr=True).print(tables.plain(text, limit=2000))
