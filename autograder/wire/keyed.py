"""Dicts and sets of claimed keys: numbers that collide could hold the judge for hours.

Python hashes numbers and tuples of them without a secret, so keys can be made of which each is
compared with all before it. Honest keys cost well under a microsecond each, whatever the machine
does besides: CPU time is what is counted.
"""

import time
from collections.abc import Hashable, Iterable
from typing import Any

from autograder.errors import WireError

_AT_ONCE = 256
_SECONDS_ANYHOW = 0.1
_SECONDS_EACH = 5e-6


class Allowance:
    """The CPU time that the keys of one message may take together."""

    def __init__(self) -> None:
        self._left = _SECONDS_ANYHOW

    def spend(self, keys: int, seconds: float) -> None:
        """Note that filing so many keys took so long. Raises WireError when it is too long."""
        self._left += keys * _SECONDS_EACH - seconds
        if self._left < 0:
            raise WireError("keys that all collide with each other")


def filed(pairs: Iterable[tuple[Hashable, Any]], allowance: Allowance) -> dict[Any, Any]:
    """A dict of the pairs. Raises WireError where their keys collide, TypeError for unhashable."""
    table: dict[Any, Any] = {}
    batch: list[tuple[Hashable, Any]] = []
    for pair in pairs:
        batch.append(pair)
        if len(batch) == _AT_ONCE:
            _file(batch, table, allowance)
            batch = []
    _file(batch, table, allowance)
    return table


def _file(batch: list[tuple[Hashable, Any]], table: dict[Any, Any], allowance: Allowance) -> None:
    if len(batch) + len(table) < _AT_ONCE:  # too few to cost anything
        table.update(batch)
        return
    started = time.thread_time()
    for key, item in batch:  # one by one: the cell's time limit can end it between two
        table[key] = item
    allowance.spend(len(batch), time.thread_time() - started)
