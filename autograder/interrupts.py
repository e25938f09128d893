"""Ctrl-C, put off while something is written that must not be left half done."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_asked = False


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C in the body takes effect at its end, as a KeyboardInterrupt."""
    global _asked
    if threading.current_thread() is not threading.main_thread():
        yield  # Ctrl-C goes to the main thread alone
        return
    _asked = False
    old = signal.signal(signal.SIGINT, _ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
    if _asked:
        _asked = False
        raise KeyboardInterrupt


def interrupted() -> bool:
    """Whether Ctrl-C was pressed in the body of `uninterrupted`, for one that has to wait."""
    return _asked


def _ask(*_: object) -> None:
    global _asked
    _asked = True
