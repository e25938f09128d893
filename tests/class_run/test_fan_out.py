"""Submissions cut into notebooks for the workers, and put together again."""

from concurrent.futures import Future
from dataclasses import replace

import nbformat
import pytest
import small_course
from nbformat import v4

from autograder.class_run import fan_out
from autograder.class_run.workers.pool import SerialPool
from autograder.grading.worker import grade_submission
from autograder.limits import Limits
from autograder.submission.worker_messages import Bundle, Outcome, Submission

FILES = {"diary.txt": b"dear diary"}


class Recorder:
    """A pool that answers for each notebook: graded, or not where its bytes are b"wrong"."""

    tries = 1

    def __init__(self, in_flight):
        self.in_flight, self.given = in_flight, []

    def submit(self, data):
        submission = Submission.from_bytes(data)
        self.given.append(submission)
        [(name, content)] = submission.notebooks.items()
        wrong = f"{name}: wrong" if content == b"wrong" else ""
        future = Future()
        future.set_result(Outcome({name: b"graded"}, ungraded=wrong, seconds=1).to_bytes())
        return future


def submission(**notebooks):
    return Submission(notebooks, FILES)


def test_each_notebook_goes_to_a_worker_with_the_files_beside_it():
    pool = Recorder(in_flight=3)
    list(fan_out.grade(pool, [("ada", submission(b=b"2", a=b"1"))], lambda *_: None))
    assert pool.given == [submission(a=b"1"), submission(b=b"2")]


@pytest.mark.parametrize("in_flight", [1, 2, 7])
def test_a_submission_comes_back_whole_once_and_its_notebooks_are_told_of_before(in_flight):
    told = []
    students = {name: submission(a=b"1", b=b"2", c=b"3") for name in ("ada", "bob", "cleo")}
    found = fan_out.grade(
        Recorder(in_flight),
        list(students.items()),
        lambda key, outcome: told.append((key, *outcome.notebooks)),
    )
    for key, outcome in found:
        assert sorted(name for student, name in told if student == key) == ["a", "b", "c"]
        assert list(outcome.notebooks) == ["a", "b", "c"]
        assert outcome.seconds == 3
        students.pop(key)
    assert students == {}


@pytest.mark.parametrize("in_flight", [1, 2, 7])
def test_one_notebook_that_cannot_be_graded_leaves_its_submission_ungraded_and_no_other(in_flight):
    pool = Recorder(in_flight)
    bad, good = submission(a=b"wrong", b=b"2", c=b"wrong", d=b"4"), submission(a=b"1", b=b"2")
    found = dict(fan_out.grade(pool, [("bad", bad), ("good", good)], lambda *_: None))
    assert found["bad"].ungraded == "a: wrong"
    assert list(found["good"].notebooks) == ["a", "b"]
    if in_flight == 1:  # what would have been for nothing
        assert [list(part.notebooks) for part in pool.given] == [["a"], ["a"], ["b"]]


def test_cut_up_it_is_graded_as_it_is_in_one_piece():
    cells = small_course.submission()
    source = {name: nbformat.writes(v4.new_notebook(cells=c)) for name, c in cells.items()}
    handed_in = submission(**{name: text.encode() for name, text in source.items()})
    beside = {"numbers.txt": b"2 4 6\n"}
    bundle = Bundle(source, beside, limits=Limits(cell_seconds=20), seed=1).to_bytes()
    pool = SerialPool()
    pool.open(bundle)
    [(_, cut)] = fan_out.grade(pool, [("ada", handed_in)], lambda *_: None)
    whole = Outcome.from_bytes(grade_submission(bundle, handed_in.to_bytes()))
    assert len(cut.verdicts) == 2
    assert replace(cut, seconds=0).to_bytes() == replace(whole, seconds=0).to_bytes()
