"""A process that forks has one thread.

A fork has the thread that forked and no other: what the others had locked stays locked, what they
were to do is not done, and torch, whose gradients have threads where there is a GPU, refuses.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

_ENDING_SECONDS = 1.0  # a thread that was joined is listed for a moment still


def others() -> list[str]:
    """This process's threads besides its first, by their names; those that stay for a second."""
    ends = time.monotonic() + _ENDING_SECONDS
    while (found := list(_others())) and time.monotonic() < ends:
        time.sleep(0.01)
    return found


def _others() -> Iterator[str]:
    pythons = {thread.native_id: thread for thread in threading.enumerate()}
    for task in map(int, os.listdir("/proc/self/task")):
        with suppress(OSError):  # it has ended meanwhile
            if task in pythons and task != os.getpid():
                yield _with_its_module(pythons[task])
            elif task != os.getpid():
                with open(f"/proc/self/task/{task}/comm", encoding="utf-8") as file:
                    yield file.read().strip()


def _with_its_module(thread: threading.Thread) -> str:
    """A thread of Python's: its name, and the module whose function it began with."""
    frame = sys._current_frames().get(thread.ident or 0)
    module = ""
    while frame is not None:
        module = _module(frame) if _module(frame) != threading.__name__ else module
        frame = frame.f_back
    return f"{thread.name} of {module}" if module else thread.name


def _module(frame) -> str:
    return frame.f_globals.get("__name__", "")
