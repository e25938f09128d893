"""One engine for the process: what starting it costs is paid once, not once a notebook."""

import atexit
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.engine import Engine
from autograder.errors import EngineError
from autograder.limits import Limits

_open: dict[str, Engine] = {}  # holds one engine at most


@contextmanager
def using(
    limits: Limits, preload: Sequence[str], seed: int | None, **settings: Any
) -> Iterator[Engine]:
    """The running engine with these settings; one with other settings is closed first.

    An engine that fails in the body is closed: it is not trusted with the next submission.

    seed: what the engine draws hidden inputs with from now on; None leaves it as it is.
    settings: what else an Engine is given, by name.

    Raises EngineError when it cannot start.
    """
    try:
        yield _get(limits, preload, seed, settings)
    except EngineError:
        close()
        raise


def _get(
    limits: Limits, preload: Sequence[str], seed: int | None, settings: dict[str, Any]
) -> Engine:
    given = {name: value for name, value in settings.items() if value}
    key = repr((limits, tuple(preload), sorted(given.items())))
    if key not in _open:
        close()
        _open[key] = Engine(limits, preload, seed, **settings)
    engine = _open[key]
    if seed is not None and seed != engine.seed:
        engine.seed = seed
        engine.rehearsed.clear()  # the instructor's own run drew other inputs
    return engine


@atexit.register
def close() -> None:
    """Close the running engine, where there is one; the next call of `using` starts afresh."""
    while _open:
        _open.popitem()[1].close()
