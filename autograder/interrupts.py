"""Ctrl-C, put off to where it does no harm.

Python raises it between any two steps: in the middle of a write, or in a library's callback, where
it is printed and forgotten. While it is put off, `check` raises it, and what waits here does.
"""

import signal
import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from typing import Any

_LISTEN_SECONDS = 0.1
_asked = False


@contextmanager
def put_off() -> Iterator[None]:
    """Ctrl-C in the body is a KeyboardInterrupt at the next `check`, or at the body's end."""
    global _asked
    ours = threading.current_thread() is threading.main_thread()  # Ctrl-C goes to it alone
    if not ours or signal.getsignal(signal.SIGINT) is _ask:
        yield
        return
    _asked = False
    old = signal.signal(signal.SIGINT, _ask)
    try:
        yield
        check()
    finally:
        signal.signal(signal.SIGINT, old)
        _asked = False


@contextmanager
def blocked() -> Iterator[None]:
    """Ctrl-C waits: a process started in the body is not reached before it is ready for it."""
    old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def check() -> None:
    """Raise KeyboardInterrupt if Ctrl-C was pressed since it is put off."""
    if _asked:
        raise KeyboardInterrupt


def is_set() -> bool:
    """Whether Ctrl-C was pressed, for a library that asks its "stop event"."""
    return _asked


def wait_for(futures: Collection[Future], *, all_of_them: bool = False) -> set[Future]:
    """Those that are done, when one is, or all are; as `concurrent.futures.wait`, with `check`."""
    until = ALL_COMPLETED if all_of_them else FIRST_COMPLETED
    while True:
        check()
        done, left = wait(futures, _LISTEN_SECONDS, until)
        if not left or (done and not all_of_them):
            return done


def sleep(seconds: float) -> None:
    """As time.sleep, but with `check`."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        check()
        time.sleep(min(left, _LISTEN_SECONDS))


def _ask(*_: Any) -> None:
    global _asked
    _asked = True
