"""What nbgrader will read from a graded notebook is what the judge said, and nothing else."""

import math
from collections.abc import Sequence

from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from autograder.errors import EngineError
from autograder.notebook.roles import grade_id, is_test, points
from autograder.verdict import Kind, Verdict, waits


def check_marks(source: NotebookNode, graded: NotebookNode, verdicts: Sequence[Verdict]) -> None:
    """Make sure that each test cell of the source carries our verdict in the graded notebook.

    nbgrader gives a cell without a readable mark full points, and keeps the old mark of a cell
    that is missing. Raises EngineError for either.
    """
    scores = {verdict.grade_id: _score(verdict) for verdict in verdicts}
    found = _test_cells(graded)
    for name, (wanted,) in _test_cells(source).items():
        cells = found.get(name, [])
        if name not in scores or len(cells) != 1:
            raise EngineError(f"test cell {name!r} was not graded exactly once")
        score, maximum = _mark(cells[0])
        if maximum != points(wanted) or not same_mark(score, scores[name]):
            raise EngineError(
                f"test cell {name!r} would get {score} of {maximum} points, "
                f"its verdict says {scores[name]} of {points(wanted)}"
            )


def _score(verdict: Verdict) -> float | None:
    return None if verdict.kind is Kind.WAITING else verdict.score


def _mark(cell: NotebookNode) -> tuple[float | None, float]:
    """The mark that the gradebook is given for a cell, NaN where its outputs are not clear."""
    kinds = [o.output_type for o in cell.outputs]
    marks = [kind for kind in kinds if kind in ("error", "execute_result")]
    if waits(cell):
        return (None if not marks else math.nan), points(cell)
    clear = marks == ["execute_result"] or set(marks) == {"error"}
    score, maximum = determine_grade(cell)
    return (score if clear else math.nan), maximum


def same_mark(found: float | None, wanted: float | None) -> bool:
    """Whether two marks are one; None is that of a cell which waits for a grader, or has none."""
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted)


def _test_cells(notebook: NotebookNode) -> dict[str | None, list[NotebookNode]]:
    """The automatically graded cells by grade_id, with a list each: there may be too many."""
    cells: dict[str | None, list[NotebookNode]] = {}
    for cell in filter(is_test, notebook.cells):
        cells.setdefault(grade_id(cell), []).append(cell)
    return cells
