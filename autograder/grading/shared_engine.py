"""The process's one engine, or pool of them: its start is paid once, not once a notebook."""

import atexit
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from autograder.errors import EngineError
from autograder.grading.engine import Engine
from autograder.grading.engine_pool import EnginePool
from autograder.limits import Limits

_open: dict[str, Engine | EnginePool] = {}  # holds one at most
_Kind = TypeVar("_Kind", Engine, EnginePool)


@contextmanager
def using(
    kind: type[_Kind],
    limits: Limits,
    preload: Sequence[str],
    seed: int | None,
    **settings: Any,
) -> Iterator[_Kind]:
    """The running engine with these settings; one with other settings is closed first.

    An engine that fails in the body is closed: it is not trusted with the next submission.

    seed: what the engine draws hidden inputs with from now on; None leaves it as it is.
    settings: what else an Engine is given, by name.

    Raises EngineError when it cannot start.
    """
    try:
        yield _get(kind, limits, preload, seed, settings)
    except EngineError:
        close()
        raise


def _get(
    kind: type[_Kind],
    limits: Limits,
    preload: Sequence[str],
    seed: int | None,
    settings: dict[str, Any],
) -> _Kind:
    given = {name: value for name, value in settings.items() if value}
    key = repr((kind, limits, tuple(preload), sorted(given.items())))
    if key not in _open:
        close()
        _open[key] = kind(limits, preload, seed, **settings)
    engine = cast(_Kind, _open[key])
    if seed is not None and seed != engine.seed:
        engine.seed = seed
        engine.rehearsed.clear()  # the instructor's own run drew other inputs
    return engine


@atexit.register
def close() -> None:
    """Close the running engine, where there is one; the next call of `using` starts afresh."""
    while _open:
        _open.popitem()[1].close()
