"""Calls of the student's code, from arguments to a value: what they changed, raised and printed."""

import itertools
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

from autograder.errors import FaultyTest, WireError
from autograder.grading.judge import autograd, reply_claims
from autograder.grading.judge.conversation import unreadable
from autograder.grading.judge.objects import exceptions
from autograder.grading.judge.questions import Questions
from autograder.grading.judge.time_limits import TimeLimits
from autograder.grading.wire import random_states
from autograder.grading.wire.changed_arguments import apply_change
from autograder.grading.wire.codecs.figures.pyplot import OpenFigures
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message
from autograder.grading.wire.identities import Received, Sent

Arguments = tuple[Any, ...]
Keywords = dict[str, Any]
NO_VALUE = object()  # of a call that has not come to its end


class Calls:
    """Of one student process: each call has a number, by which its gradients are asked for.

    last: the arguments, the function first, and the value of the last call, where there was one.
    """

    def __init__(self, questions: Questions, time_limits: TimeLimits, show: Callable[[Any], None]):
        """show: is given what the student's code claims to have printed and shown."""
        self._questions, self._time, self._show = questions, time_limits, show
        self._numbers = itertools.count(1)
        self._free_gradients: list[int] = []
        self._states = random_states.snapshot()
        self._figures = OpenFigures(questions.encoder)
        self.last: tuple[Arguments, Keywords, Any] | None = None

    def share_figures(self, shared: bool) -> None:
        """Have the same figures open in pyplot on both sides, from now on, or no longer.

        Raises StudentFailed if the student's process cannot say what is open there.
        """
        if shared or self._figures.shared:
            reply = self._questions.ask({"do": "figures", "share": shared})
            self._figures.share(shared)
            self._questions.read(reply, partial(self._take_figures, reply.head))

    def _take_figures(self, head: dict[str, Any], decoder: Decoder) -> None:
        if self._figures.shared and head.get("figures") is not None:
            self._figures.take(decoder, head["figures"])

    def make(
        self, operation: str, arguments: Arguments, keywords: Keywords, operators: bool = False
    ) -> tuple[Any, list[str]]:
        """What an operation on the first argument gives, and the operators that it claims to use.

        operators: have them recorded.

        Raises what the student's code raises, StudentFailed where there is no answer, FaultyTest
        where an argument cannot cross.
        """
        number, encoder = next(self._numbers), self._questions.encoder()
        head = {"do": "call", "op": operation, "call": number, "operators": operators}
        sent = encoder.identities = Sent()
        head |= self._sent(encoder, arguments, keywords) | self._freed()
        if operation == "call":
            self.last = (arguments, keywords, NO_VALUE)
        reply = self._answered(self._questions.ask(head, encoder))
        if "unreadable" in reply.head:
            raise unreadable(reply_claims.short(reply.head["unreadable"]))
        inputs = encoder.with_gradient
        finish = partial(self._finish, reply, number, inputs, arguments, keywords)

        def finished(decoder: Decoder) -> tuple[Any, list[str]]:
            decoder.identities = Received(sent.kept)
            value = None
            try:
                value, used = finish(decoder)
                return value, used
            finally:  # a call that raised has changed its arguments as well
                decoder.identities.check_size(value)

        value, used = self._questions.read(reply, finished)
        if operation == "call":
            self.last = (arguments, keywords, value)
        return value, used

    def _sent(self, encoder: Encoder, arguments: Arguments, keywords: Keywords) -> dict[str, Any]:
        try:
            head: dict[str, Any] = {"args": {"v": encoder.items(arguments)}}
            head["kwargs"] = {"v": [[name, encoder.node(v)] for name, v in keywords.items()]}
            encoder.identities = None  # what else goes along is no argument
            states = random_states.snapshot()
            if states != self._states:
                head["states"], self._states = random_states.to_node(encoder), states
            if (news := self._figures.news(encoder)) is not None:
                head["figures"] = news
            head["tensors"] = encoder.known.tensors.news(encoder)
        except WireError as error:
            raise FaultyTest(
                f"an argument cannot cross to the student's process: {error}"
            ) from None
        return head

    def _freed(self) -> dict[str, list[int]]:
        gradients, self._free_gradients[:] = list(self._free_gradients), []
        return {"free": self._questions.received.freed(), "free gradients": gradients}

    def _answered(self, reply: Message) -> Message:
        """The reply, once what the call printed is shown. Raises StudentFailed when time was up."""
        self._show(reply.head.get("outputs"))
        if reply.head.get("timed out"):
            raise self._time.out_of_time()
        return reply

    def _finish(
        self,
        reply: Message,
        number: int,
        inputs: list[Any],
        arguments: Arguments,
        keywords: Keywords,
        decoder: Decoder,
    ) -> tuple[Any, list[str]]:
        """Apply what a call changed, then raise or return what it gave."""
        if "states" in reply.head:
            self._states = random_states.restore(decoder, reply.head["states"])
        self._take_figures(reply.head, decoder)
        decoder.known.tensors.take(decoder, reply.head.get("tensors", []))
        # A leaf stays a leaf here, so that the gradient that it was given is seen.
        decoder.attach = lambda tensor, kind: tensor.requires_grad_()
        for place, node in reply.head.get("changed", []):
            apply_change(reply_claims.argument(place, arguments, keywords), decoder.value(node))
        for name, node in reply.head.get("lent", []):
            self._questions.lent.take_back(name, decoder.value(node))
        if raised := reply.head.get("raised"):
            raise exceptions.from_node(raised, decoder, self._questions.received.exceptions)
        # Only now: a tensor among the changed arguments is no output of the call.
        outputs = itertools.count()

        def attach(tensor: Any, kind: str) -> Any:
            output = next(outputs)
            if kind == "leaf":  # a parameter of the student's, with the gradient that it has there
                return tensor.requires_grad_()
            return autograd.attach(tensor, inputs, self._product(number, output, inputs))

        decoder.attach = attach
        return decoder.value(reply.head["value"]), reply_claims.strings(reply.head.get("operators"))

    def _product(self, number: int, output: int, inputs: list[Any]) -> autograd.Product:
        def product(gradient: Any) -> list[Any]:
            encoder = self._questions.encoder()
            head = {"do": "gradient", "call": number, "output": output}
            head["gradient"] = encoder.node(gradient)
            head["tensors"] = encoder.known.tensors.news(encoder)
            reply = self._answered(self._questions.ask(head, encoder))
            products = self._questions.read(reply, partial(self._value_or_raise, reply.head))
            if not autograd.fits(products, inputs):
                raise unreadable("its gradients are not those of the inputs")
            return products

        weakref.finalize(product, self._free_gradients.append, number)
        return product

    def _value_or_raise(self, head: dict[str, Any], decoder: Decoder) -> list[Any]:
        decoder.known.tensors.take(decoder, head.get("tensors", []))
        if raised := head.get("raised"):
            raise exceptions.from_node(raised, decoder, self._questions.received.exceptions)
        return decoder.items({"v": head["value"]})
