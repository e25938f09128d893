"""One engine for the process: what starting it costs is paid once, not once a notebook."""

import atexit
from collections.abc import Sequence

from autograder.engine import Engine
from autograder.limits import Limits

_open: dict[tuple, Engine] = {}  # holds one engine at most


def get(limits: Limits, preload: Sequence[str], seed: int | None, reveal: bool) -> Engine:
    """The running engine with these settings; one with other settings is closed first.

    Raises EngineError when it cannot start.
    """
    settings = (limits, tuple(preload), seed, reveal)
    if settings not in _open:
        close()
        _open[settings] = Engine(limits, preload, seed, reveal)
    return _open[settings]


@atexit.register
def close() -> None:
    """Close the running engine, where there is one; the next call of `get` starts afresh."""
    while _open:
        _open.popitem()[1].close()
