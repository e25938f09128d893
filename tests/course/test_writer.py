"""What we write, against what nbgrader's own loop writes: the same rows and the same files."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from small_course import ASSIGNMENT, grade_by_hand, hand_in, submission
from tables_of import files, rows

from autograder.class_run.runner import Runner
from autograder.errors import CourseError
from autograder.plugin import serial_loop

SEED = "c.Grade.seed = 5\n"
PENALTY = """
from nbgrader.plugins import LateSubmissionPlugin

class Half(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2

c.AssignLatePenalties.plugin_class = Half
"""
LISTING = "import os\nprint(sorted(os.listdir()))\ndef double(x):\n    return 2 * x"
LOUD = "def double(x):\n    print('word\\n' * 3000)\n    return 2 * x\ndouble(1)"


@pytest.fixture
def class_of(course):
    """The course with a class whose members differ in all that the gradebook can hold."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(SEED + PENALTY + "c.LimitOutput.max_lines = 20\n")
    due(course, "2020-01-01 00:00:00 UTC")
    hand_in(course, "ada", submission(), "2020-01-02 00:00:05 UTC")
    hand_in(course, "bob", submission(double="def double(x):\n    return x", words="YOUR ANSWER"))
    hand_in(course, "eve", {"halving": submission()["halving"]})
    hand_in(course, "joe", submission(words="YOUR ANSWER HERE"), "2019-12-31 00:00:00 UTC")
    hand_in(course, "sue", submission(double=LOUD), "2020-01-02 03:04:05 UTC")
    hand_in(course, "tim", {**submission(), "extra": submission()["halving"]})
    (hand_in(course, "uma", submission()) / "doubling.ipynb").write_text("{")
    data = course / "submitted" / "ada" / ASSIGNMENT / "data" / "deep"
    data.mkdir(parents=True)
    for name in ("a.csv", "b.pyc", ".hidden"):
        (data / name).write_text(name)
    return course


def due(course, date):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=date)


def by_us(root, **options):
    runner = Runner(root)
    return list(runner.grade(ASSIGNMENT, runner.students(ASSIGNMENT), **options))


# nbgrader's own chains, but for the two steps that restore and run a notebook.
STOCK = {
    "sanitize_preprocessors": [
        "autograder.plugin.Restore",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.CheckCellMetadata",
    ],
    "autograde_preprocessors": [
        "autograder.plugin.Grade",
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ],
}


def by_nbgrader(root, force=False, steps=STOCK):
    runner = Runner(root)
    runner.config.Autograde.update(steps)
    for student in runner.students(ASSIGNMENT):
        serial_loop.grade_one(runner.course, runner.app, ASSIGNMENT, student, force)


def test_rows_and_files_are_those_of_nbgrader_and_stay_so_after_manual_grading(class_of, tmp_path):
    theirs = shutil.copytree(class_of, tmp_path / "theirs")
    plugin = shutil.copytree(class_of, tmp_path / "plugin")
    by_us(class_of)
    by_nbgrader(theirs)
    by_nbgrader(plugin, steps={})
    assert rows(class_of) == rows(plugin) == rows(theirs)
    assert files(class_of) == files(plugin) == files(theirs)
    for root in (class_of, plugin, theirs):
        grade_by_hand(root)
        hand_in(root, "bob", submission())
        hand_in(root, "joe", {"doubling": submission()["doubling"]}, "2020-01-03 00:00:00 UTC")
        (root / "submitted" / "joe" / ASSIGNMENT / "halving.ipynb").unlink()
        (root / "submitted" / "ada" / ASSIGNMENT / "halving.ipynb").write_text("{")
    by_us(class_of, force=True)
    by_nbgrader(theirs, force=True)
    by_nbgrader(plugin, force=True, steps={})
    assert rows(class_of) == rows(plugin) == rows(theirs)
    assert files(class_of) == files(plugin) == files(theirs)


@pytest.mark.parametrize("grade", [by_us, lambda root: by_nbgrader(root, steps={})])
def test_what_the_course_ignores_lies_beside_no_notebook(course, grade):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.ignore = ['*.key', 'drafts']\n")
    for folder in (
        hand_in(course, "ada", submission(double=LISTING)),
        course / "source" / ASSIGNMENT,
    ):
        (folder / "drafts").mkdir()
        (folder / "drafts" / "first.txt").write_text("a draft")
        (folder / f"{folder.parent.name}.key").write_text("a secret")
    grade(course)
    graded = course / "autograded" / "ada" / ASSIGNMENT / "doubling.ipynb"
    (output,) = json.loads(graded.read_text())["cells"][0]["outputs"]
    assert output["text"] == ["['diary.txt', 'numbers.txt']\n"]


def test_a_gradebook_that_cannot_be_written_is_said_and_nothing_has_changed(course):
    hand_in(course, "ada", submission())
    by_us(course)
    before, there = rows(course), files(course)
    hand_in(course, "ada", submission(double="def double(x):\n    return x"))
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute(
            "create trigger full before update on grade begin select raise(abort, 'disk full'); end"
        )
    with pytest.raises(CourseError, match=r"gradebook cannot be used.*disk full.*same command"):
        by_us(course)
    assert (rows(course), files(course)) == (before, there)
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute("drop trigger full")
    (result,) = by_us(course)
    assert (result.skipped, result.score) == (False, 4)


def test_a_reader_never_sees_half_of_a_graded_folder(course):
    """The folder is exchanged for the new one: who holds the old one open still reads it whole."""
    hand_in(course, "ada", submission())
    by_us(course)
    place = Path(course / "autograded" / "ada" / ASSIGNMENT)
    old = place.stat().st_ino
    by_us(course, force=True)
    assert place.stat().st_ino != old
    assert sorted(path.name for path in place.parent.iterdir()) == [".ps1.graded.json", "ps1"]


def test_a_course_with_steps_of_its_own_is_graded_by_nbgrader_s_loop(course):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            "from nbgrader.preprocessors import NbGraderPreprocessor\n"
            "class Sign(NbGraderPreprocessor):\n"
            "    def preprocess(self, nb, resources):\n"
            "        nb.metadata['signed'] = True\n"
            "        return nb, resources\n"
            "c.Autograde.autograde_preprocessors.append(Sign)\n"
        )
    hand_in(course, "ada", submission())
    (result,) = by_us(course)
    assert result.score == 6
    graded = course / "autograded" / "ada" / ASSIGNMENT / "doubling.ipynb"
    assert json.loads(graded.read_text())["metadata"]["signed"]
