"""The life of a student process: it runs cells, answers calls, and dies with the notebook.

One request comes at a time. While a call runs, the student's code may call back a function of the
judge's; the judge may then ask again, so requests nest as calls do.
"""

import os
import socket
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any

from autograder.aten_operators import recording_operators
from autograder.errors import WireError
from autograder.grading.processes.warm_server import Fence
from autograder.grading.shell.outputs import Outputs
from autograder.grading.shell.shell import Shell
from autograder.grading.student.cells import Done, OutOfTime, no_time_limit, run_cell, time_limit
from autograder.grading.student.gradients import Gradients
from autograder.grading.student.moving_in import move_in, obey_signals
from autograder.grading.student.objects import Objects, builtin_exception, exception_node
from autograder.grading.student.operations import OPERATIONS
from autograder.grading.wire import random_states
from autograder.grading.wire.changed_arguments import FIXED, is_large
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Lost, Message, receive, send
from autograder.grading.wire.given_instances import NO_INSTANCES, Instances

Node = Any
_OURS = str(Path(__file__).parents[2])


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
    process = _Process(shell, sock, options, done)
    try:
        while True:
            process.answer(receive(sock))
    except Lost:
        pass


class _Process:
    def __init__(self, shell: Shell, sock: socket.socket, options: dict, done: Sequence[Done]):
        self._shell, self._sock = shell, sock
        self._room, self._most_bytes = options["output_characters"], options["reply_bytes"]
        self._pid = os.getpid()
        self._objects = Objects(self._call_back)
        self._gradients = Gradients()
        self._states = random_states.snapshot()
        self._lent: dict[str, Message] = {}  # the names lent to the judge, as both sides know them
        self._instances = NO_INSTANCES
        self._done = list(done)
        self._asked: int | None = None  # the number of the request that is being answered
        self._requests: dict[str, Callable[[Message], Message]] = {
            "give": self._give,
            "run": self._run,
            "names": self._names,
            "call": self._call,
            "gradient": self._gradient,
        }

    def answer(self, request: Message) -> None:
        """Do what the judge asks, and reply."""
        before, self._asked = self._asked, request.head["number"]
        try:
            self._rebind(request)
            reply = self._requests[request.head["do"]](request)
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

    def _rebind(self, request: Message) -> None:
        """Bind or delete names of the notebook as a test cell has done."""
        for name, *node in request.head.get("rebound", []):
            self._shell.user_ns.pop(name, None)
            with suppress(WireError):  # an object of a class that is not here: the name goes
                for one in node:
                    self._shell.user_ns[name] = value = self._decoder(request).value(one)
                    self._lent[name] = self._as_lent(value)

    def _give(self, request: Message) -> Message:
        given, theirs = (frozenset(request.head[name]) for name in ("given", "theirs"))
        self._instances = Instances(self._shell.user_ns, given, theirs)
        return Message({})

    def _encoder(self) -> Encoder:
        return Encoder(self._objects.handle, self._instances)

    def _decoder(self, message: Message) -> Decoder:
        return Decoder(message.buffers, self._objects.resolve, self._instances)

    def _run(self, request: Message) -> Message:
        source = request.head["source"]
        if self._done and self._done[0].source == source:
            return Message({"outputs": self._done.pop(0).outputs})
        self._done = []
        error, outputs = run_cell(self._shell, source, request.head["seconds"], self._room)
        self._states = random_states.snapshot()
        head: dict[str, Any] = {"outputs": outputs}
        if isinstance(error, OutOfTime):
            head["timed out"] = True
        elif error is not None:
            head["raised"] = type(error).__name__
        return Message(head)

    def _names(self, request: Message) -> Message:
        encoder, namespace, found = self._encoder(), self._shell.user_ns, {}
        lent: dict[str, Message] = {}
        for name in request.head["names"]:
            if name in namespace:
                try:
                    found[name] = encoder.node(namespace[name])
                    lent[name] = self._as_lent(namespace[name])
                except Exception:  # too deep, too large, or its own methods raise
                    found[name] = self._objects.handle(namespace[name])
        if request.head["lend"]:
            self._lent = lent
        return Message({"names": found}, encoder.buffers)

    def _call(self, request: Message) -> Message:
        head = request.head
        self._objects.forget(head.get("free", []))
        self._gradients.forget(head.get("free gradients", []))
        encoder = self._encoder()
        reply: dict[str, Any] = {}
        with self._recording() as outputs, time_limit(head["seconds"]):
            try:
                decoder = self._decoder(request)
                arguments, keywords = decoder.items(head["args"]), decoder.pairs(head["kwargs"])
                if "states" in head:
                    self._states = random_states.restore(decoder, head["states"])
                sent = self._echo(arguments, keywords)
                with recording_operators() if head.get("operators") else nullcontext(()) as used:
                    encoder.inputs = decoder.with_gradient
                    try:
                        value = OPERATIONS[head["op"]](*arguments, **keywords)
                        reply["value"] = encoder.node(value)
                        self._gradients.keep(head["call"], decoder, encoder)
                    except (OutOfTime, WireError):
                        raise
                    except BaseException as error:
                        reply["raised"] = exception_node(error, encoder.node, _traceback_of(error))
                reply["operators"] = sorted(used)
                self._add_changes(reply, encoder, sent, arguments, keywords)
                self._add_changed_names(reply, encoder)
                now = random_states.snapshot()
                if now != self._states:
                    self._states, reply["states"] = now, random_states.to_node(encoder)
            except OutOfTime:
                reply, encoder.buffers = {"timed out": True}, []
            except WireError as error:
                reply, encoder.buffers = {"unreadable": str(error)}, []
        return Message(reply | {"outputs": outputs.collected()}, encoder.buffers)

    def _echo(self, arguments: list, keywords: dict) -> list[Message | None]:
        """Each mutable argument as it would be sent now: compared before and after a call."""
        return [self._unless_fixed(value) for value in (*arguments, *keywords.values())]

    def _unless_fixed(self, value: Any) -> Message | None:
        return None if type(value) in FIXED else self._as_sent(value)

    def _as_lent(self, value: Any) -> Message:
        """A value that a name of the notebook stands for, to see whether it changed."""
        return Message({"same": id(value)}) if is_large(value) else self._as_sent(value)

    def _as_sent(self, value: Any) -> Message:
        encoder = Encoder(self._objects.echo, self._instances)
        return Message({"v": encoder.node(value)}, encoder.buffers)

    def _add_changes(self, reply, encoder, sent, arguments, keywords) -> None:
        names = [*range(len(arguments)), *keywords]
        values = [*arguments, *keywords.values()]
        changed = [
            [name, encoder.node(value)]
            for name, value, before in zip(names, values, sent, strict=True)
            if before is not None and self._as_sent(value) != before
        ]
        if changed:
            reply["changed"] = changed

    def _add_changed_names(self, reply: dict[str, Any], encoder: Encoder) -> None:
        """The names lent to the test cell that now stand for something else, or have changed."""
        namespace, changed = self._shell.user_ns, []
        for name in [name for name in self._lent if name in namespace]:
            now = self._as_lent(namespace[name])
            if now != self._lent[name]:
                self._lent[name] = now
                changed.append([name, encoder.node(namespace[name])])
        if changed:
            reply["lent"] = changed

    def _gradient(self, request: Message) -> Message:
        encoder = self._encoder()
        with self._recording() as outputs, time_limit(request.head["seconds"]):
            try:
                ask = Decoder(request.buffers).value(request.head["gradient"])
                value = self._gradients.vector_jacobian_product(
                    request.head["call"], request.head["output"], ask
                )
                reply: dict[str, Any] = {"value": encoder.items(value)}
            except OutOfTime:
                reply = {"timed out": True}
            except Exception as error:
                reply = {"raised": exception_node(error, encoder.node, _traceback_of(error))}
        return Message(reply | {"outputs": outputs.collected()}, encoder.buffers)

    def _call_back(self, number: int, args: tuple, kwargs: dict) -> Any:
        if os.getpid() != self._pid:
            raise RuntimeError("a function of a test cannot be called from another process")
        encoder = self._encoder()
        node = {"do": "callback", "id": number, "args": encoder.items(args)}
        node["kwargs"] = [[name, encoder.node(value)] for name, value in kwargs.items()]
        with no_time_limit():
            self._tell(Message(node, encoder.buffers))
            while "do" in (message := receive(self._sock)).head:
                self.answer(message)
        decoder = self._decoder(message)
        if raised := message.head.get("raised"):
            raise builtin_exception(raised, decoder.items({"v": raised.get("args", [])}))
        return decoder.value(message.head["value"])

    def _recording(self) -> AbstractContextManager[Outputs]:
        return self._shell.recording(Outputs(self._room))


def _traceback_of(error: BaseException) -> str:
    """The traceback of the student's own frames; ours among them say nothing to them."""
    try:
        told = traceback.TracebackException.from_exception(error)
        theirs = [frame for frame in told.stack if not frame.filename.startswith(_OURS)]
        told.stack = traceback.StackSummary.from_list(theirs)
        return "".join(told.format())[-20_000:]
    except BaseException:
        return f"{type(error).__name__} (its traceback cannot be shown)"
