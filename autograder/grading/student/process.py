"""The life of a student process: it runs cells, answers calls, and dies with the notebook.

One request comes at a time. While a call runs, the student's code may call back a function of the
judge's; the judge may then ask again, so requests nest as calls do.
"""

import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

from autograder.errors import WireError
from autograder.grading.processes.warm_server import Fence
from autograder.grading.shell.outputs import Outputs
from autograder.grading.shell.shell import Shell
from autograder.grading.student.callbacks import builtin_exception
from autograder.grading.student.calls import Calls
from autograder.grading.student.cells import Done, OutOfTime, no_time_limit, run_cell
from autograder.grading.student.lent_names import LentNames
from autograder.grading.student.moving_in import move_in, obey_signals
from autograder.grading.student.names.fingerprints import (
    fingerprint,
    fingerprint_of_fresh,
    fingerprint_of_module,
)
from autograder.grading.student.names.shown_names import ShownNames
from autograder.grading.student.objects import Codec
from autograder.grading.student.surroundings.all_of_it import Surroundings
from autograder.grading.wire.codecs.figures.pyplot import close_left_open
from autograder.grading.wire.frames import Lost, Message, receive, send


def run(shell: Shell, sock: socket.socket, options: dict, fence: Fence) -> None:
    """Write the files that come first, then serve the judge at the other end of `sock`."""
    move_in(shell, sock)
    obey_signals()
    shell.figures_left = options["figures"]
    _live(shell, sock, options, fence)


def go_on(
    shell: Shell, sock: socket.socket, options: dict, fence: Fence, done: Sequence[Done]
) -> None:
    """As `run`, in a fork of a template: these cells come first, and are not run again."""
    move_in(shell, sock)
    _live(shell, sock, options, fence, done)


def _live(
    shell: Shell, sock: socket.socket, options: dict, fence: Fence, done: Sequence[Done] = ()
) -> None:
    fence.shut(options["beside"])
    send(sock, Message({"refused": ""}))
    process = _Process(shell, sock, options, done)
    with suppress(Lost):
        while True:
            process.answer(receive(sock))


class _Process:
    def __init__(self, shell: Shell, sock: socket.socket, options: dict, done: Sequence[Done]):
        self._shell, self._sock = shell, sock
        self._room, self._most_bytes = options["output_characters"], options["reply_bytes"]
        self._pid = os.getpid()
        self._codec = Codec(self._call_back)
        self._lent = LentNames(shell.user_ns, self._codec)
        self._around = Surroundings()
        self._shown = ShownNames(shell.user_ns, self._codec)
        self._calls = Calls(self._codec, self._lent, self._around, self._recording)
        self._done = list(done)
        self._seen: set[str] = set()  # modules of which fingerprints were asked
        self._asked: int | None = None  # the number of the request that is being answered
        self._requests: dict[str, Callable[[Message], Message]] = {
            "give": self._give,
            "run": self._run,
            "bind": lambda request: Message({}),  # `answer` has done it
            "names": self._names,
            "fingerprints": self._fingerprints,
            "figures": self._calls.share_figures,
            "call": self._calls.call,
            "gradient": self._calls.gradient,
        }

    def answer(self, request: Message) -> None:
        """Do what the judge asks, and reply."""
        before, self._asked = self._asked, request.head["number"]
        try:
            self._lent.rebind(request)
            self._shown.follow(request)
            self._around.learn(request.head.get("around", {}), self._codec.decoder(request))
            reply = self._requests[request.head["do"]](request)
            self._tell_around(reply)
        except OutOfTime:
            reply = Message({"timed out": True})
        if os.getpid() != self._pid:
            os._exit(0)  # the student's code forked, and this is the copy
        try:
            self._tell(reply)
        except WireError as error:
            self._tell(Message({"unreadable": str(error)}))
        self._asked = before

    def _tell(self, message: Message) -> None:
        """Send a reply, or a call of a function of the judge's, as part of what was last asked."""
        reply = Message(message.head | {"to": self._asked}, message.buffers)
        send(self._sock, reply, most_bytes=self._most_bytes)

    def _tell_around(self, reply: Message) -> None:
        encoder = self._codec.encoder()
        encoder.buffers = reply.buffers  # type: ignore[assignment]
        if (told := self._around.told(encoder)) is not None:
            reply.head["around"], reply.buffers = told, encoder.buffers

    def _give(self, request: Message) -> Message:
        told = [request.head[name] for name in ("given", "theirs", "libraries")]
        self._codec.give(self._shell.user_ns, *told)
        return Message({})

    def _run(self, request: Message) -> Message:
        source = request.head["source"]
        if self._done and self._done[0].source == source:
            return Message({"outputs": self._done.pop(0).outputs})
        self._done = []
        self._shell.execution_count = request.head["count"] or self._shell.execution_count
        close_left_open()
        error, outputs = run_cell(self._shell, source, request.head["seconds"], self._room)
        self._calls.states_moved()
        head: dict[str, Any] = {"outputs": outputs}
        if isinstance(error, OutOfTime):
            head["timed out"] = True
        elif error is not None:
            head["raised"] = type(error).__name__
        return Message(head)

    def _names(self, request: Message) -> Message:
        encoder, head = self._codec.encoder(), request.head
        found = self._lent.values(head["names"], encoder, lend=head["lend"])
        return Message({"names": found}, encoder.buffers)

    def _fingerprints(self, request: Message) -> Message:
        bound, head = self._shell.user_ns, request.head
        found = {
            f"n {name}": [fingerprint(bound[name]), type(bound[name]).__name__, ""]
            for name in head["names"]
            if name in bound
        }
        for name in head["modules"]:
            if (module := sys.modules.get(name)) is not None:
                fresh = "" if name in self._seen else fingerprint_of_fresh(module)
                found[f"m {name}"] = [fingerprint_of_module(module), "", fresh]
                self._seen.add(name)
        return Message({"found": found})

    def _call_back(self, number: int, args: tuple, kwargs: dict, operation: str = "") -> Any:
        """Call a function of the judge's, and answer what it asks until its answer comes."""
        with self._around.apart():  # what we use may be what a test has replaced
            return self._called_back(number, args, kwargs, operation)

    def _called_back(self, number: int, args: tuple, kwargs: dict, operation: str) -> Any:
        if os.getpid() != self._pid:
            raise RuntimeError("a function of a test cannot be called from another process")
        encoder = self._codec.encoder()
        node = {"do": "callback", "id": number, "args": encoder.items(args)}
        node["kwargs"] = [[name, encoder.node(value)] for name, value in kwargs.items()]
        if operation:
            node["op"] = operation
        with no_time_limit():
            self._tell(Message(node, encoder.buffers))
            while "do" in (message := receive(self._sock)).head:
                self.answer(message)
        decoder = self._codec.decoder(message)
        if raised := message.head.get("raised"):
            raise builtin_exception(raised, decoder.items({"v": raised.get("args", [])}))
        return decoder.value(message.head["value"])

    def _recording(self) -> AbstractContextManager[Outputs]:
        return self._shell.recording(Outputs(self._room))
