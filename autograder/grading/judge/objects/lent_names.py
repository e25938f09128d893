"""The student's names in the judge's namespace: lent for a cell, alike on both sides while it runs.

A test may replace a function to see that another one uses it, as in nbgrader's own example, or
change a list that the student's code reads; a call of theirs may change a list that the test reads.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from autograder.errors import FaultyTest, WireError
from autograder.grading.judge.objects.stand_ins import facts_of, is_handle
from autograder.grading.wire.changed_arguments import is_large, merged
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message

Node = Any
_MISSING = object()


class LentNames:
    """What is lent now, and what each name was when both sides last agreed on it."""

    def __init__(self, scope: dict[str, Any], new_encoder: Callable[[], Encoder]):
        self._scope, self._new_encoder = scope, new_encoder
        self._lent: dict[str, Any] = {}
        self._agreed: dict[str, Message | None] = {}
        self.taken: set[str] = set()  # what calls have changed since names were last lent

    def renew(self, names: tuple[str, ...], found: Mapping[str, Any]) -> None:
        """Lend `found`; names that the student's process does not bind are not bound here either.

        A name that a test bound to what cannot cross keeps that value.
        """
        self.taken = set()
        for name, value in found.items():
            if is_handle(value):
                facts_of(value).path = name
        for name in names:
            if self._agreed.get(name, _MISSING) is not None:
                self._scope.pop(name, None)
                self._scope.update({name: found[name]} if name in found else {})
        self._lent = {name: self._scope.get(name, _MISSING) for name in names}
        self._agreed = {name: self._as_sent(value) for name, value in self._lent.items()}

    def __bool__(self) -> bool:
        return bool(self._lent)

    @property
    def names(self) -> Collection[str]:
        """Those that are lent."""
        return self._lent.keys()

    def name_of(self, value: Any) -> str | None:
        """The student's name for a value that is lent."""
        return next((name for name, lent in self._lent.items() if lent is value), None)

    def changes(self, encoder: Encoder) -> list[list[Node]]:
        """The names that the judge's cell bound anew, deleted or changed since both agreed."""
        changes = []
        for name in self._lent:
            now = self._scope.get(name, _MISSING)
            if is_handle(now) and now is self._lent[name]:
                continue  # what it stands for is on the other side
            sent = self._as_sent(now)
            if sent != self._agreed[name]:
                self._lent[name], self._agreed[name] = now, sent
                if sent is not None:
                    changes.append([name] if now is _MISSING else [name, encoder.node(now)])
        return changes

    def take_back(self, name: str, value: Any) -> None:
        """Note that a call of the student's changed what a name stands for.

        Raises LookupError for a name that is not lent.
        """
        if name not in self._lent:
            raise LookupError("a name that was not lent")
        self.taken.add(name)
        self._lent[name] = self._scope[name] = merged(self._scope.get(name), value)
        self._agreed[name] = self._as_sent(self._lent[name])

    def _as_sent(self, value: Any) -> Message | None:
        """A value as it would cross, to see whether it changed; None where it cannot."""
        if value is _MISSING:
            return Message({})
        if is_large(value):
            return Message({"same": id(value)})
        encoder = self._new_encoder()
        try:
            return Message({"v": encoder.node(value)}, encoder.buffers)
        except (FaultyTest, WireError):
            return None
