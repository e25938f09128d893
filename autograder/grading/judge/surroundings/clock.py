"""A clock that is fair: a test that times a call sees what the student's code took, not the wire.

Of a call's time the judge takes off what it spent itself: encoding, decoding, sending. What it
waited for stays, and at least the processor time that the kernel accounts to the student's
process: what that says of itself counts for nothing.
"""

import time
import timeit
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

_USED_BY = ("perf_counter", "process_time", "time.time", "time_ns", "timeit", "default_timer")
_WALL = ("perf_counter", "time")
_BYTES_A_SECOND = 500e6  # at which a process that reads at once takes a question, and a ms
_real = time.perf_counter_ns


class Clock:
    """Of one judge, whose clocks it replaces if one of its cells looks at one.

    time.monotonic, by which limits are kept, runs on as it is.
    """

    def __init__(self, sources: Iterable[str]):
        """sources: of the cells that may run, and of modules beside the notebook."""
        self._off = self._theirs = 0  # ns that were taken off, and that the student's process used
        self._waited = 0
        self._pid = 0
        self._timing = False
        self.used = any(word in source for source in sources for word in _USED_BY)

    def install(self) -> None:
        """Replace the clocks of this process, if they are used."""
        if not self.used:
            return
        for name in _WALL:
            _replace(name, self._less(getattr(time, f"{name}_ns")))
        _replace("process_time", self._more(time.process_time_ns))

    def watch(self, pid: int) -> None:
        """From now on the student's process is this one."""
        self._pid = pid

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Run the body, a call of the student's code, and take off its time what is the judge's."""
        if not self.used or self._timing:
            yield
            return
        start, used, self._waited, self._timing = _real(), self._used(), 0, True
        try:
            yield
        finally:
            self._timing = False
            spent, after = _real() - start, self._used()
            if used is not None and after is not None:  # or the process has ended
                self._theirs += after - used
                self._off += max(spent - max(self._waited, after - used), 0)

    @contextmanager
    def waiting(self, sent: int = 0) -> Iterator[None]:
        """Run the body, which waits for the student's process.

        sent: the bytes that it sends, whose time is the judge's while it is no longer than theirs.
        """
        if not self._timing:
            yield
            return
        start = _real()
        try:
            yield
        finally:
            ours = int(1e6 + sent / _BYTES_A_SECOND * 1e9) if sent else 0
            self._waited += max(_real() - start - ours, 0)

    def _used(self) -> int | None:
        """The processor time of the student's process, in ns, by the kernel."""
        with suppress(OSError):  # clock_getcpuclockid(3)
            return time.clock_gettime_ns((~self._pid << 3) | 2)
        return None

    def _less(self, clock: Callable[[], int]) -> Callable[[], int]:
        return lambda: clock() - self._off

    def _more(self, clock: Callable[[], int]) -> Callable[[], int]:
        return lambda: clock() + self._theirs


def _replace(name: str, clock: Callable[[], int]) -> None:
    """Have `time.NAME` and `time.NAME_ns` be this one, and `timeit` use it."""
    before = getattr(time, name)

    def seconds() -> float:
        return clock() / 1e9

    def nanoseconds() -> int:
        return clock()

    for function, called in ((seconds, name), (nanoseconds, f"{name}_ns")):
        function.__name__ = function.__qualname__ = called
        function.__module__ = "time"  # by which a student's process knows its own
        setattr(time, called, function)
    if timeit.default_timer is before:
        timeit.default_timer = seconds
        functions: tuple[Any, ...] = (timeit.timeit, timeit.repeat, timeit.Timer.__init__)
        for user in functions:
            user.__defaults__ = tuple(seconds if d is before else d for d in user.__defaults__)
