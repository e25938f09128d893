"""Coroutines of the student's, as true coroutines of the judge's: `await`, `asyncio.gather`.

Each asks the student's process to run what it stands for. Those that wait together are started
together, as they would be on one event loop.
"""

import asyncio
import weakref
from types import CoroutineType
from typing import Any

from autograder.grading.judge.objects.stand_ins import Handle, operate

COROUTINE = ["builtins", "coroutine"]


class Coroutines:
    """Of one student process: which coroutine stands for which handle."""

    def __init__(self) -> None:
        self._handles: weakref.WeakKeyDictionary[CoroutineType, Handle]
        self._handles = weakref.WeakKeyDictionary()
        self._waiting: dict[int, Handle] = {}

    def of(self, handle: Handle, name: str) -> CoroutineType:
        """The coroutine that stands for a handle, called as the student's function is."""
        for known, its_handle in self._handles.items():
            if its_handle is handle:
                return known
        coroutine: Any = self._run(handle)
        coroutine.__name__ = coroutine.__qualname__ = name
        self._handles[coroutine] = handle
        return coroutine

    def handle(self, value: Any) -> Any:
        """What a value stands for: the handle of a coroutine of theirs, or the value itself."""
        return self._handles.get(value, value) if type(value) is CoroutineType else value

    async def _run(self, handle: Handle) -> Any:
        if asyncio._get_running_loop() is not None:
            self._waiting[id(handle)] = handle
            await asyncio.sleep(0)  # let those that were started with it be heard of
            if id(handle) in self._waiting:
                together, self._waiting = list(self._waiting.values()), {}
                operate(together[0], "start", *together[1:])
        return operate(handle, "await")
