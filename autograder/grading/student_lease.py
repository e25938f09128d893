"""The student processes of one notebook: one at a time, lent to its judge and watched."""

import select
import signal
import socket
import time
from contextlib import suppress

from autograder.errors import EngineError, SubmissionError
from autograder.grading.processes.server_handles import Child, Server
from autograder.grading.processes.usage_monitor import UsageMonitor
from autograder.grading.wire.frames import Lost, Message, receive, send
from autograder.limits import Limits
from autograder.working_folder import Files

_START_SECONDS = 120
_ENDING_SECONDS = 2  # between the end of a process's socket and its own


class StudentLease:
    """A context manager; at its end the process that was lent last, and all it started, is gone."""

    def __init__(
        self,
        server: Server,
        limits: Limits,
        files: Files,
        folder: str,
        seed: int,
        beside: int = 0,
    ):
        """
        server: the warm server, or a template, whose random states go on in its children.
        files: what lies in the working folder, `folder`, when a process starts.
        beside: how many templates there are.
        """
        self._server, self._limits, self._files = server, limits, files
        self._options = {
            "folder": folder,
            "seed": seed,
            "beside": beside,
            "output_characters": limits.output_characters,
            "figures": limits.figures,
            "reply_bytes": limits.reply_bytes(),
        }
        self._child: Child | None = None
        self._watch: UsageMonitor | None = None
        self._reached = ""

    def __enter__(self) -> "StudentLease":
        return self

    def __exit__(self, *exception: object) -> None:
        self._end()

    def lend_to(self, judge: socket.socket) -> None:
        """Start a fresh process, in the place of the one before, and hand its socket over.

        Raises SubmissionError if the files find no room there, EngineError if it does not start.
        """
        self._end()
        self._reached = ""
        self._child = child = self._server.fork(self._options)
        self._watch = UsageMonitor(child.descriptor, self._limits)
        try:
            send(child.sock, Message({"files": list(self._files)}, list(self._files.values())))
            refused = receive(child.sock, time.monotonic() + _START_SECONDS).head["refused"]
        except (Lost, TimeoutError) as lost:
            raise EngineError("a student's process did not start with its files") from lost
        if refused:
            raise SubmissionError(
                f"the files beside its notebooks cannot be put into the folder of a process "
                f"({refused}); there is room for {self._limits.files:,} files of "
                f"{self._limits.disk_mib:,} MiB together (c.Grade.files, c.Grade.disk_mib)"
            )
        number = str(self._watch.pid).encode()
        socket.send_fds(judge, [number], [child.sock.fileno()])
        child.sock.close()

    def stop_if_over_limit(self) -> None:
        """Kill the process if it, with what it started, has passed a limit."""
        if self._watch and self._child and (reached := self._watch.limit_reached()):
            self._reached, self._watch = reached, None
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._child.descriptor, signal.SIGKILL)

    def how_it_ended(self) -> str:
        """Why the process is no more, to follow "the code ...": a limit, a signal, an exit code."""
        self.stop_if_over_limit()
        if self._child:  # its socket closes before its exit code can be had
            select.select([self._child.descriptor], [], [], _ENDING_SECONDS)
        code = self._end()
        return self._reached or f"ended the process that runs it ({_in_words(code)})"

    def _end(self) -> int:
        child, self._child, self._watch = self._child, None, None
        return self._server.end(child) if child else 0


def _in_words(code: int) -> str:
    """An exit code of waitpid's; the sandbox's filter turns SIGKILL on oneself into SIGSYS."""
    if code >= 0:
        return f"with exit code {code}"
    name = signal.Signals(-code).name if -code in list(signal.Signals) else f"signal {-code}"
    return f"killed by {'SIGKILL' if name == 'SIGSYS' else name}"
