"""The notebook's names that a test cell uses: alike on both sides while it runs."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from autograder.errors import WireError
from autograder.grading.student.objects import Codec
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message

Node = Any


class LentNames:
    """What each lent name was when both sides last agreed on it."""

    def __init__(self, namespace: dict[str, Any], codec: Codec):
        self._namespace, self._codec = namespace, codec
        self._agreed: dict[str, Message] = {}

    def rebind(self, request: Message) -> None:
        """Bind or delete names of the notebook as a test cell has done."""
        for name, *node in request.head.get("rebound", []):
            self._namespace.pop(name, None)
            with suppress(WireError):  # an object of a class that is not here: the name goes
                for one in node:
                    value = self._codec.decoder(request).value(one)
                    self._namespace[name] = value
                    self._agreed[name] = self._codec.as_lent(value)

    def values(self, names: Iterable[str], encoder: Encoder, *, lend: bool) -> dict[str, Node]:
        """The nodes of those names that are bound here.

        lend: from now on `changes` tells which of them have changed, and of no others.
        """
        found, agreed = {}, {}
        for name in names:
            if name not in self._namespace:
                continue
            value = self._namespace[name]
            try:
                found[name] = encoder.node(value)
                agreed[name] = self._codec.as_lent(value)
            except Exception:  # too deep, too large, or its own methods raise
                found[name] = self._codec.objects.handle(value)
        if lend:
            self._agreed = agreed
        return found

    def changes(self, encoder: Encoder) -> list[list[Node]]:
        """The names, and their values, that now stand for something else or have changed."""
        changed = []
        for name in [name for name in self._agreed if name in self._namespace]:
            now = self._codec.as_lent(self._namespace[name])
            if now != self._agreed[name]:
                self._agreed[name] = now
                changed.append([name, encoder.node(self._namespace[name])])
        return changed
