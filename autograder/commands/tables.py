"""Results as tables for a terminal. Names and texts come from students: nothing in them acts."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.commands.doctor import Finding
from autograder.submission.result import Marks, Result
from autograder.text import shorten

if TYPE_CHECKING:  # it brings nbgrader, which takes a second
    from autograder.class_run.comparison.marks import Difference


def console(stderr: bool = False) -> Console:
    """The terminal; in a pipe, which has no width, lines are long enough for a table."""
    found = Console(stderr=stderr, highlight=False)
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, width=140)


def plain(text: str, limit: int = 200) -> Text:
    """The text on one line, without markup and control characters."""
    return Text(shorten(text, limit))


def by_student(results: Iterable[Result]) -> Table:
    """A row for each student: points of maximum, notebooks handed in, the first named mistake."""
    table = _table("student", "score", "by hand", "notebooks", "first mistake")
    for result in results:
        table.add_row(
            plain(result.student, limit=40),
            *(("ungraded", "") if result.ungraded else _points(result.marks)),
            f"{len(result.mistakes)} of {len(result.marks)}" if result.marks else "",
            plain(result.ungraded or result.first_mistake()),
        )
    return table


def by_notebook(results: Iterable[Result]) -> Table:
    """A row for each notebook of each student: points of maximum, the first named mistake."""
    table = _table("student", "notebook", "score", "by hand", "first mistake")
    for result in results:
        student = plain(result.student, limit=40)
        if result.ungraded:
            table.add_row(student, "", "ungraded", "", plain(result.ungraded))
        for marks in result.marks:
            mistake = plain(result.first_mistake(marks.notebook))
            table.add_row(student, plain(marks.notebook, limit=40), *_points([marks]), mistake)
        table.add_section()
    return table


def by_difference(differences: "Iterable[tuple[Difference, Sequence[str]]]") -> Table:
    """A row for each difference between stock nbgrader's marks and ours, with those who have it."""
    table = _table("notebook", "cell", "students", "stock", "ours", "why")
    for found, students in differences:
        named = ", ".join(students[:3]) + (f" and {len(students) - 3} more" * (len(students) > 3))
        marks = (f"{_mark(mark)} / {found.points:g}" for mark in (found.stock, found.ours))
        why = f"stock: {found.stock_reason or 'passed'}; ours: {found.our_reason or 'passed'}"
        names = (plain(text, limit=40) for text in (found.notebook, found.cell, named))
        table.add_row(*names, *marks, plain(why, limit=500))
    return table


def _mark(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def by_layer(findings: Iterable[Finding]) -> Table:
    """A row for each finding: of an escape that was tried, what stops it, and whether it did."""
    table = _table("held", "tried", "stopped by")
    for finding in findings:
        sign = Text("✓", "green") if finding.held else Text("✗ no", "bold red")
        table.add_row(sign, plain(finding.what), plain(finding.stopped_by))
    return table


def _table(*columns: str) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column != columns[-1])
    return table


def _points(marks: Sequence[Marks]) -> tuple[str, str]:
    """ "62.5 / 100", with the penalty taken off, and the points that wait for a grader."""
    score = sum(max(0.0, m.score - m.penalty) for m in marks)
    late = sum(m.penalty for m in marks)
    waiting = sum(m.to_review for m in marks)
    text = f"{score:g} / {sum(m.max_score for m in marks):g}"
    return (f"{text} (late: -{late:g})" if late else text), f"{waiting:g}" if waiting else ""
