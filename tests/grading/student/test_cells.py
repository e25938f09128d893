"""The time of a cell or a call: set for the body, whatever code before it did with the signal."""

import signal

import pytest

from autograder.grading.student.cells import OutOfTime, time_limit


@pytest.fixture(autouse=True)
def _alarm_as_before():
    before = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def left() -> float:
    return signal.getitimer(signal.ITIMER_REAL)[0]


def run_for_ever_within(seconds: float):
    with time_limit(seconds):
        while True:
            pass


def test_a_body_runs_out_of_time_though_code_ignored_the_signal():
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    with pytest.raises(OutOfTime):
        run_for_ever_within(0.01)


def test_an_inner_limit_leaves_the_outer_one_as_it_was():
    with time_limit(100):
        with time_limit(10):
            assert 0 < left() <= 10
        assert 10 < left() <= 100
    assert not left()


def test_no_limit_is_left_after_an_error():
    with pytest.raises(ZeroDivisionError), time_limit(100):
        _ = 1 / 0
    assert not left()
