"""Our end of the wire: ask the student's process, wait as long as allowed, read what it claims."""

import itertools
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from socket import socket
from typing import Any

from autograder.errors import FaultyTest, WireError
from autograder.grading.judge import autograd, exceptions, reply_claims
from autograder.grading.judge.callbacks import Callbacks
from autograder.grading.judge.conversation import Conversation, unreadable
from autograder.grading.judge.lent_names import LentNames
from autograder.grading.judge.received_objects import ReceivedObjects
from autograder.grading.judge.sent_objects import SentObjects
from autograder.grading.judge.stand_ins import Handle, is_handle, owner_of
from autograder.grading.shell.outputs import Outputs
from autograder.grading.wire import random_states
from autograder.grading.wire.changed_arguments import apply_change
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message
from autograder.grading.wire.given_instances import Instances
from autograder.limits import Limits
from autograder.notebook.plan import Plan
from autograder.student_failure import StudentFailed
from autograder.text import describe
from autograder.verdict import Kind

Node = Any
_MISSING = object()
_SOON = 0.1  # seconds: a limit of a call that ends with the cell's is the cell's


@dataclass
class CellReply:
    """How a cell of the student's ended, by their process's word."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    failed: StudentFailed | None = None  # it got no answer, or ran out of time


class Session:
    """One student process. After it is lost every question fails with how it was lost."""

    def __init__(
        self,
        sock: socket,
        limits: Limits,
        scope: dict[str, Any],
        plan: Plan,
        notebook_ends: float,
        how_it_ended: Callable[[], str],
    ):
        """
        scope: the judge's namespace, where the student's names are lent, and classes looked up.
        plan: says which classes are the student's, and so have their operators forwarded, and
            which are given, and so cross as their attributes.
        notebook_ends: on time.monotonic()'s clock, when the notebook's time is used up.
        how_it_ended: why the process is no more, to follow "the code ...".
        """
        self._notebook_ends = notebook_ends
        self._limits, self._scope, self._plan = limits, scope, plan
        self._line = Conversation(
            sock, self._serve, self.out_of_time, how_it_ended, limits.reply_bytes()
        )
        self._instances = Instances(scope, frozenset(plan.given))
        self._outgoing = SentObjects()
        self._incoming = ReceivedObjects(self, scope, frozenset(plan.classes))
        self._free_gradients: list[int] = []
        self._calls = itertools.count(1)
        self._states = random_states.snapshot()
        self._callbacks = Callbacks(self._outgoing.callback, limits.callbacks)
        self._deadline, self._may_stop = 0.0, False
        self.outputs = Outputs(limits.output_characters)  # what the student's code prints in calls
        self.failed: StudentFailed | None = None  # the cell's first: a test may swallow it
        self._last_call: tuple[tuple, dict[str, Any], Any] | None = None
        self._loans = LentNames(scope, self._encoder)
        self._one_at_a_time = threading.RLock()  # a test may call from threads; callbacks nest

    def greet(self) -> None:
        """Tell a fresh process which classes are given, and which are the student's to write.

        Raises StudentFailed if it is lost.
        """
        if self._plan.given or self._plan.classes:
            self._ask({"do": "give", "given": self._plan.given, "theirs": self._plan.classes})

    @property
    def lost(self) -> StudentFailed | None:
        """How the process was lost, if it was."""
        return self._line.lost

    @property
    def waiting(self) -> bool:
        """Whether a frame is on its way, in the middle of which nothing may be raised."""
        return self._line.waiting

    def seconds_left(self) -> float:
        """The time that the cell has left."""
        return max(self._deadline - time.monotonic(), 0.001)

    def start_cell(self, outputs: Outputs, may_stop: bool = False) -> None:
        """Begin a cell: its time, its callbacks and its outputs are counted from now.

        may_stop: whether the cell expects that a call raises StopIteration.
        """
        self._may_stop = may_stop
        self._deadline = min(time.monotonic() + self._limits.cell_seconds, self._notebook_ends)
        self._callbacks.start_cell()
        self.outputs = outputs
        self._last_call = None
        self.failed = None

    def lend(self, names: Iterable[str]) -> None:
        """Put the student's values of these names into the judge's namespace, as they are now."""
        wanted = tuple(names)
        asks = wanted or self._loans
        self._loans.renew(wanted, self.names(wanted, lend=True) if asks else {})

    def run(self, source: str) -> CellReply:
        """Run a cell in the student's process."""
        try:
            reply = self._ask({"do": "run", "source": source}).head
            most = self._limits.output_characters
            outputs = reply_claims.outputs(reply.get("outputs"), most_characters=most)
        except StudentFailed as failed:
            return CellReply(failed=failed)
        return CellReply(outputs, self.out_of_time() if reply.get("timed out") else None)

    def names(self, names: Iterable[str], *, lend: bool = False) -> dict[str, Any]:
        """The values that the student's process binds to these names, where it does.

        lend: have it tell, after each call, which of them have changed.
        """
        message = self._ask({"do": "names", "names": sorted(names), "lend": lend})
        found = self._reading(
            message, lambda decoder: decoder.pairs(reply_claims.pairs(message.head["names"]))
        )
        return {name: found[name] for name in names if name in found}

    def operate(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
        """Do something with the student's objects: "call", "getattr", "len", ... on the first.

        Raises what the student's code raises, where it is a builtin or a library's exception, and
        StudentFailed where there is no answer.
        """
        try:
            return self._operate(operation, arguments, keywords)[0]
        except StudentFailed as failed:
            self.failed = self.failed or failed
            raise
        except StopIteration as stop:
            if operation == "next" or self._may_stop:
                raise
            # `all(map(answer, xs))` would take it for the end of its own items, and be true.
            raise exceptions.no_end(stop) from None

    def operators_used(self, function: Handle, *arguments: Any) -> list[str]:
        """The aten operators that a call of the student's function claims to use."""
        return self._operate("call", (function, *arguments), {}, operators=True)[1]

    def _operate(self, operation, arguments, keywords, operators=False) -> tuple[Any, list[str]]:
        encoder = self._encoder()
        call = next(self._calls)
        head: dict[str, Any] = {"do": "call", "op": operation, "call": call}
        try:
            head["args"] = {"v": encoder.items(arguments)}
            head["kwargs"] = {"v": [[name, encoder.node(v)] for name, v in keywords.items()]}
            states = random_states.snapshot()
            if states != self._states:
                head["states"], self._states = random_states.to_node(encoder), states
        except WireError as error:
            raise FaultyTest(
                f"an argument cannot cross to the student's process: {error}"
            ) from None
        head |= {"operators": operators} | self._freed()
        if operation == "call":
            self._last_call = (arguments, keywords, _MISSING)
        reply = self._ask(head, encoder)
        self._show(reply.head.get("outputs"))
        if reply.head.get("timed out"):
            raise self.out_of_time()
        if "unreadable" in reply.head:
            raise unreadable(reply_claims.short(reply.head["unreadable"]))
        inputs = encoder.with_gradient
        finish = partial(self._finish, reply, call, inputs, arguments, keywords)
        value, used = self._reading(reply, finish)
        if operation == "call":
            self._last_call = (arguments, keywords, value)
        return value, used

    def last_call(self) -> tuple[str, str]:
        """The cell's last call of the student's code, and what it gave, as text; or blanks."""
        if self._last_call is None:
            return "", ""
        (function, *given), keywords, value = self._last_call
        name = self._loans.name_of(function) or "your function"
        try:
            shown = [*map(describe, given), *(f"{k}={describe(v)}" for k, v in keywords.items())]
            gave = "" if value is _MISSING else describe(value)
        except StudentFailed:  # to show an object of the student's is to ask for it
            return f"{name}(…)", ""
        return f"{name}({', '.join(shown)})", gave

    def _finish(self, reply: Message, call, inputs, arguments, keywords, decoder: Decoder):
        """Apply what a call changed, then raise or return what it gave."""
        if "states" in reply.head:
            self._states = random_states.restore(decoder, reply.head["states"])
        # A leaf stays a leaf here, so that the gradient that it was given is seen.
        decoder.attach = lambda tensor, kind: tensor.requires_grad_()
        for place, node in reply.head.get("changed", []):
            apply_change(reply_claims.argument(place, arguments, keywords), decoder.value(node))
        for name, node in reply.head.get("lent", []):
            self._loans.take_back(name, decoder.value(node))
        if raised := reply.head.get("raised"):
            raise exceptions.from_node(raised, decoder, self._incoming.exceptions)
        # Only now: a tensor among the changed arguments is no output of the call.
        outputs = itertools.count()

        def attach(tensor: Any, kind: str) -> Any:
            output = next(outputs)
            if kind == "leaf":  # a parameter of the student's, with the gradient that it has there
                return tensor.requires_grad_()
            return autograd.attach(tensor, inputs, self._product(call, output, inputs))

        decoder.attach = attach
        return decoder.value(reply.head["value"]), reply_claims.strings(reply.head.get("operators"))

    def _product(self, call: int, output: int, inputs: list[Any]) -> autograd.Product:
        def product(gradient: Any) -> list[Any]:
            encoder = self._encoder()
            head = {"do": "gradient", "call": call, "output": output}
            reply = self._ask(head | {"gradient": encoder.node(gradient)}, encoder)
            self._show(reply.head.get("outputs"))
            if reply.head.get("timed out"):
                raise self.out_of_time()
            products = self._reading(reply, partial(self._value_or_raise, reply.head))
            if not autograd.fits(products, inputs):
                raise unreadable("its gradients are not those of the inputs")
            return products

        weakref.finalize(product, self._free_gradients.append, call)
        return product

    def _show(self, claimed: Any) -> None:
        """Show what the student's code printed in a call; text where the test now sends its own."""
        for output in reply_claims.outputs(claimed, stderr_as="stdout"):
            if output["output_type"] == "stream":
                sys.stdout.write(output["text"])
            else:
                self.outputs.extend([output])

    def _value_or_raise(self, head: dict[str, Any], decoder: Decoder) -> list[Any]:
        if raised := head.get("raised"):
            raise exceptions.from_node(raised, decoder, self._incoming.exceptions)
        return decoder.items({"v": head["value"]})

    def _encoder(self) -> Encoder:
        return Encoder(self._node_of, self._instances)

    def _decoder(self, message: Message) -> Decoder:
        return Decoder(message.buffers, self._resolve, self._instances)

    def _ask(self, head: dict[str, Any], encoder: Encoder | None = None) -> Message:
        """Send a request; serve the callbacks that it leads to; return its reply."""
        with self._one_at_a_time:
            if self.lost is not None:
                raise self.lost
            encoder = encoder or self._encoder()
            head["rebound"] = self._loans.changes(encoder)
            now = time.monotonic()
            left = self._deadline - now
            if left <= 0:
                raise self.out_of_time()
            if head["do"] != "run":
                left = min(left, self._limits.call_seconds)
            question = Message(head | {"seconds": left}, encoder.buffers)
            return self._line.ask(question, now + left + self._limits.grace_seconds)

    def _serve(self, call: Message) -> Message:
        return self._callbacks.answer(call, self._decoder(call), self._encoder())

    def _reading(self, message: Message, read: Callable[[Decoder], Any]) -> Any:
        """Read a reply; a malformed one is the student's failure, not ours."""
        try:
            return read(self._decoder(message))
        except WireError as error:
            raise unreadable(error) from None
        except Exception as error:
            if exceptions.is_students(error):
                raise
            raise unreadable(type(error).__name__) from None

    def _node_of(self, value: Any) -> Node:
        if is_handle(value) and owner_of(value) is not self:
            raise StudentFailed(Kind.DIED, "ended the process that this value lived in")
        return self._outgoing.node(value)

    def _resolve(self, node: Node) -> Any:
        if node["t"] != "handle":
            return self._outgoing.resolve(node)
        found = self._incoming.resolve(node)
        if isinstance(found, type):
            self._outgoing.add_exception_class(found, node["id"])
        return found

    def _freed(self) -> dict[str, list[int]]:
        gradients, self._free_gradients[:] = list(self._free_gradients), []
        return {"free": self._incoming.freed(), "free gradients": gradients}

    def out_of_time(self) -> StudentFailed:
        """The failure of a call or a cell whose time is up, or the notebook's."""
        if time.monotonic() >= self._notebook_ends:
            seconds = self._limits.notebook_seconds
            problem = f"used up the {seconds:g} s that the whole notebook may take"
            return StudentFailed(Kind.TIMED_OUT, problem)
        what, seconds = "cell", self._limits.cell_seconds
        if time.monotonic() < self._deadline - _SOON:
            what, seconds = "call", self._limits.call_seconds
        return StudentFailed(
            Kind.TIMED_OUT, f"took longer than the {seconds:g} s that a {what} may take"
        )
