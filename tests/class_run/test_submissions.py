"""Every story of tests/submissions gets the points that it must, graded as one class."""

import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader_api import open_course, release

from examples.stories import Story, stories

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "softmax"
SETTINGS = """
c.Grade.cell_seconds = 8
c.LateSubmissionPlugin.penalty_method = "zero"
"""
BY_NBGRADER = ("built-in-softmax", "test-cells-edited", "wrong-type", "empty-file", "no-cells")
ALL = {story.name: story for story in stories()}


def run(course: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `nbgrader` or `autograder` in the course folder, as an instructor does."""
    return subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=course,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def points(course: Path, story: Story) -> dict[str, float]:
    """The automatic points of each notebook, from the gradebook."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "softmax") as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, story.name)
        return {notebook.name: notebook.score for notebook in submission.notebooks}


def hand_in(course: Path, story: Story) -> None:
    release = course / "release" / ASSIGNMENT
    submitted = course / "submitted" / story.name / ASSIGNMENT
    story.write(course / "source" / ASSIGNMENT, release, submitted)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The course after `nbgrader generate_assignment`, due on New Year's Day 2030."""
    course = tmp_path_factory.mktemp("course")
    config = (ROOT / "nbgrader_config.py").read_text() + SETTINGS
    (course / "nbgrader_config.py").write_text(config)
    shutil.copytree(ROOT / "source", course / "source")
    release(course, ASSIGNMENT)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "softmax") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=datetime(2030, 1, 1))
    return course


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """The course folder after one `autograder grade` of the whole class, and what it printed."""
    course = shutil.copytree(released, tmp_path_factory.mktemp("graded") / "course")
    for story in ALL.values():
        hand_in(course, story)
    return course, run(course, "autograder", "grade", ASSIGNMENT)


@pytest.fixture(scope="module")
def full_marks(released):
    """The automatic points of each notebook: those of its test cells."""
    with Gradebook(f"sqlite:///{released / 'gradebook.db'}", "softmax") as gradebook:
        return {
            notebook.name: sum(c.max_score for c in notebook.grade_cells if c.cell_type == "code")
            for notebook in gradebook.find_assignment(ASSIGNMENT).notebooks
        }


def last_column(table: str) -> dict[str, str]:
    """What a table's last column says of each student, without the spaces that folding moves."""
    said: dict[str, str] = {}
    student = ""
    for line in table.splitlines():
        columns = [column.strip() for column in re.split("[│┃]", line)[1:-1]]
        if columns:
            student = columns[0] or student
            said[student] = said.get(student, "") + columns[-1].replace(" ", "")
    return said


@pytest.mark.parametrize("story", [s for s in ALL.values() if not s.ungraded], ids=lambda s: s.name)
def test_a_story_gets_its_points(story, graded, full_marks):
    course, _ = graded
    handed_in = story.notebooks or full_marks
    expected = {name: full_marks[name] if name in handed_in else 0 for name in full_marks}
    assert points(course, story) == {**expected, **story.expect}


@pytest.mark.parametrize("story", [s for s in ALL.values() if s.ungraded], ids=lambda s: s.name)
def test_a_story_stays_ungraded_for_a_reason_that_is_told(story, graded):
    course, done = graded
    assert story.ungraded.replace(" ", "") in last_column(done.stdout)[story.name]
    assert not (course / "autograded" / story.name / ASSIGNMENT).exists()


@pytest.mark.parametrize(
    ("name", "grade_id", "words"),
    [
        ("syntax-error", "repeated-softmax-shapes", "SyntaxError: expected ':'"),
        ("error-at-import", "repeated-softmax-shapes", "No module named 'my_laptop_helpers'"),
        ("asks-for-input", "fixed-point-values", "input() cannot be answered"),
        ("stub-left", "fixed-point-values", "is not written yet"),
        ("returns-none", "repeated-softmax-shapes", "is a `return` missing?"),
        ("kills-the-process-in-a-function", "fixed-point-values", "ended the process"),
        ("loops-for-ever-in-a-function", "fixed-point-values", "took longer than the 8 s"),
        ("returns-deep-and-cyclic", "fixed-point-values", "cannot be read"),
    ],
)
def test_a_verdict_tells_the_reason(name, grade_id, words, graded):
    course, _ = graded
    path = course / "autograded" / name / ASSIGNMENT / "3-repeated-softmax.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    test = next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
    assert words in test.outputs[-1].evalue


def test_the_run_names_those_who_stay_ungraded_and_fails(graded):
    _, done = graded
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    named = re.search(r"^Ungraded: (.*)", done.stderr, re.MULTILINE | re.DOTALL)
    assert named
    assert set(re.split(r",\s+", named[1].strip())) == {
        story.name for story in ALL.values() if story.ungraded
    }


def test_lateness_costs_what_the_course_says(graded):
    course, _ = graded
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "softmax") as gradebook:
        late = gradebook.find_submission(ASSIGNMENT, "handed-in-late")
        in_time = gradebook.find_submission(ASSIGNMENT, "warns")
        assert late.late_submission_penalty == late.score == in_time.score
        assert not in_time.late_submission_penalty


def test_nbgrader_gives_the_same_points(released, graded, tmp_path):
    course = shutil.copytree(released, tmp_path / "course")
    chosen = [ALL[name] for name in BY_NBGRADER]
    for story in chosen:
        hand_in(course, story)
    done = run(course, "nbgrader", "autograde", ASSIGNMENT)
    assert done.returncode == 1  # for the one that is no notebook
    assert "empty-file stays ungraded" in done.stderr
    readable = [story for story in chosen if not story.ungraded]
    assert {s.name: points(course, s) for s in readable} == {
        s.name: points(graded[0], s) for s in readable
    }


@pytest.mark.parametrize(
    ("name", "mistake"),
    [("equal-to-everything", "tends to 0"), ("loses-the-data-type", "always float32")],
)
def test_feedback_names_the_mistake_and_hides_the_tests(graded, name, mistake):
    course, _ = graded
    answer = open_course(course)[0].generate_feedback(ASSIGNMENT, name)
    assert answer["success"], answer
    pages = list((course / "feedback" / name / ASSIGNMENT).glob("*.html"))
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert mistake in text
    assert "hidden=True" not in text
    assert "HIDDEN TESTS" not in text


def test_what_is_handed_in_is_left_alone(graded, tmp_path):
    course, _ = graded
    story = ALL["hostile-metadata"]
    before = tmp_path / "submitted"
    story.write(course / "source" / ASSIGNMENT, course / "release" / ASSIGNMENT, before)
    for path in before.iterdir():
        after = course / "submitted" / story.name / ASSIGNMENT / path.name
        assert after.read_bytes() == path.read_bytes()
