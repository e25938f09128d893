"""Calls of the student's functions, and of what they return: arguments in, claims out."""

import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from autograder.aten_operators import recording_operators
from autograder.errors import WireError
from autograder.grading.shell.outputs import Outputs
from autograder.grading.student.cells import OutOfTime, time_limit
from autograder.grading.student.gradients import Gradients
from autograder.grading.student.kinds.arguments import Given
from autograder.grading.student.lent_names import LentNames
from autograder.grading.student.objects import Codec, exception_node
from autograder.grading.student.operations import OPERATIONS
from autograder.grading.student.surroundings.all_of_it import Surroundings
from autograder.grading.wire import random_states
from autograder.grading.wire.changed_arguments import FIXED
from autograder.grading.wire.codecs.figures.pyplot import OpenFigures, close_left_open
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message

Reply = dict[str, Any]
_OURS = str(Path(__file__).parents[2])


class Calls:
    """Makes the calls that the judge asks for, and answers what it asks of their gradients."""

    def __init__(
        self,
        codec: Codec,
        lent: LentNames,
        around: Surroundings,
        recording: Callable[[], AbstractContextManager[Outputs]],
    ):
        """recording: collects what the body prints and shows."""
        self._codec, self._lent, self._recording = codec, lent, recording
        self._around = around
        self._gradients = Gradients()
        self._states = random_states.snapshot()
        self._figures = OpenFigures(codec.encoder)

    def share_figures(self, request: Message) -> Message:
        """Tell which figures are open, and with each call what became of them; or no longer."""
        close_left_open()  # by calls of a test cell, which has ended
        self._figures.share(request.head["share"])
        encoder = self._codec.encoder()
        return Message({"figures": self._figures.news(encoder)}, encoder.buffers)

    def states_moved(self) -> None:
        """A cell has run: the random states as it left them are this side's own."""
        self._states = random_states.snapshot()

    def call(self, request: Message) -> Message:
        """Make a call: its value or its exception, and all that it changed."""
        head = request.head
        self._codec.objects.forget(head.get("free", []))
        self._gradients.forget(head.get("free gradients", []))
        encoder = self._codec.encoder()
        with self._recording() as outputs, time_limit(head["seconds"]):
            try:
                reply = self._made(request, encoder)
            except OutOfTime:
                reply, encoder.buffers = {"timed out": True}, []
            except WireError as error:
                reply, encoder.buffers = {"unreadable": str(error)}, []
        return Message(reply | {"outputs": outputs.collected()}, encoder.buffers)

    def gradient(self, request: Message) -> Message:
        """The vector-Jacobian product of a call that was made."""
        head, encoder = request.head, self._codec.encoder()
        with self._recording() as outputs, time_limit(head["seconds"]):
            try:
                decoder = self._codec.decoder(request)
                self._codec.tensors.take(decoder, head.get("tensors", []))
                ask = decoder.value(head["gradient"])
                products = self._gradients.vector_jacobian_product(
                    head["call"], head["output"], ask
                )
                reply: Reply = {"value": encoder.items(products)}
                reply["tensors"] = self._codec.tensors.news(encoder)
            except OutOfTime:
                reply = {"timed out": True}
            except Exception as error:
                reply = {"raised": exception_node(error, encoder.node, _traceback_of(error))}
        return Message(reply | {"outputs": outputs.collected()}, encoder.buffers)

    def _made(self, request: Message, encoder: Encoder) -> Reply:
        head, decoder = request.head, self._codec.decoder(request)
        given = Given(head, decoder)
        if "states" in head:
            self._states = random_states.restore(decoder, head["states"])
        if "figures" in head:
            self._figures.take(decoder, head["figures"])
        self._codec.tensors.take(decoder, head.get("tensors", []))
        before = {place: self._unless_fixed(value) for place, value in given.values.items()}
        with recording_operators() if head.get("operators") else nullcontext(()) as used:
            encoder.inputs = decoder.with_gradient
            try:
                with self._around.in_place():
                    value = OPERATIONS[head["op"]](*given.arguments, **given.keywords)
                changed = self._changed(given.values, before)
                encoder.identities = self._codec.numbers(*given.after(changed), value)
                reply: Reply = {"value": encoder.node(value)}
                self._gradients.keep(head["call"], decoder, encoder)
            except (OutOfTime, WireError):
                raise
            except BaseException as error:
                changed = self._changed(given.values, before)
                encoder.identities = self._codec.numbers(*given.after(changed), None)
                told = exception_node(error, encoder.node, _traceback_of(error))
                reply = {"raised": told}
        reply["operators"] = sorted(used)
        if changed:
            reply["changed"] = [[place, encoder.node(given.values[place])] for place in changed]
        encoder.identities = None
        if lent := self._lent.changes(encoder):
            reply["lent"] = lent
        if (news := self._figures.news(encoder)) is not None:
            reply["figures"] = news
        reply["tensors"] = self._codec.tensors.news(encoder)
        now = random_states.snapshot()
        if now != self._states:
            self._states, reply["states"] = now, random_states.to_node(encoder)
        return reply

    def _unless_fixed(self, value: Any) -> Message | None:
        """A mutable argument as it would be sent now; None for what no call can change."""
        return None if type(value) in FIXED else self._codec.as_sent(value)

    def _changed(self, given: dict[Any, Any], before: dict[Any, Message | None]) -> list[int | str]:
        """The arguments, by place or name, that are not as they were before the call."""
        return [
            place
            for place, value in given.items()
            if before[place] is not None and self._codec.as_sent(value) != before[place]
        ]


def _traceback_of(error: BaseException) -> str:
    """The traceback of the student's own frames; ours among them say nothing to them."""
    try:
        told = traceback.TracebackException.from_exception(error)
        theirs = [frame for frame in told.stack if not frame.filename.startswith(_OURS)]
        told.stack = traceback.StackSummary.from_list(theirs)
        return "".join(told.format())[-20_000:]
    except BaseException:
        return f"{type(error).__name__} (its traceback cannot be shown)"
