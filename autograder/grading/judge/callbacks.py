"""The student's calls of our functions: counted, decoded as claims, answered with plain data."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from autograder.errors import WireError
from autograder.grading.judge.objects import exceptions
from autograder.grading.judge.objects.sent import SentObjects
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message
from autograder.student_failure import StudentFailed
from autograder.verdict import Kind


class Callbacks:
    """Answers the calls that one student process makes of a test's functions."""

    def __init__(
        self,
        sent: SentObjects,
        most: int,
        answering: Callable[[], AbstractContextManager[None]],
    ):
        """
        sent: what was offered.
        most: how many calls one cell allows.
        answering: what a test's function is to run in.
        """
        self._answering = answering
        self._sent, self._most = sent, most
        self._left = most

    def start_cell(self) -> None:
        """Count from now."""
        self._left = self._most

    def answer(self, call: Message, decoder: Decoder, encoder: Encoder) -> Message:
        """Make the call that a message asks for; the message that answers it.

        Raises WireError for what is no call of ours, StudentFailed for one call too many.
        """
        self._count()
        function, arguments, keywords = self._read(call.head, decoder)
        try:
            with self._answering():
                value = function(*arguments, **keywords)
            head = {"value": encoder.node(value)}
        except Exception as error:
            head = {"raised": exceptions.to_node(error, encoder)}
        return Message(head, encoder.buffers)

    def _read(self, head: dict[str, Any], decoder: Decoder) -> tuple[Callable, list, dict]:
        try:
            function = self._sent.callback(head["id"])
            if (operation := head.get("op")) is not None:
                function = self._sent.operation(head["id"], operation)
            arguments = decoder.items({"v": head["args"]})
            return function, arguments, decoder.pairs({"v": head["kwargs"]})
        except (LookupError, TypeError) as error:
            raise WireError(f"a call of nothing that was offered: {type(error).__name__}") from None

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise StudentFailed(
                Kind.TIMED_OUT, f"called a function of the test more than {self._most:,} times"
            )
