"""Submissions through worker processes: a few in flight at a time, and none lost with its worker.

`run` asks little of a pool, so that a cluster can stand in the place of this machine's processes.
"""

import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Protocol

from autograder.errors import ClusterError
from autograder.grading.processes.server_handles import Zygote
from autograder.interrupts import blocked, wait_for
from autograder.notebook.imports import Modules
from autograder.submission.worker_messages import Bundle, Outcome


class Pool(Protocol):
    """Workers that grade submissions of one assignment at a time."""

    tries: int  # how often to submit one whose worker dies

    @property
    def in_flight(self) -> int:
        """How many submissions it wants to have at once; it may change."""

    def open(self, bundle: bytes) -> None:
        """From now on grade submissions of this assignment (`worker_messages.Bundle`, as bytes)."""

    def submit(self, submission: bytes) -> "Future[bytes]":
        """Grade one (`worker_messages.Submission` in, `worker_messages.Outcome` out).

        The future, or the call, raises BrokenExecutor when the worker died.
        """

    def renew(self) -> None:
        """Replace what died, after a BrokenExecutor; what was in flight is given up."""


@dataclass(frozen=True)
class Job:
    """A submission to grade, with what the caller knows it by."""

    key: Hashable
    submission: bytes


def run(pool: Pool, jobs: Iterable[Job]) -> Iterator[tuple[Hashable, Outcome]]:
    """Grade the jobs, which are drawn one by one as workers are free; outcomes as they come.

    When a worker dies, what it may have had in hand is graded again, one at a time: then the one
    that kills its worker is known, and is ungraded after the pool's number of tries.

    Raises ClusterError when no worker can be had any more.
    """
    waiting = iter(jobs)
    flying: dict[Future[bytes], Job] = {}
    while True:
        while len(flying) < pool.in_flight and (job := next(waiting, None)):
            flying[_submit(pool, job)] = job
        if not flying:
            return
        done = wait_for(flying)
        if any(isinstance(future.exception(), BrokenExecutor) for future in done):
            done = wait_for(flying, all_of_them=True)  # the whole pool is broken: each says so
        broken = []
        for future in done:
            job = flying.pop(future)
            if isinstance(future.exception(), BrokenExecutor):
                broken.append(job)
            else:
                yield job.key, _outcome(future)
        if broken:
            pool.renew()
        for job in broken:
            yield job.key, _again(pool, job)


def _submit(pool: Pool, job: Job) -> "Future[bytes]":
    try:
        return pool.submit(job.submission)
    except BrokenExecutor as error:
        failed: Future[bytes] = Future()
        failed.set_exception(error)
        return failed


def _again(pool: Pool, job: Job) -> Outcome:
    for _ in range(pool.tries - 1):
        future = _submit(pool, job)
        wait_for([future])
        if not isinstance(future.exception(), BrokenExecutor):
            return _outcome(future)
        pool.renew()
    reason = "the worker process that graded it died each time (of too little memory?)"
    return Outcome(ungraded=reason, fault="EngineError")


def _outcome(future: "Future[bytes]") -> Outcome:
    error = future.exception()
    if isinstance(error, ClusterError):  # which says nothing of this submission
        raise error
    if error is not None:  # a fault of ours: a worker tells all others in its answer
        return Outcome(ungraded=f"{type(error).__name__}: {error}", fault="EngineError")
    return Outcome.from_bytes(future.result())


class SerialPool:
    """No worker: this process grades, one submission after the other."""

    in_flight = tries = 1

    def __init__(self) -> None:
        self._bundle = b""

    def open(self, bundle: bytes) -> None:
        """See Pool."""
        self._bundle = bundle

    def submit(self, submission: bytes) -> "Future[bytes]":
        """See Pool."""
        # Not needed where workers are processes.
        from autograder.grading.worker import grade_submission

        done: Future[bytes] = Future()
        done.set_result(grade_submission(self._bundle, submission))
        return done

    def renew(self) -> None:
        """See Pool."""


class LocalPool:
    """Processes of this machine. A context manager: at its end they are gone, busy or not."""

    tries = 3

    def __init__(self, workers: int, preload: Modules | None = None):
        """
        workers: how many; the first starts at once.
        preload: what is imported for them meanwhile, where that is known before the bundle is.
        """
        self.in_flight = 2 * workers  # one in hand, and one to go on with
        self._workers = workers
        self._preload, self._zygote = preload, preload and _zygote(preload)
        self._folder = tempfile.mkdtemp(prefix="autograder-run-")
        self._bundle, self._bundles = b"", 0
        self._processes: list[multiprocessing.process.BaseProcess] = []
        self._executor = self._start()

    def __enter__(self) -> "LocalPool":
        return self

    def __exit__(self, *exception: object) -> None:
        self._end()
        if self._zygote:
            self._zygote.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, bundle: bytes) -> None:
        """See Pool."""
        if bundle == self._bundle:  # as a watcher's mostly is, many times a day
            return
        self._import(Bundle.from_bytes(bundle).modules)
        self._bundle = bundle
        self._bundles += 1
        (Path(self._folder) / f"bundle-{self._bundles}").write_bytes(bundle)

    def _import(self, preload: Modules) -> None:
        """Have one process that all workers' servers are forks of, with these modules."""
        if self._zygote and self._preload != preload:
            self._zygote.close()
            self._zygote = None
        if not self._zygote:
            self._preload, self._zygote = preload, _zygote(preload)

    def submit(self, submission: bytes) -> "Future[bytes]":
        """See Pool."""
        path = Path(self._folder) / f"bundle-{self._bundles}"
        zygote = self._zygote.address if self._zygote else ""
        with blocked():
            return self._executor.submit(_grade_with, str(path), zygote, submission)

    def renew(self) -> None:
        """See Pool."""
        self._end()
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        executor = ProcessPoolExecutor(
            self._workers,
            mp_context=_Remembering(self._processes),
            initializer=_start_worker,
            initargs=(os.getpid(), self._folder),
        )
        with blocked():
            # Starts the first; the others follow with the first jobs. Warming up takes all cores,
            # and all at once would only delay the first result.
            executor.submit(_warm_up)
        return executor

    def _end(self) -> None:
        """End the workers, busy or not, within a second and a half."""
        deadline = time.monotonic() + 1.5
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(max(0.0, deadline - time.monotonic()))
            process.kill()
        self._processes.clear()
        self._executor.shutdown(wait=True, cancel_futures=True)


def _zygote(preload: Modules) -> Zygote:
    return Zygote(preload.names, preload.later, preload.gpus)


class _Remembering(SpawnContext):
    """Spawns, and keeps the processes: an executor does not tell which are its own."""

    def __init__(self, started: list[multiprocessing.process.BaseProcess]):
        self._started = started

    def Process(self, *args, **kwargs):  # type: ignore[override]  # noqa: N802
        process = super().Process(*args, **kwargs)
        self._started.append(process)
        return process


# The worker's module is imported by the workers alone: it costs the main process a second.


def _start_worker(parent: int, folder: str) -> None:
    from autograder.grading import worker

    worker.start(parent, folder)


def _warm_up() -> None:
    """Nothing: the executor starts a process to have it done."""


def _grade_with(path: str, zygote: str, submission: bytes) -> bytes:
    from autograder.grading import worker

    return worker.grade_with(path, zygote, submission)
