"""What the student's code reads of a test cell's names: told before a call, where it has changed.

Two kinds, and no others: names that the instructor's own solution reads as globals, and those by
which a test knows an object that it passes as an argument in that very call. Neither hands over
what was not meant to be seen. What the student's code makes of them is not taken back.
"""

from collections.abc import Callable, Collection
from typing import Any

from autograder.errors import FaultyTest, WireError
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message

Node = Any
_MISSING = object()
_UNKNOWN = Message({"unknown": True})


class ShownNames:
    """What each name is on the other side, as far as it was told."""

    def __init__(self, scope: dict[str, Any], new_encoder: Callable[[], Encoder]):
        self._scope, self._new_encoder = scope, new_encoder
        self._read: Collection[str] = ()
        self._told: dict[str, Message | None] = {}
        self._own: dict[str, tuple[Any, Message | None]] = {}  # where both sides have the same
        self._covered: set[str] = set()  # where the other side's own is covered by ours
        self.sure = True  # that the other side has what the judge has, where it was told nothing
        self.passed: Collection[str] = ()  # those of the arguments of the call that is made now

    def start_cell(self, read: Collection[str]) -> None:
        """read: the names that the instructor's solution reads. Both sides bind them alike now."""
        self._read, self.passed = read, ()
        for name in read:
            if name not in self._told and self.sure:
                self.settle((name,))

    def settle(self, names: Collection[str]) -> None:
        """Note that a given cell has bound names, which both sides have run."""
        for name in {*names} & {*self._read, *self._told}:
            value = self._scope.get(name, _MISSING)
            self._told[name] = self._as_sent(value)
            self._own[name] = value, self._told[name]
            self._covered.discard(name)

    def changes(self, encoder: Encoder, lent: Collection[str]) -> list[list[Node]]:
        """What the other side is to bind, delete or have back before the call that is made now.

        lent: names that are alike on both sides in any case.
        """
        passed, self.passed = self.passed, ()  # of this call, and of none that comes after it
        names = sorted({*self._read, *passed} - set(lent))
        return [change for name in names for change in self._change(name, encoder)]

    def _change(self, name: str, encoder: Encoder) -> list[list[Node]]:
        value = self._scope.get(name, _MISSING)
        sent = self._as_sent(value)
        if sent is None or sent == self._told.get(name, _UNKNOWN):
            return []  # it cannot cross, or is there
        self._told[name] = sent
        first = "again" if name in self._covered else "first"
        own, own_sent = self._own.get(name, (None, None))
        if name in self._covered and value is own and sent == own_sent:
            return [[name, "own again"]]
        self._covered.add(name)
        return [[name, first] if value is _MISSING else [name, first, encoder.node(value)]]

    def _as_sent(self, value: Any) -> Message | None:
        if value is _MISSING:
            return Message({})
        encoder = self._new_encoder()
        try:
            return Message({"v": encoder.node(value)}, encoder.buffers)
        except (FaultyTest, WireError):
            return None
