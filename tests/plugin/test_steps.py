"""nbgrader's own road, with our steps in it."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from nbgrader.preprocessors import ClearSolutions
from nbgrader_api import open_course
from small_course import ASSIGNMENT, SECRET, hand_in, submission
from traitlets.config import Config

from autograder.course.cross_check import check_marks
from autograder.errors import EngineError
from autograder.plugin import Grade, configure
from autograder.verdict import Kind, Verdict


def nbgrader(root, config=""):
    """nbgrader's API for the course in `root`, and that course, with these lines in its config."""
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(config)
    return open_course(root)


def scores(course, student):
    return {marks.notebook: marks.score for marks in course.marks(ASSIGNMENT, student)}


def graded_notebook(root, student, name):
    path = root / "autograded" / student / ASSIGNMENT / f"{name}.ipynb"
    return nbformat.read(path, as_version=4)


def test_a_right_submission_gets_its_points_and_waits_for_the_grader(course):
    hand_in(course, "ada", submission())
    api, gradebook = nbgrader(course)
    assert api.autograde(ASSIGNMENT, "ada")["success"]
    marks = {m.notebook: m for m in gradebook.marks(ASSIGNMENT, "ada")}
    assert {name: (m.score, m.max_score) for name, m in marks.items()} == {
        "doubling": (2, 5),
        "halving": (4, 4),
    }
    assert (marks["doubling"].to_review, marks["halving"].to_review) == (3, 0)


def test_a_wrong_submission_loses_points_by_the_hidden_test_alone(course):
    hand_in(course, "bob", submission(double="def double(x):\n    return 2 * abs(x)"))
    api, gradebook = nbgrader(course)
    assert api.autograde(ASSIGNMENT, "bob")["success"]
    assert scores(gradebook, "bob") == {"doubling": 0, "halving": 4}


def test_the_other_files_of_a_submission_and_of_the_course_lie_beside_it(course):
    folder = hand_in(course, "ada", submission())
    (folder / "numbers.txt").write_text("0 0 0")  # the course's own wins
    api, gradebook = nbgrader(course)
    assert api.autograde(ASSIGNMENT, "ada")["success"]
    graded = gradebook.autograded_folder(ASSIGNMENT, "ada")
    assert (graded / "diary.txt").read_text() == "dear diary"
    assert (graded / "numbers.txt").read_text() == "2 4 6\n"
    assert scores(gradebook, "ada")["halving"] == 4


HOSTILE = {
    "a newer schema": {"schema_version": 99},
    "an older schema": {"schema_version": 1},
    "other points": {"points": 1000},
    "no points": {"points": None},
    "a doubled id": {"grade_id": "double"},
    "a foreign id": {"grade_id": "mine"},
    "not graded": {"grade": False, "locked": False},
    "a solution": {"solution": True},
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_edited_metadata_neither_stops_the_run_nor_changes_the_score(course, change):
    notebooks = submission()
    notebooks["doubling"][1].metadata["nbgrader"] |= change
    hand_in(course, "eve", notebooks)
    api, gradebook = nbgrader(course)
    answer = api.autograde(ASSIGNMENT, "eve")
    assert answer["success"], answer
    assert scores(gradebook, "eve") == {"doubling": 2, "halving": 4}


def test_metadata_that_is_no_metadata_is_put_back(course):
    notebooks = submission()
    notebooks["doubling"][1].metadata["nbgrader"] = "none of your business"
    notebooks["halving"] = []
    hand_in(course, "eve", notebooks)
    api, gradebook = nbgrader(course)
    assert api.autograde(ASSIGNMENT, "eve")["success"]
    assert scores(gradebook, "eve") == {"doubling": 2, "halving": 0}


def test_an_answer_left_as_it_was_released_gets_zero_at_once(course):
    hand_in(course, "ada", submission(words="YOUR ANSWER HERE"))
    api, gradebook = nbgrader(course)
    assert api.autograde(ASSIGNMENT, "ada")["success"]
    assert [m.to_review for m in gradebook.marks(ASSIGNMENT, "ada")] == [0, 0]


def test_a_submission_that_cannot_be_read_loses_the_marks_of_an_earlier_one(course):
    folder = hand_in(course, "ada", submission())
    api, gradebook = nbgrader(course)
    assert api.autograde(ASSIGNMENT, "ada")["success"]
    (folder / "halving.ipynb").write_text("{")
    answer = api.autograde(ASSIGNMENT, "ada")
    assert not answer["success"]
    assert "not JSON" in answer["log"]
    assert scores(gradebook, "ada") == {"doubling": 0, "halving": 0}
    assert [m.to_review for m in gradebook.marks(ASSIGNMENT, "ada")] == [5, 4]
    assert not gradebook.autograded_folder(ASSIGNMENT, "ada").exists()


def test_feedback_shows_the_finding_and_hides_the_hidden_test(course):
    hand_in(course, "bob", submission(double="def double(x):\n    return 2 * abs(x)"))
    api, gradebook = nbgrader(course)
    assert api.autograde(ASSIGNMENT, "bob")["success"]
    assert api.generate_feedback(ASSIGNMENT, "bob")["success"]
    page = (gradebook.feedback_folder(ASSIGNMENT, "bob") / "doubling.html").read_text()
    notebook = json.dumps(graded_notebook(course, "bob", "doubling"))
    for text in (page, notebook):
        assert "0 of 2 points" in text
        assert "double(-21)" in text  # the input helps
        assert "-42" not in text
        assert SECRET not in text
        assert "HIDDEN TESTS" not in text


def test_an_option_shows_hidden_tests(course):
    hand_in(course, "bob", submission(double="def double(x):\n    return 2 * abs(x)"))
    api, _ = nbgrader(course, "c.Grade.show_hidden_tests = True\n")
    assert api.autograde(ASSIGNMENT, "bob")["success"]
    sources = [cell.source for cell in graded_notebook(course, "bob", "doubling").cells]
    assert any(SECRET in source for source in sources)


def test_the_time_limit_is_set_in_the_course_s_config(course):
    hand_in(course, "ida", submission(double="def double(x):\n    while True: pass"))
    api, gradebook = nbgrader(course, "c.Grade.cell_seconds = 1\n")
    assert api.autograde(ASSIGNMENT, "ida")["success"]
    (test,) = gradebook.verdicts(ASSIGNMENT, "ida", "doubling")
    assert (test.kind, test.score) == (Kind.TIMED_OUT, 0)
    assert scores(gradebook, "ida")["halving"] == 4


@pytest.mark.parametrize(
    ("config", "seconds"),
    [({}, 30), ({"Execute": {"timeout": 7}}, 7), ({"Execute": {"timeout": None}}, 30)],
)
def test_a_time_limit_set_for_nbgrader_s_own_execute_is_kept(config, seconds):
    assert Grade(config=Config(config)).cell_seconds == seconds


def test_a_gpu_is_asked_for_in_the_course_s_config(course):
    _, gradebook = nbgrader(course)
    for config, asked in (({}, False), ({"Grade": {"gpus": True}}, True)):
        settings = Grade(config=Config(config)).engine_settings(gradebook, ASSIGNMENT)
        assert settings["gpus"] is asked


def test_an_engine_draws_with_the_course_s_key(course):
    _, gradebook = nbgrader(course)
    key = Grade().engine_settings(gradebook, ASSIGNMENT)["key"]
    assert key == (course / ".autograder-key").read_text()


PENALTY = """
from nbgrader.plugins import LateSubmissionPlugin

class OnePoint(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.0

c.AssignLatePenalties.plugin_class = OnePoint
"""


def test_late_penalties_are_nbgrader_s(course):
    hand_in(course, "tardy", submission(), timestamp="2020-01-02 00:00:00 UTC")
    api, gradebook = nbgrader(course, PENALTY)
    with api.gradebook as database:
        database.update_or_create_assignment(ASSIGNMENT, duedate="2020-01-01 00:00:00 UTC")
    assert api.autograde(ASSIGNMENT, "tardy")["success"]
    assert [m.penalty for m in gradebook.marks(ASSIGNMENT, "tardy")] == [1, 1]


def test_configure_keeps_what_the_course_has_set():
    config = Config()
    configure(config)
    stubs = config.ClearSolutions.code_stub
    assert "still empty" in stubs["python"]
    assert stubs["R"] == ClearSolutions().code_stub["R"]
    own = Config({"ClearSolutions": {"code_stub": {"python": "pass"}}})
    configure(own)
    assert own.ClearSolutions.code_stub == {"python": "pass"}


def test_released_stubs_are_kind(course):
    released = Path(course / "release" / ASSIGNMENT / "doubling.ipynb").read_text()
    assert "replace this line with your code" in released


def notebook_with(*outputs):
    marks = {"grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 2}
    cell = v4.new_code_cell("", metadata={"nbgrader": marks}, outputs=list(outputs))
    return v4.new_notebook(cells=[cell])


def result(text):
    return v4.new_output("execute_result", {"text/plain": text})


PASSED = [Verdict("t", 2, 2, Kind.PASSED)]
WRONG = [Verdict("t", 2, 0, Kind.WRONG)]
ERROR = v4.new_output("error", ename="e", evalue="", traceback=[])


def test_a_mark_that_says_what_the_verdict_says_is_accepted():
    check_marks(notebook_with(), notebook_with(result("2.0")), PASSED)
    check_marks(notebook_with(), notebook_with(ERROR), WRONG)


@pytest.mark.parametrize(
    ("outputs", "verdicts"),
    [
        ([], PASSED),
        ([], WRONG),
        ([result("'hello'")], WRONG),
        ([result("nan")], WRONG),
        ([result("-1")], WRONG),
        ([result("2.0"), ERROR], PASSED),
        ([v4.new_output("stream", name="stderr", text="w"), result("2.0")], PASSED),
        ([result("2.0")], []),
    ],
)
def test_a_mark_that_nbgrader_would_misread_is_refused(outputs, verdicts):
    with pytest.raises(EngineError, match="test cell 't'"):
        check_marks(notebook_with(), notebook_with(*outputs), verdicts)


def test_a_missing_test_cell_is_refused():
    with pytest.raises(EngineError, match="not graded exactly once"):
        check_marks(notebook_with(), v4.new_notebook(), PASSED)
