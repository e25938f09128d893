"""Courses to measure with: the softmax course and a tiny one, with submissions, ready to grade."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from nbformat import v4, write

from benchmarks.common import ROOT, scratch
from examples.stories import stories

# What students hand in: submission number i is the (i mod len)th of these.
KINDS = ("honest", "naive-overflow", "other-styles", "forgot-to-normalise", "half-empty")
_SOURCE, _RELEASE = ROOT / "source" / "softmax", ROOT / "release" / "softmax"
_STOCK = """
c = get_config()
c.CourseDirectory.course_id = "softmax"
c.ExecutePreprocessor.timeout = 600  # its 30 s would fail cells on a busy machine
"""
_OURS = "from autograder.plugin import configure\n\nc = get_config()\nconfigure(c)\n"


def softmax_course(
    root: Path, submissions: int, kinds: Sequence[str] = KINDS, notebooks: Sequence[str] = ()
) -> Path:
    """Make the softmax course in the new folder `root`, released, with so many submissions.

    kinds: stories of `examples.stories`, handed in in turn.
    notebooks: which of the course's; by default all of them.
    """
    shutil.copytree(ROOT / "source", root / "source")
    for path in (root / "source" / "softmax").glob("*.ipynb"):
        if notebooks and path.stem not in notebooks:
            path.unlink()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    _release(root, "softmax")
    with scratch() as written:
        for story in stories(*kinds):
            story.write(_SOURCE, _RELEASE, written / story.name)
        for number in range(submissions):
            kind = written / kinds[number % len(kinds)]
            _hand_in(kind, root / "submitted" / f"student-{number:05}" / "softmax")
    return root


def _hand_in(written: Path, folder: Path) -> None:
    """Copy a submission of the whole course, but for the notebooks that this one has not."""
    folder.mkdir(parents=True)
    source = folder.parents[2] / "source" / "softmax"
    for path in sorted(written.iterdir()):
        if (source / path.name).exists():
            shutil.copy(path, folder)


def stock(course: Path, root: Path, submissions: int) -> Path:
    """A copy of the course for nbgrader as it comes, with the first of the submissions."""
    shutil.copytree(course, root)
    (root / "nbgrader_config.py").write_text(_STOCK, encoding="utf-8")
    for folder in sorted((root / "submitted").iterdir())[submissions:]:
        shutil.rmtree(folder)
    return root


def copy(course: Path, root: Path) -> Path:
    """The course afresh, in the place of what an earlier run left in `root`."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(course, root)
    return root


def tiny_course(root: Path, submissions: int) -> Path:
    """A course `tiny` of one notebook that imports nothing: one function, one test."""
    (root / "source" / "tiny").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(_OURS, encoding="utf-8")
    right = "def double(x):\n    return 2 * x"
    marked = f"### BEGIN SOLUTION\n{right}\n### END SOLUTION"
    write(_tiny(marked), root / "source" / "tiny" / "doubling.ipynb")
    _release(root, "tiny")
    for number in range(submissions):
        folder = root / "submitted" / f"student-{number:06}" / "tiny"
        folder.mkdir(parents=True)
        write(_tiny(f"# student {number}\n{right}"), folder / "doubling.ipynb")
    return root


def _tiny(answer: str):
    cells = [
        v4.new_code_cell(answer, metadata=_marks("double", solution=True)),
        v4.new_code_cell(
            "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(-3) == -6\n"
            "### END HIDDEN TESTS",
            metadata=_marks("test-double", grade=True, locked=True, points=2),
        ),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _marks(grade_id: str, **roles) -> dict:
    marks = {"grade": False, "solution": False, "locked": False, "task": False, **roles}
    return {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **marks}}


def _release(root: Path, assignment: str) -> None:
    from nbgrader.apps import NbGraderAPI

    from autograder.class_run.runner import Runner

    runner = Runner(root)
    told = NbGraderAPI(runner.course.coursedir, config=runner.config).generate_assignment(
        assignment
    )
    if not told["success"]:
        raise RuntimeError(f"generate_assignment failed:\n{told['log']}\n{told['error']}")
