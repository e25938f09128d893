"""What came of a submission is kept, or nothing is changed."""

from concurrent.futures import Future

import pytest
from small_course import ASSIGNMENT, hand_in, submission

from autograder import errors
from autograder.class_run.runner import Runner
from autograder.submission.worker_messages import Outcome


class Unable:
    """A pool whose workers cannot grade anything, for a fault of this kind."""

    in_flight = tries = 1

    def __init__(self, fault: str):
        self._fault = fault

    def open(self, bundle: bytes) -> None:
        """As workers do."""

    def submit(self, submission: bytes) -> "Future[bytes]":
        answer: Future[bytes] = Future()
        answer.set_result(Outcome(ungraded="why", fault=self._fault).to_bytes())
        return answer


@pytest.mark.parametrize("fault", ["MissingLayer", "CannotFork"])
def test_a_fault_that_everybody_would_meet_ends_the_run_and_costs_nobody_a_mark(course, fault):
    runner, wrong = Runner(course), submission(double="def double(x):\n    return x")
    for student in ("ada", "bob"):
        hand_in(course, student, submission())
    list(runner.grade(ASSIGNMENT, ["ada", "bob"]))
    before = [runner.course.marks(ASSIGNMENT, student) for student in ("ada", "bob")]
    for student in ("ada", "bob"):
        hand_in(course, student, wrong)
    with pytest.raises(getattr(errors, fault), match="why"):
        list(runner.grade(ASSIGNMENT, ["ada", "bob"], pool=Unable(fault)))
    assert [runner.course.marks(ASSIGNMENT, student) for student in ("ada", "bob")] == before
