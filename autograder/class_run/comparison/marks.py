"""The marks of test cells, read from graded notebooks: what each road gave, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbformat import v4
from nbgrader.utils import determine_grade

from autograder.course.cross_check import same_mark
from autograder.notebook.roles import grade_id, is_test, points
from autograder.text import shorten
from autograder.verdict import Verdict, waits

Place = tuple[str, str, str]  # student, notebook, cell


@dataclass(frozen=True)
class Mark:
    """What a test cell got. score: None where it waits for a grader."""

    score: float | None
    points: float
    reason: str = ""


@dataclass(frozen=True)
class Difference:
    """A test cell that got another mark by us. A score is None where there is no mark."""

    student: str
    notebook: str
    cell: str
    points: float
    stock: float | None
    ours: float | None
    stock_reason: str
    our_reason: str

    def as_json(self) -> dict[str, Any]:
        """The difference as plain data."""
        return asdict(self)


def stock_marks(root: Path, assignment: str) -> dict[Place, Mark]:
    """What stock nbgrader gave in a copy of the course, as its `determine_grade` reads it."""
    return {place: _stock_mark(cell) for place, cell in _test_cells(root, assignment)}


def our_marks(root: Path, assignment: str) -> dict[Place, Mark]:
    """What we gave in a copy of the course, with the reasons of our verdicts."""
    return {place: _our_mark(cell) for place, cell in _test_cells(root, assignment)}


def differences(
    stock: Mapping[Place, Mark], ours: Mapping[Place, Mark], ungraded: Mapping[str, str]
) -> list[Difference]:
    """The test cells that did not get the same, by student, notebook and cell.

    ungraded: why, by student, where we gave no marks at all.
    """
    found = []
    for place in sorted(stock.keys() | ours.keys()):
        theirs, mine = stock.get(place), ours.get(place)
        if theirs and mine and same_mark(theirs.score, mine.score):
            continue
        known = theirs or mine
        found.append(
            Difference(
                *place,
                points=known.points if known else 0.0,
                stock=theirs.score if theirs else None,
                ours=mine.score if mine else None,
                stock_reason=theirs.reason if theirs else "stock nbgrader left it ungraded",
                our_reason=mine.reason if mine else ungraded.get(place[0], "left ungraded"),
            )
        )
    return found


def _test_cells(root: Path, assignment: str) -> Iterator[tuple[Place, Any]]:
    for path in sorted((root / "autograded").glob(f"*/{assignment}/*.ipynb")):
        notebook = v4.reads(path.read_text(encoding="utf-8"))
        for cell in filter(is_test, notebook.cells):
            yield (path.parts[-3], path.stem, grade_id(cell) or ""), cell


def _stock_mark(cell: Any) -> Mark:
    errors = [o for o in cell.outputs if o.output_type == "error"]
    printed = any(o.get("name") == "stderr" for o in cell.outputs)
    reason = f"{errors[0].ename}: {errors[0].evalue}" if errors else "output on stderr" * printed
    try:
        score, most = determine_grade(cell)
    except ValueError as error:  # a number that is no mark
        return Mark(None, points(cell), str(error))
    return Mark(score, most, shorten(reason))


def _our_mark(cell: Any) -> Mark:
    verdict = Verdict.from_json(dict(cell.metadata["autograder"]))
    reason = shorten(verdict.finding.problem) if verdict.finding else ""
    return Mark(None if waits(cell) else verdict.score, verdict.points, reason)
