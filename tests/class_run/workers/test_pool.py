"""Workers: bounded work in flight, and none of it lost with a worker."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import nbformat
import small_course
from nbformat import v4

from autograder.class_run.workers.pool import Job, LocalPool, SerialPool, run
from autograder.grading.worker import grade_submission
from autograder.limits import Limits
from autograder.submission.worker_messages import Bundle, Outcome, Submission

DONE = Outcome(notebooks={"n": b"{}"}).to_bytes()


def bundle_and_submission():
    """The small course's doubling, and a right submission of it."""
    cells = small_course.submission()["doubling"][:2]
    for cell in cells:
        cell.metadata["nbgrader"]["checksum"] = ""
    notebook = nbformat.writes(v4.new_notebook(cells=cells))
    bundle = Bundle({"doubling": notebook}, limits=Limits(cell_seconds=20), seed=1)
    return bundle.to_bytes(), Submission({"doubling": notebook.encode()}).to_bytes()


class Deadly:
    """A pool that b"deadly" breaks, with all that is in flight, until it is renewed."""

    in_flight, tries = 3, 3

    def __init__(self):
        self.tried, self.broken = [], False

    def open(self, bundle):
        pass

    def submit(self, data):
        self.tried.append(data)
        self.broken = self.broken or data == b"deadly"
        if self.broken:
            raise BrokenProcessPool
        future = Future()
        future.set_result(DONE)
        return future

    def renew(self):
        self.broken = False


def test_jobs_are_drawn_as_they_are_needed_and_all_are_answered():
    pool, drawn = Deadly(), iter(range(1000))
    results = run(pool, (Job(n, b"fine") for n in drawn))
    assert {next(results)[0] for _ in range(10)} <= set(range(13))
    assert next(drawn) <= 10 + 2 * pool.in_flight


def test_a_submission_that_kills_its_worker_is_named_after_three_tries_and_costs_no_other():
    pool = Deadly()
    jobs = [Job("a", b"fine"), Job("b", b"deadly"), Job("c", b"fine"), Job("d", b"fine")]
    outcomes = dict(run(pool, jobs))
    assert "died each time" in outcomes.pop("b").ungraded
    assert [o.ungraded for o in outcomes.values()] == ["", "", ""]
    assert pool.tried.count(b"deadly") == 3


def test_a_worker_killed_in_the_middle_is_replaced_and_its_submissions_graded():
    bundle, submission = bundle_and_submission()
    with LocalPool(2) as pool:
        pool.open(bundle)
        results = run(pool, (Job(n, submission) for n in range(8)))
        first, _ = next(results)
        victim = next(p for p in multiprocessing.active_children() if p.is_alive())
        os.kill(victim.pid, signal.SIGKILL)
        rest = dict(results)
    assert {first, *rest} == set(range(8))
    for outcome in rest.values():
        assert outcome.ungraded == ""
        assert [v.score for v in outcome.verdicts["doubling"]] == [2]
    assert multiprocessing.active_children() == []


def test_workers_give_what_this_process_gives():
    bundle, submission = bundle_and_submission()
    serial = SerialPool()
    serial.open(bundle)
    ((_, here),) = run(serial, [Job(0, submission)])
    there = Outcome.from_bytes(grade_submission(bundle, submission))
    assert here.verdicts == there.verdicts
    assert here.notebooks == there.notebooks


def test_the_end_does_not_wait_for_a_busy_worker():
    cells = small_course.submission(double="while True: pass")["doubling"][:2]
    endless = nbformat.writes(v4.new_notebook(cells=cells))
    bundle, _ = bundle_and_submission()
    with LocalPool(1) as pool:
        pool.open(bundle)
        pool.submit(Submission({"doubling": endless.encode()}).to_bytes())
        began = time.monotonic()
    assert time.monotonic() - began < 5
