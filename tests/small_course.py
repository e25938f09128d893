"""A course of two small notebooks that import nothing heavy: to test the road, not the content.

`doubling`: 2 points by a test with a visible and a hidden part, 3 points for an answer in words.
`halving`: 4 points by a test that reads a data file. In all 9 points, 6 of them automatic.
"""

import json
from pathlib import Path
from typing import Any

from nbformat import v4
from nbgrader.api import Gradebook

ASSIGNMENT = "ps1"
CONFIG = "from autograder.plugin import configure\n\nc = get_config()\nconfigure(c)\n"
RIGHT = {"double": "def double(x):\n    return 2 * x", "half": "def half(x):\n    return x / 2"}
SECRET = "assert double(-21) == -42"


def write_course(root: Path, config: str = "") -> None:
    """Write nbgrader_config.py, with the lines of `config` added, and source/ into `root`."""
    source = root / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG + config)
    _write(source / "doubling.ipynb", [_solution("double"), _doubling_test(), _answer()])
    _write(source / "halving.ipynb", [_solution("half"), _halving_test()])
    (source / "numbers.txt").write_text("2 4 6\n")


def submission(**sources: str) -> dict[str, list[dict]]:
    """The cells of both notebooks by name: right ones, but for the sources given by grade_id."""
    sources = {**RIGHT, "words": "Twice as much.", **sources}
    words = v4.new_markdown_cell(sources["words"], metadata=_metadata("words", True, True, 3))
    return {
        "doubling": [_code("double", sources["double"]), _doubling_test(), words],
        "halving": [_code("half", sources["half"]), _halving_test()],
    }


def hand_in(root: Path, student: str, notebooks: dict[str, list[dict]], timestamp="") -> Path:
    """Write a submission of these notebooks; returns its folder."""
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    for name, cells in notebooks.items():
        _write(folder / f"{name}.ipynb", cells)
    (folder / "diary.txt").write_text("dear diary")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder


def _write(path: Path, cells: list[dict[str, Any]]) -> None:
    """The same bytes for the same cells: their ids are random otherwise."""
    cells = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path.write_text(json.dumps(notebook))


def _metadata(grade_id: str, solution: bool, grade: bool, points: float = 0) -> dict:
    marks = {"grade_id": grade_id, "schema_version": 3, "solution": solution, "grade": grade}
    marks |= {"locked": grade and not solution, "task": False}
    return {"nbgrader": marks | ({"points": points} if grade else {})}


def _code(grade_id: str, source: str) -> dict:
    return v4.new_code_cell(source, metadata=_metadata(grade_id, True, False))


def _solution(name: str) -> dict:
    return _code(name, f"### BEGIN SOLUTION\n{RIGHT[name]}\n### END SOLUTION")


def _doubling_test() -> dict:
    lines = ["assert double(1) == 2", "### BEGIN HIDDEN TESTS", SECRET, "### END HIDDEN TESTS"]
    return v4.new_code_cell("\n".join(lines), metadata=_metadata("test-double", False, True, 2))


def _halving_test() -> dict:
    lines = [
        "numbers = [int(word) for word in open('numbers.txt').read().split()]",
        "assert [half(n) for n in numbers] == [1, 2, 3]",
    ]
    return v4.new_code_cell("\n".join(lines), metadata=_metadata("test-half", False, True, 4))


def _answer() -> dict:
    text = "<!-- BEGIN SOLUTION -->\nTwice.\n<!-- END SOLUTION -->"
    return v4.new_markdown_cell(text, metadata=_metadata("words", True, True, 3))


def grade_by_hand(root: Path) -> None:
    """What graders do in formgrader: scores, extra credit, comments, an extension."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        for student, cell, notebook in (
            ("ada", "words", "doubling"),
            ("bob", "test-double", "doubling"),
            ("eve", "test-half", "halving"),
        ):
            grade = gradebook.find_grade(cell, notebook, ASSIGNMENT, student)
            grade.manual_score, grade.extra_credit = 1.5, 0.25
            grade.needs_manual_grade = False
        gradebook.find_comment("words", "doubling", ASSIGNMENT, "ada").manual_comment = "well said"
        gradebook.find_submission_notebook("halving", ASSIGNMENT, "bob").flagged = True
        gradebook.db.commit()
        gradebook.grant_extension(ASSIGNMENT, "ada", days=1)
