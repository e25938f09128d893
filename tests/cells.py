"""Small notebooks in a line or two, and their grading by an engine."""

import copy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.engine import Engine
from autograder.grading.one_notebook import Graded, grade
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Verdict


def given(source: str, grade_id: str = "") -> NotebookNode:
    """A plain cell; a locked one where it has a grade_id."""
    return new_code_cell(source, metadata=_marks(grade_id, locked=True) if grade_id else {})


def solution(grade_id: str, source: str) -> NotebookNode:
    """A cell for the student to write, with the instructor's answer."""
    return new_code_cell(source, metadata=_marks(grade_id, solution=True))


def check(grade_id: str, source: str, points: float = 1) -> NotebookNode:
    """A test cell."""
    return new_code_cell(source, metadata=_marks(grade_id, grade=True, locked=True, points=points))


def words(grade_id: str, source: str, points: float = 1) -> NotebookNode:
    """A question in words, with the instructor's answer."""
    marks = _marks(grade_id, grade=True, solution=True, points=points)
    return new_markdown_cell(source, metadata=marks)


def _marks(grade_id: str, **roles: Any) -> dict[str, Any]:
    marks = {"grade": False, "solution": False, "locked": False, "task": False, **roles}
    return {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **marks}}


def notebook(*cells: NotebookNode) -> NotebookNode:
    """A notebook of these cells."""
    return new_notebook(cells=list(cells))


def submitted(source: NotebookNode, **answers: str) -> NotebookNode:
    """The notebook with other text in the solution cells named."""
    found = copy.deepcopy(source)
    for cell in found.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers.pop(grade_id)
    assert not answers, f"no such cells: {sorted(answers)}"
    return found


def graded(engine: Engine, *cells: NotebookNode, **answers: str) -> Graded:
    """What the engine makes of the cells, with these answers in their solution cells."""
    source = notebook(*cells)
    return grade(engine, source, submitted(source, **answers))


def verdicts(engine: Engine, *cells: NotebookNode, **answers: str) -> dict[str, Verdict]:
    """The verdicts by grade_id."""
    return {found.grade_id: found for found in graded(engine, *cells, **answers).verdicts}


def verdict(
    engine: Engine, answer: str, test: str, right: str = "", setup: str = "import numpy as np"
) -> Verdict:
    """The verdict on one answer by one test; `right` is the instructor's, where that matters."""
    cells = [given(setup), solution("answer", right or answer), check("test", test)]
    source, known = notebook(*cells), None if right else Rehearsal()
    return grade(engine, source, submitted(source, answer=answer), rehearsal=known).verdicts[0]
