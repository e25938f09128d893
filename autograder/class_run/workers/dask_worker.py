"""What a Dask worker keeps and runs: assignments by name, an engine, one submission at a time.

Imported by scheduler and workers when they read a task, so the grader is imported only to grade.
"""

import asyncio
import signal
import tempfile
import threading

from distributed import WorkerPlugin

from autograder.code_digest import Versions, code_versions, differences

_SOCKET_PATH = 60  # characters of a folder in which a Unix socket's path, of 107, is sure to fit
_one_at_a_time = threading.Lock()  # the engine is the process's, and a worker may have more threads
_open: dict[str, bytes] = {}  # the bundles of the runs that this worker serves


class Grader(WorkerPlugin):
    """Brings an assignment to each worker, now and later ones, and has its engine warm up."""

    def __init__(self, run: str, bundle: bytes, versions: Versions, ours: bool):
        """
        run: what the tasks name this assignment by.
        versions: those of the client. A worker that has others does not start, or says so.
        ours: whether the worker ends with the run, and leaves Ctrl-C to the client.
        """
        self.name = f"autograder-{run}"
        self._run, self._bundle, self._versions = run, bundle, versions
        self._ours = ours

    async def setup(self, worker) -> None:
        """Called by Dask in the worker's main thread, before any task.

        Raises RuntimeError for other versions, EngineError where there can be no sandbox.
        """
        if self._ours:  # not SIG_IGN, which the servers would inherit
            signal.signal(signal.SIGINT, lambda *_: None)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        found = await asyncio.to_thread(code_versions, self._versions)
        other = differences(self._versions, found)
        if other:
            raise RuntimeError(f"this worker cannot grade: {other}")
        if len(worker.local_directory) < _SOCKET_PATH:
            tempfile.tempdir = worker.local_directory  # Dask removes it, whatever the end
        _open[self._run] = self._bundle
        await asyncio.to_thread(_warm_up, self._bundle)

    def teardown(self, worker) -> None:
        """Called by Dask at the end of the run, or of the worker."""
        _open.pop(self._run, None)
        _close_when_unused()


def grade(run: str, submission: bytes) -> bytes:
    """Grade one submission of a run: the bytes of a `Submission` in, those of an `Outcome` out."""
    from autograder.grading.worker import grade_submission

    with _one_at_a_time:
        answer = grade_submission(_open[run], submission)
    _close_when_unused()
    return answer


def _warm_up(bundle: bytes) -> None:
    from autograder.grading import worker

    with _one_at_a_time:
        worker.warm_up(bundle)


def _close_when_unused() -> None:
    """End the engine when no run is left; where it is busy, the task does so at its end."""
    if not _open and _one_at_a_time.acquire(blocking=False):
        from autograder.grading import shared_engine

        try:
            shared_engine.close()
        finally:
            _one_at_a_time.release()
