"""The arguments of a call, and which of the numbers in them are still what they were."""

from collections.abc import Iterable
from typing import Any

from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.identities import Received

Places = Iterable[int | str]


class Given:
    """The arguments of one call, by place and by name."""

    def __init__(self, head: dict[str, Any], decoder: Decoder):
        self._received = decoder.identities = Received(trusted=True)
        self._numbers: dict[int | str, range] = {}
        self.arguments = [self._value(i, n, decoder) for i, n in enumerate(head["args"]["v"])]
        self.keywords = {k: self._value(k, node, decoder) for k, node in head["kwargs"]["v"]}
        self.values: dict[int | str, Any] = dict(enumerate(self.arguments)) | self.keywords
        decoder.identities = None

    def after(self, changed: Places) -> tuple[dict[int, Any], set[int]]:
        """All that has a number, and the numbers of what is as it was, once these have changed."""
        same = self._numbers.keys() - set(changed)
        return self._received.known, {n for place in same for n in self._numbers[place]}

    def _value(self, place: int | str, node: Any, decoder: Decoder) -> Any:
        first = len(self._received.known)
        value = decoder.value(node)
        self._numbers[place] = range(first, len(self._received.known))
        return value
