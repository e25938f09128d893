"""Our end of what reads submissions: each notebook has a process of its own, with limits.

Whatever a notebook does to the process that reads it, the notebook alone is refused.
"""

import json
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from autograder import errors, interrupts
from autograder.errors import EngineError, SubmissionError, WireError
from autograder.grading.processes.server_handles import Child, Server, environment
from autograder.grading.processes.template_cache import Template
from autograder.grading.wire.frames import Lost, Message, receive, send
from autograder.limits import Limits
from autograder.notebook.plan import Plan

_PROGRAM = "autograder.grading.reading.server"
_MOST_NOTEBOOKS = 16  # of an instructor's, at a time
_LISTEN_SECONDS = 0.05
_ENDING_SECONDS = 2
# Processor time is what is limited: on a busy machine it may take so many times as long.
_PATIENCE, _SLACK_SECONDS = 20, 60


class Desk:
    """Reads what was handed in. Its server starts at once; a child is forked for each notebook.

    Threads may share one: the servers that they ask are asked one thing at a time.
    """

    def __init__(self, limits: Limits):
        self._limits = limits
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=environment(),
                start_new_session=True,
            )
        self._server = Server(control, _PROGRAM)
        self._warm = False
        self._one_at_a_time = threading.RLock()
        self._known: OrderedDict[bytes, Template] = OrderedDict()

    def close(self) -> None:
        """End the server and all its children."""
        for known in self._known.values():
            known.close()
        self._known.clear()
        self._server.close()
        try:
            self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def parse(self, submitted: bytes) -> Any:
        """A notebook's file as `notebook_file.parse` reads it, as plain JSON data.

        Raises SubmissionError for one that cannot be read, or not within the limits.
        """
        with self._child(lambda: self._server) as task:
            task.send([submitted])
            return json.loads(task.receive().buffers[0])

    @contextmanager
    def open(self, source: bytes, submitted: bytes, **planning: Any) -> Iterator["Opened"]:
        """A submitted notebook's file on the desk, for as long as it is graded.

        source: the instructor's notebook, as JSON. planning: arguments of `steps.opened`, as JSON.

        Raises SubmissionError for one that cannot be read, or not within the limits.
        """
        with self._child(lambda: self._knowing(source)) as task:
            task.send([submitted], planning=planning)
            yield Opened(task)

    def wait_until_warm(self) -> None:
        """Wait for the server. Raises EngineError if it is lost."""
        with self._one_at_a_time:
            if not self._warm:
                self._server.wait_until_ready()
                self._warm = True

    def _knowing(self, source: bytes) -> Server:
        """A process that has read the instructor's notebook."""
        if (known := self._known.get(source)) and known.has_ended():
            self._known.pop(source).stop()
        if source not in self._known:
            if len(self._known) >= _MOST_NOTEBOOKS:
                self._known.popitem(last=False)[1].stop()
            self._known[source] = self._learn(source)
        self._known.move_to_end(source)
        return self._known[source]

    def _learn(self, source: bytes) -> Template:
        child = self._server.fork({"folder": "/", "learn": True})
        try:
            send(child.sock, Message({}, [source]))
            receive(child.sock)
        except Lost as lost:
            self._server.end(child)
            raise EngineError(
                "the instructor's notebook cannot be read; the reason stands above, on stderr"
            ) from lost
        return Template(self._server, child)

    @contextmanager
    def _child(self, choose: Callable[[], Server]) -> Iterator["_Task"]:
        limits = self._limits
        options = {
            "folder": "/",
            "seconds": limits.reading_seconds,
            "mib": limits.reading_mib,
            "too much": _too_much(f"{limits.reading_mib:,} MiB", "reading_mib"),
        }
        self.wait_until_warm()
        with self._one_at_a_time:
            server = choose()
            child = server.fork(options)
        task = _Task(child, limits, lambda: self._end(server, child))
        try:
            yield task
        finally:
            task.end()

    def _end(self, server: Server, child: Child) -> int:
        with self._one_at_a_time:
            return server.end(child)


class Opened:
    """A submitted notebook that has been read.

    plan: what of it to run where; modules: what its steps import.
    """

    def __init__(self, task: "_Task"):
        self._task = task
        told = json.loads(task.receive().buffers[0])
        self.plan = replace(Plan.from_json(told["plan"]), opening=tuple(told["opening"]))
        self.modules: list[str] = told["modules"]

    def complete(self, results: Sequence[Mapping[str, Any]], **how: Any) -> bytes:
        """The graded notebook as JSON; the arguments are those of `steps.completed`."""
        self._task.send([json.dumps(results).encode()], how=how)
        return bytes(self._task.receive().buffers[0])


class _Task:
    """The process of one notebook, and what is said where it is lost."""

    def __init__(self, child: Child, limits: Limits, end: Callable[[], int]):
        self._limits, self._end = limits, end
        self._child: Child | None = child
        self._sock = child.sock

    def send(self, buffers: Sequence[bytes], **head: Any) -> None:
        try:
            send(self._sock, Message(head, buffers), self._deadline())
        except WireError as error:
            raise SubmissionError(f"it is too large to be read or written down: {error}") from None
        except (Lost, TimeoutError):
            raise self._lost() from None

    def receive(self) -> Message:
        deadline = self._deadline()
        while not select.select([self._sock], [], [], _LISTEN_SECONDS)[0]:
            interrupts.check()
            if time.monotonic() > deadline:
                raise self._lost()
        try:
            answer = receive(self._sock, deadline)
        except (Lost, TimeoutError, WireError):
            raise self._lost() from None
        if "failed" in answer.head:
            raise getattr(errors, answer.head["failed"], EngineError)(answer.head["why"])
        return answer

    def end(self) -> int:
        child, self._child = self._child, None
        return self._end() if child else 0

    def _deadline(self) -> float:
        return time.monotonic() + _PATIENCE * self._limits.reading_seconds + _SLACK_SECONDS

    def _lost(self) -> SubmissionError:
        if self._child:  # its socket closes before its exit code can be had
            select.select([self._child.descriptor], [], [], _ENDING_SECONDS)
        code = self.end()
        if code in (-signal.SIGPROF, 0):
            allowed = f"{self._limits.reading_seconds:g} s"
            return SubmissionError(_too_much(allowed, "reading_seconds"))
        name = signal.Signals(-code).name if -code in list(signal.Signals) else f"exit code {code}"
        return SubmissionError(f"the process that reads it was lost ({name})")


def _too_much(allowed: str, limit: str) -> str:
    return (
        "to read it, and to write down what came of it, takes more than the "
        f"{allowed} that c.Grade.{limit} allows"
    )
