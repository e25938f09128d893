"""Workers of a Dask cluster: one that is running, by its scheduler's address, or one of our own.

Dask starts a task again elsewhere when its worker dies, and has workers replaced (its "nanny").
What crosses is the bytes of `worker_messages`; the assignment goes to each worker once.
"""

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, InvalidStateError
from typing import TYPE_CHECKING, Any, TypeVar

from autograder.code_digest import code_versions, differences
from autograder.errors import ClusterError
from autograder.extras import need
from autograder.interrupts import blocked, wait_for
from autograder.submission.worker_messages import Bundle

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
LOCAL = "local"  # instead of an address
ANSWER_SECONDS = 10  # for a scheduler
WORKERS_SECONDS = 120  # how long there may be no worker at all: a queue may have to start them
AGAIN = "run the same command again: what is done is kept"
_LOOK_SECONDS = 2  # between two looks at how many there are


class DaskPool:
    """A `pool.Pool` of Dask's. A context manager: at its end what is in flight is cancelled."""

    tries = 2  # each of them Dask's own: "distributed.scheduler.allowed-failures" workers may die

    def __init__(self, address: "str | Client", workers: int):
        """
        address: a scheduler's, such as "tcp://10.0.0.1:8786", or "local"; or a client that has its
            own way to one, and that stays connected.
        workers: how many, where they are our own; the count of a cluster is its own matter.

        Raises MissingExtra when Dask is not installed, ClusterError when nobody answers.
        """
        self._cluster: Any = None
        self._given = not isinstance(address, str)
        self._client = self._connect(address, workers) if isinstance(address, str) else address
        self._executor = self._client.get_executor(pure=False)
        self._plugin = self._run = ""
        self._bundle = b""
        self._flying: set[Future[bytes]] = set()
        self._workers, self._empty_since = 0, time.monotonic()
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def _connect(self, address: str, workers: int) -> "Client":
        need("cluster", "dask", "distributed")
        import dask
        from distributed import Client, LocalCluster

        # A submission is part of its task, and so is not lost with a worker: that is no mistake.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        # A scheduler's log, of 1,000 entries by default, keeps the bytes of the tasks in it.
        dask.config.set({"distributed.admin.low-level-log-length": 50})
        for name in ("distributed.client", "distributed.core", "distributed.batched"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # a lost cluster is told by us
        if address == LOCAL:
            with blocked():  # until a worker's Grader sees to it
                self._cluster = LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0"
                )
            return Client(self._cluster)
        try:
            return Client(address, timeout=ANSWER_SECONDS)
        except (OSError, ValueError, TypeError) as error:
            raise ClusterError(
                f"no Dask scheduler answers at {address!r} within {ANSWER_SECONDS} s "
                f"({_last(error)}): start one with `dask scheduler`, which prints its address"
            ) from None

    def __enter__(self) -> "DaskPool":
        self._watcher.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        # Whatever of the cluster is lost by now, the others are still to be told.
        for step in (self._cancel, self._forget, self._disconnect):
            with contextlib.suppress(Exception):
                step()

    def _disconnect(self) -> None:
        if not self._given:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close(timeout=2)

    def _cancel(self) -> None:
        self._executor.shutdown(wait=False)

    @property
    def in_flight(self) -> int:
        """Two for each worker: one in hand, and one to go on with."""
        return 2 * max(1, self._workers)

    def open(self, bundle: bytes) -> None:
        """See Pool. Raises ClusterError when there is no worker, or one has other versions."""
        if bundle == self._bundle:
            return
        self._forget()
        self._wait_for_workers()
        self._workers = len(self._client.nthreads())
        versions = code_versions(Bundle.from_bytes(bundle).preload)
        self._check(versions)
        from autograder.class_run.workers.dask_worker import Grader

        self._run = uuid.uuid4().hex
        grader = Grader(self._run, bundle, versions, ours=self._cluster is not None)
        self._plugin = grader.name
        try:
            _patiently(self._client.register_plugin, grader)
        except Exception as error:
            raise ClusterError(f"a worker of the cluster cannot grade: {_last(error)}") from error
        self._bundle = bundle

    def _wait_for_workers(self) -> None:
        try:
            _patiently(self._client.wait_for_workers, 1, timeout=WORKERS_SECONDS)
        except TimeoutError:
            raise _no_workers() from None

    def _check(self, versions: dict[str, str]) -> None:
        answers = _patiently(self._client.run, code_versions, list(versions), on_error="return")
        told = []
        for worker, found in sorted(answers.items()):
            if isinstance(found, Exception):
                told.append(f"{worker}: {_last(found)}")
            elif other := differences(versions, found):
                told.append(f"{worker}: {other}")
        if told:
            raise ClusterError(
                f"{len(told)} of {len(answers)} workers have other versions than this machine, so "
                f"that they might give other scores ({'; '.join(told[:3])}); install the same "
                "there, and start them again"
            )

    def _forget(self) -> None:
        """Have the workers close what they opened for this assignment."""
        if self._plugin:
            name, self._plugin, self._bundle = self._plugin, "", b""
            self._client.unregister_worker_plugin(name)

    def submit(self, submission: bytes) -> "Future[bytes]":
        """See Pool; the future raises ClusterError when the whole cluster is lost."""
        from autograder.class_run.workers.dask_worker import grade

        answer: Future[bytes] = Future()
        self._flying.add(answer)
        answer.add_done_callback(self._flying.discard)
        try:
            asked = self._executor.submit(grade, self._run, submission)
        except Exception as error:
            raise ClusterError(f"the cluster is lost: {_last(error)}; {AGAIN}") from error
        asked.add_done_callback(lambda done: _pass_on(done, answer))
        return answer

    def renew(self) -> None:
        """See Pool: the cluster itself replaces workers."""

    def _watch(self) -> None:
        """Look how many workers there are; give up where there has been none for long."""
        while not self._ended.wait(_LOOK_SECONDS):
            with contextlib.suppress(Exception):  # a lost scheduler: the futures tell of it
                self._workers = len(self._client.nthreads())
            if self._workers:
                self._empty_since = time.monotonic()
            elif time.monotonic() > self._empty_since + WORKERS_SECONDS:
                for answer in list(self._flying):
                    _fail(answer, _no_workers())


def _patiently(call: Callable[..., T], *arguments: Any, **keywords: Any) -> T:
    """What the call gives, in a thread of its own: it may take minutes, and Ctrl-C must not."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(call(*arguments, **keywords))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    wait_for([answer])
    return answer.result()


def _pass_on(done: "Future[bytes]", answer: "Future[bytes]") -> None:
    """What Dask says of a task, in the terms of `pool.Pool`."""
    from distributed import KilledWorker

    if done.cancelled():
        _fail(answer, ClusterError(f"the connection to the Dask scheduler is lost; {AGAIN}"))
        return
    error = done.exception()
    if isinstance(error, KilledWorker):
        _fail(answer, BrokenExecutor(str(error)))
    elif error is not None:
        _fail(answer, error)
    else:
        with contextlib.suppress(InvalidStateError):  # given up meanwhile
            answer.set_result(done.result())


def _fail(answer: "Future[bytes]", error: BaseException) -> None:
    with contextlib.suppress(InvalidStateError):
        answer.set_exception(error)


def _no_workers() -> ClusterError:
    return ClusterError(
        f"the cluster has had no worker for {WORKERS_SECONDS} s; start some "
        f"(`dask worker ADDRESS --nthreads 1`) and {AGAIN}"
    )


def _last(error: BaseException) -> str:
    """The error's own message, on a line: Dask's have whole tracebacks in them."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:300] or type(error).__name__
