"""Dicts and sets of claimed keys: numbers that collide could hold the judge for hours.

Python hashes numbers and tuples of them without a secret, so keys can be made of which each is
compared with all before it. Honest keys cost well under a microsecond each, whatever the machine
does besides: CPU time is what is counted.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from itertools import islice
from typing import Any

from autograder.errors import WireError

_AT_ONCE = 256
_SECONDS_ANYHOW = 0.1
_SECONDS_EACH = 5e-6


class Allowance:
    """The CPU time that the keys of one message may take together."""

    def __init__(self) -> None:
        self._left = _SECONDS_ANYHOW

    def dict_of(self, pairs: Iterable[tuple[Hashable, Any]]) -> dict[Any, Any]:
        """A dict of the pairs. Raises WireError where the keys collide, TypeError, ValueError."""
        table: dict[Any, Any] = {}

        def put(pair: tuple[Hashable, Any]) -> None:
            key, table_item = pair
            table[key] = table_item

        self._file(pairs, put)
        return table

    def set_of(self, items: Iterable[Hashable]) -> set[Any]:
        """A set of the items. Raises WireError where they collide, TypeError for unhashable."""
        found: set[Any] = set()
        self._file(items, found.add)
        return found

    def _file(self, items: Iterable[Any], put: Callable[[Any], None]) -> None:
        source = iter(items)
        while batch := list(islice(source, _AT_ONCE)):
            started = time.thread_time()
            for item in batch:  # one by one: the cell's time limit can end it between two
                put(item)
            self._left += len(batch) * _SECONDS_EACH - (time.thread_time() - started)
            if self._left < 0:
                raise WireError("keys that all collide with each other")
