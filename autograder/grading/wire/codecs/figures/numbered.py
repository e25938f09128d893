"""The figures that have crossed, by the numbers that both sides know them by."""

import secrets
import weakref
from typing import Any


class Numbered:
    """The figures of one side that have crossed, as long as they live."""

    def __init__(self) -> None:
        self._figures: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._numbers: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()

    def number(self, figure: Any) -> int:
        """Its number, which it gets when it is first asked for."""
        if figure not in self._numbers:
            self.add(figure, secrets.randbits(53))
        return self._numbers[figure]

    def add(self, figure: Any, number: int) -> None:
        """Note that a figure has this number."""
        self._numbers[figure], self._figures[number] = number, figure

    def find(self, number: Any) -> Any:
        """The figure of a number, or None."""
        return self._figures.get(number)
