"""What nbgrader will read from a graded notebook is what the judge said, and nothing else."""

import math
from collections.abc import Sequence

from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from autograder.errors import EngineError
from autograder.notebook.roles import grade_id, is_test, points
from autograder.verdict import Verdict


def check_marks(source: NotebookNode, graded: NotebookNode, verdicts: Sequence[Verdict]) -> None:
    """Make sure that each test cell of the source carries our verdict in the graded notebook.

    nbgrader gives a cell without a readable mark full points, and keeps the old mark of a cell
    that is missing. Raises EngineError for either.
    """
    scores = {verdict.grade_id: verdict.score for verdict in verdicts}
    found = _test_cells(graded)
    for name, (wanted,) in _test_cells(source).items():
        cells = found.get(name, [])
        if name not in scores or len(cells) != 1:
            raise EngineError(f"test cell {name!r} was not graded exactly once")
        kinds = [o.output_type for o in cells[0].outputs]
        marks = [kind for kind in kinds if kind in ("error", "execute_result")]
        clear = marks == ["execute_result"] or set(marks) == {"error"}
        score, maximum = determine_grade(cells[0])
        same = score is not None and math.isclose(score, scores[name])
        if not clear or maximum != points(wanted) or not same:
            raise EngineError(
                f"test cell {name!r} would get {score} of {maximum} points, "
                f"its verdict says {scores[name]} of {points(wanted)}"
            )


def _test_cells(notebook: NotebookNode) -> dict[str | None, list[NotebookNode]]:
    """The automatically graded cells by grade_id, with a list each: there may be too many."""
    cells: dict[str | None, list[NotebookNode]] = {}
    for cell in filter(is_test, notebook.cells):
        cells.setdefault(grade_id(cell), []).append(cell)
    return cells
