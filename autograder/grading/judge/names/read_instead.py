"""A student's function that reads the notebook's variable of a name, and not its argument.

In one process it may get the very object that the test passes, and so seem right.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from autograder.grading.judge.names.call_sites import call_site

_NONE: frozenset[str] = frozenset()


class ReadInstead:
    """Sees, in one test cell after the other, where a call passes what a function reads so.

    told: advice on the cell's calls, or "".
    """

    def __init__(self, readers: Collection[tuple[str, str]]):
        """readers: the submission's functions, each with a name of the notebook's that it reads."""
        self._readers = readers
        self._names = _NONE
        self.told = ""

    def start_cell(self, binds: Collection[str]) -> None:
        """binds: the names that the cell binds."""
        self._names = frozenset(name for _, name in self._readers if name in binds)
        self.told = ""

    def names(self, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> frozenset[str]:
        """Those that a test binds and by which it passes arguments of the call it makes now."""
        if not self._names:
            return _NONE
        site = call_site([*arguments[1:], *keywords.values()])
        passed = site.names & self._names
        for name in sorted(passed):
            if (site.function, name) in self._readers:
                self.told = f"`{site.function}` reads the notebook's `{name}`, not its argument"
        return passed
