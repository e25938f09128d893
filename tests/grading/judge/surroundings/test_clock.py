"""The judge's clocks: its own share is taken off, the student's never."""

import os
import time
import timeit

import pytest
from cells import verdict

from autograder.grading.judge.surroundings.clock import Clock

CLOCKS = ["perf_counter", "perf_counter_ns", "time", "time_ns", "process_time", "process_time_ns"]
BURNT = 0.05  # seconds of processor time
TIMERS = (timeit.timeit, timeit.repeat, timeit.Timer.__init__)


@pytest.fixture
def clock(monkeypatch):
    """A clock in the place of this process's, for the length of a test."""
    for name in CLOCKS:
        monkeypatch.setattr(time, name, getattr(time, name))
    monkeypatch.setattr(timeit, "default_timer", timeit.default_timer)
    kept = [timer.__defaults__ for timer in TIMERS]
    made = Clock(["start = time.perf_counter()"])
    made.install()
    yield made
    for timer, defaults in zip(TIMERS, kept, strict=True):
        timer.__defaults__ = defaults


@pytest.fixture
def idle():
    """The number of a process that waits for its end."""
    reads, writes = os.pipe()
    if not (pid := os.fork()):
        os.close(writes)
        os.read(reads, 1)
        os._exit(0)
    yield pid
    os.close(writes)
    os.close(reads)
    os.waitpid(pid, 0)


def burn():
    """Use so much of this process's time."""
    end = time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) + BURNT
    while time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) < end:
        pass


@pytest.mark.parametrize("look", [lambda: time.perf_counter(), lambda: timeit.default_timer()])
def test_what_the_judge_does_itself_is_taken_off(clock, idle, look):
    clock.watch(idle)
    start = look()
    with clock.timing():
        burn()
    assert look() - start < BURNT / 2


def test_what_it_waits_for_is_not(clock, idle):
    clock.watch(idle)
    start = time.perf_counter()
    with clock.timing(), clock.waiting():
        burn()
    assert time.perf_counter() - start >= BURNT


def test_what_the_kernel_accounts_to_the_students_process_is_not(clock):
    clock.watch(os.getpid())  # what it does while the judge does not wait for it
    start, processor = time.perf_counter(), time.process_time()
    with clock.timing():
        burn()
    assert time.perf_counter() - start >= BURNT
    assert time.process_time() - processor >= 2 * BURNT  # in one process both are its own


def test_of_a_process_that_has_ended_nothing_is_taken_off(clock, idle):
    clock.watch(2**22 + 1)  # no process has a number so high
    start = time.perf_counter()
    with clock.timing():
        burn()
    assert time.perf_counter() - start >= BURNT


def test_a_course_that_looks_at_no_clock_has_those_of_python():
    before = [getattr(time, name) for name in CLOCKS]
    Clock(["assert answer(2) == 4"]).install()
    assert [getattr(time, name) for name in CLOCKS] == before


def test_a_call_that_takes_long_is_seen_to(engine):
    answer = "import time\ndef answer():\n    end = time.monotonic() + 0.2\n"
    answer += "    while time.monotonic() < end: pass"
    test = "import time\nstart = time.perf_counter()\nanswer()\n"
    test += "assert 0.2 <= time.perf_counter() - start"
    assert verdict(engine, answer, test).score == 1
