"""Ctrl-C while it is put off: it waits, it is not lost, and what waits here hears it."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import Future

import pytest

from autograder import interrupts


def press():
    signal.raise_signal(signal.SIGINT)


def put_off(*steps):
    with interrupts.put_off():
        for step in steps:
            step()


class Library:
    """What libraries have: a callback of which Python only prints what it raises."""

    def __del__(self):
        press()


def test_it_is_raised_at_the_end_of_the_body():
    after = []
    with pytest.raises(KeyboardInterrupt):
        put_off(press, lambda: after.append("the body went on"))
    assert after


def test_one_in_a_callback_of_a_library_is_not_lost():
    with pytest.raises(KeyboardInterrupt):
        put_off(Library, interrupts.check, lambda: pytest.fail("it was lost"))


def test_within_another_it_waits_for_the_outer_body():
    after = []
    with pytest.raises(KeyboardInterrupt):
        put_off(lambda: put_off(press), lambda: after.append("the outer body went on"))
    assert after


@pytest.mark.parametrize(
    "wait", [lambda: interrupts.wait_for([Future()]), lambda: interrupts.sleep(60)]
)
def test_what_waits_hears_it(wait):
    with pytest.raises(KeyboardInterrupt):
        put_off(threading.Timer(0.05, press).start, wait)


def test_a_new_body_begins_with_none():
    with pytest.raises(KeyboardInterrupt):
        put_off(press)
    put_off(lambda: None)


def test_what_is_done_is_told_though_another_never_ends():
    done: Future = Future()
    done.set_result(1)
    assert interrupts.wait_for([done, Future()]) == {done}
    assert interrupts.wait_for([done], all_of_them=True) == {done}


def test_while_it_is_blocked_it_waits_and_what_is_started_does_not_hear_it(heard):
    code = "import signal; signal.raise_signal(signal.SIGINT); print('still here')"
    with pytest.raises(KeyboardInterrupt):
        printed_while_blocked(code, told := [])
    assert told == ["still here\n"]


@pytest.fixture
def heard():
    """Ctrl-C is heard, though a shell that runs these tests in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def printed_while_blocked(code, told):
    with interrupts.blocked():
        press()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        told.append(done.stdout)
