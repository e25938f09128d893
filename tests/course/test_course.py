"""What we read from, and write into, nbgrader's folders and database."""

import json

import pytest
from nbgrader.api import Gradebook
from small_course import ASSIGNMENT, hand_in, submission

from autograder.class_run.runner import Runner
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.notebook.roles import grade_id


@pytest.fixture
def gradebook(course):
    return Runner(course).course


def edit_source(root, name, change):
    path = root / "source" / ASSIGNMENT / f"{name}.ipynb"
    content = json.loads(path.read_text())
    change(content["cells"])
    path.write_text(json.dumps(content))


def test_students_and_assignments_are_the_folders_names(course, gradebook):
    for student in ("ada", "[b]ob", "c d", "*"):
        hand_in(course, student, submission())
    (course / "submitted" / "no-folder").write_text("")
    assert gradebook.students(ASSIGNMENT) == ["*", "[b]ob", "ada", "c d"]
    assert gradebook.students("other") == []
    assert gradebook.assignments() == [ASSIGNMENT]
    assert gradebook.notebooks(ASSIGNMENT) == ["doubling", "halving"]


def test_an_assignment_that_was_not_released_says_what_to_run(gradebook):
    with pytest.raises(CourseError, match="run: nbgrader generate_assignment other"):
        gradebook.notebooks("other")


def test_the_source_notebook_is_the_one_that_was_released(course, gradebook):
    def weaken(cells):
        cells[1]["source"] = "pass"
        cells[1]["metadata"]["nbgrader"]["points"] = 100

    before = gradebook.source_notebook(ASSIGNMENT, "doubling")
    edit_source(course, "doubling", weaken)
    assert gradebook.source_notebook(ASSIGNMENT, "doubling") == before
    test = next(cell for cell in before.cells if grade_id(cell) == "test-double")
    assert "BEGIN HIDDEN TESTS" in test.source
    assert test.metadata.nbgrader.points == 2


def test_a_source_with_other_test_cells_than_were_released_is_refused(course, gradebook):
    edit_source(course, "doubling", lambda cells: cells.pop(1))
    with pytest.raises(CourseError, match="differ in: test-double"):
        gradebook.source_notebook(ASSIGNMENT, "doubling")


def test_a_source_that_cannot_be_read_is_named(course, gradebook):
    (course / "source" / ASSIGNMENT / "doubling.ipynb").write_text("{")
    with pytest.raises(CourseError, match=r"doubling\.ipynb cannot be read"):
        gradebook.source_notebook(ASSIGNMENT, "doubling")


def test_imported_modules_are_those_of_all_notebooks_but_the_course_s_own(course, gradebook):
    (course / "source" / ASSIGNMENT / "helpers.py").write_text("")
    cells = {
        "doubling": "%matplotlib inline\nimport json, os.path\nfrom . import x",
        "halving": "import helpers, textwrap\nfrom json import load",
    }
    for name, source in cells.items():
        edit_source(course, name, lambda cells, source=source: cells[0].update(source=source))
    found = gradebook.imported_modules(ASSIGNMENT)
    assert found.names == ("json", "json:load", "os.path", "textwrap")
    assert found.later == found.names  # each is one notebook's alone


def test_forgotten_marks_wait_for_their_grades_but_keep_what_a_grader_gave(course, gradebook):
    hand_in(course, "ada", submission())
    assert [r.ungraded for r in Runner(course).grade(ASSIGNMENT, ["ada"])] == [""]
    give_by_hand(gradebook, 2.5)
    gradebook.forget_marks(ASSIGNMENT, "ada")
    doubling, halving = gradebook.marks(ASSIGNMENT, "ada")
    assert (doubling.score, doubling.to_review) == (2.5, 5)
    assert (halving.score, halving.to_review) == (0, 4)


def test_marks_are_the_sums_that_nbgrader_shows(course, gradebook):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(gradebook.coursedir.db_url) as database:
        database.update_or_create_assignment(ASSIGNMENT, duedate="2020-01-01 00:00:00 UTC")
    hand_in(course, "ada", submission(), "2020-01-02 00:00:00 UTC")
    hand_in(course, "bob", submission(double="def double(x):\n    return x"))
    list(Runner(course).grade(ASSIGNMENT, ["ada", "bob"]))
    give_by_hand(gradebook, 2.5, extra=0.5)
    for student in ("ada", "bob"):
        with Gradebook(gradebook.coursedir.db_url) as database:
            found = database.find_submission(ASSIGNMENT, student).notebooks
            theirs = [(n.name, n.score, n.max_score, n.late_submission_penalty or 0) for n in found]
        ours = gradebook.marks(ASSIGNMENT, student)
        assert [(m.notebook, m.score, m.max_score, m.penalty) for m in ours] == sorted(theirs)
    assert [m.penalty for m in gradebook.marks(ASSIGNMENT, "ada")] == [2, 4]
    assert gradebook.marks(ASSIGNMENT, "nobody") == []


def give_by_hand(gradebook: Course, points: float, extra: float = 0) -> None:
    with Gradebook(gradebook.coursedir.db_url) as database:
        grade = database.find_grade("words", "doubling", ASSIGNMENT, "ada")
        grade.manual_score, grade.extra_credit = points, extra
        database.db.commit()


def test_marks_of_a_student_without_a_submission_can_be_forgotten(gradebook):
    gradebook.forget_marks(ASSIGNMENT, "nobody")
