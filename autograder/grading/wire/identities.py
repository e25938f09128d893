"""Which values of a message are one object: each has a number, and comes once.

`{"t": "is", "n": number, "v": node}` is a value with its number, `{"t": "same", "n": number}` the
same value again. A reply goes on counting where its question ended, so it can say that a value is
an argument, and what that argument became: the receiver changes its own object, in place.
"""

import sys
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.changed_arguments import become
from autograder.grading.wire.closed_format import NODES, Opaque
from autograder.grading.wire.given_classes import attributes_of, has_attributes

Node = Any

_HOLDERS = frozenset({list, tuple, dict, set, frozenset, deque})
_WHOLE = frozenset({bytearray, np.ndarray})  # what is in them has no number


class Sent:
    """Of one side, for one message: the numbers of what it sends."""

    def __init__(
        self,
        known: Mapping[int, Any] | None = None,
        settled: Iterable[int] = (),
        only: frozenset[int] | None = None,
    ):
        """
        known: values by the numbers that the other side has given them.
        settled: the numbers of those that are to the other side as they are here.
        only: of other values, those of these identities have numbers; None: all have.
        """
        self.kept: list[Any] = list((known or {}).values())  # so that no identity is used again
        self._numbers = {id(value): number for number, value in (known or {}).items()}
        self._told, self._only = set(settled), only
        self._next = 1 + max(known or (-1,))

    def node(self, encoder: Any, value: Any) -> Node:
        """The node of a value that can have a number, or None where it gets none."""
        number = self._numbers.get(id(value))
        if number is None:
            if self._only is not None and id(value) not in self._only:
                return None
            number = self._numbers[id(value)] = self._next
            self._next += 1
            self.kept.append(value)
        if number in self._told:
            return {"t": "same", "n": number}
        self._told.add(number)
        return {"t": "is", "n": number, "v": encoder.unnumbered(value, inside=_holds(value))}


class Received:
    """Of one side, for one message: what the numbers in it stand for."""

    def __init__(self, originals: Sequence[Any] = (), *, trusted: bool = False):
        """
        originals: this side's own values of the first numbers; they become what is told.
        trusted: a list may hold itself; what walks through a claimed one might never end.
        """
        self._trusted = trusted
        self.known: dict[int, Any] = dict(enumerate(originals))
        self._own = len(originals)
        self._became: set[int] = set()  # the identities of originals that were told anew
        self._shares = False

    def value(self, decoder: Any, node: Node) -> Any:
        """The value of an "is" node. Raises WireError for a number that is none, or taken."""
        number = self._number(node)
        if number < self._own:
            original = self.known[number]
            self._became.add(id(original))
            become(original, decoder.value(node["v"]))
            return original
        if number in self.known:
            raise WireError("two values of one number")
        inner = node["v"]
        if isinstance(inner, dict) and inner.get("t") == "instance":
            # It may hold itself: a node of a tree that knows its parent.
            decoder.instance(inner, lambda made: self.known.update({number: made}))
        elif isinstance(inner, list) and self._trusted:
            self.known[number] = holder = []
            holder.extend(decoder.items({"v": inner}))
        else:
            self.known[number] = decoder.value(inner)
        return self.known[number]

    def same(self, node: Node) -> Any:
        """The value of a "same" node. Raises WireError where none had that number."""
        number = self._number(node)
        if number not in self.known:
            raise WireError("the same as what did not come")
        self._shares = True
        return self.known[number]

    def check_size(self, value: Any) -> None:
        """Raise WireError where a value, written out, would be endless, or longer than may come.

        Eighty lists that each hold the next one twice are few, but no test comes to their end.
        """
        if self._shares or self._became:
            told = [one for one in self.known.values() if id(one) in self._became]
            own = {id(self.known[number]) for number in range(self._own)}
            _Size(own - self._became).of([value, *told])

    def _number(self, node: Node) -> int:
        number = node["n"]
        if type(number) is not int or not 0 <= number <= 2 * NODES:
            raise WireError("a value of no number")
        return number


def can_have_number(value: Any) -> bool:
    """Whether a value is told apart from an equal one: what can change, and what holds it."""
    kind = type(value)
    if kind in _HOLDERS or kind in _WHOLE:
        return True
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and kind is torch.Tensor:
        return not value.requires_grad and value.grad is None
    return pandas is not None and kind in (pandas.DataFrame, pandas.Series)


def met_twice(value: Any, is_instance: Any) -> frozenset[int]:
    """The identities of what a value holds in two places."""
    counts: Counter[int] = Counter()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if type(one) in _HOLDERS or type(one) in _WHOLE or is_instance(one):
            counts[id(one)] += 1
            if counts[id(one)] == 1:
                waiting += _parts(one)
    return frozenset(identity for identity, count in counts.items() if count > 1)


def _parts(holder: Any) -> Iterable[Any]:
    if type(holder) in _WHOLE:
        return ()
    if type(holder) is dict:
        return [*holder.keys(), *holder.values()]
    return list(holder) if type(holder) in _HOLDERS else attributes_of(holder).values()


def _holds(value: Any) -> bool:
    """Whether what is in a value has numbers, too: a table's columns have none."""
    return type(value) in _HOLDERS or (has_attributes(value) and not _is_library(value))


def _is_library(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] in ("torch", "pandas", "numpy")


class _Size:
    """How many parts values have when all that they share is written out each time."""

    def __init__(self, trusted: set[int]):
        self._trusted = trusted  # a test's own values may well hold themselves
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()

    def of(self, value: Any) -> int:
        if type(value) not in _HOLDERS and not _is_of_notebook(value):
            return 1
        if (known := self._sizes.get(id(value))) is not None:
            return known
        if id(value) in self._open:
            if type(value) in _HOLDERS and id(value) not in self._trusted:
                raise WireError("a list or a dict that holds itself")
            return 1
        self._open.add(id(value))
        size = self._sizes[id(value)] = 1 + sum(map(self.of, _parts(value)))
        self._open.discard(id(value))
        if size > NODES:
            raise WireError(f"a value of more than {NODES:,} parts")
        return size


def _is_of_notebook(value: Any) -> bool:
    # By its true type, and its own attributes: a stand-in would be asked for them.
    kind = type(value)
    return kind.__module__ == "__main__" and not issubclass(kind, Opaque) and has_attributes(value)
