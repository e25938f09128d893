"""Results as tables for a terminal. Names and texts come from students: nothing in them acts."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from autograder.gradebook import Marks
from autograder.runner import Result


def plain(text: str, limit: int = 200) -> Text:
    """The text with neither markup nor control characters (also those that turn the writing
    direction), in `limit` characters at most."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return Text(kept if len(kept) <= limit else kept[: limit - 1] + "…")


def by_student(results: Iterable[Result]) -> Table:
    """A row for each student: score of maximum, notebooks handed in, the first named mistake."""
    table = _table("student", "score", "notebooks", "first mistake")
    for result in results:
        table.add_row(
            plain(result.student),
            "ungraded" if result.ungraded else _score(result.marks),
            f"{len(result.verdicts)} of {len(result.marks)}" if result.marks else "",
            plain(result.ungraded or result.first_mistake()),
        )
    return table


def by_notebook(results: Iterable[Result]) -> Table:
    """A row for each notebook of each student: score of maximum, the first named mistake."""
    table = _table("student", "notebook", "score", "first mistake")
    for result in results:
        for marks in result.marks:
            table.add_row(
                plain(result.student),
                plain(marks.notebook),
                _score([marks]),
                plain(result.first_mistake(marks.notebook)),
            )
        if result.ungraded:
            table.add_row(plain(result.student), "", "ungraded", plain(result.ungraded))
        table.add_section()
    return table


def _table(*columns: str) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "score" else "left")
    return table


def _score(marks: Iterable[Marks]) -> str:
    """ "62.5 / 100", and what is not in it yet."""
    marks = list(marks)
    score = sum(max(0.0, m.score - m.penalty) for m in marks)
    waiting = sum(m.to_review for m in marks)
    late = sum(m.penalty for m in marks)
    text = f"{score:g} / {sum(m.max_score for m in marks):g}"
    text += f" (late: -{late:g})" if late else ""
    return text + (f" +{waiting:g} by hand" if waiting else "")
