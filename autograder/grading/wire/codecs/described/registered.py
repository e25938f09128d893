"""Kinds that a course adds, as functions of its own module, which both sides import."""

from collections.abc import Callable
from typing import Any

from autograder.grading.wire.codecs.kind import Kind

REGISTERED: dict[type, Kind] = {}


def register(kind: type, to_data: Callable[[Any], Any], from_data: Callable[[Any], Any]) -> None:
    """Have objects of exactly this class cross as what `to_data` gives: plain data.

    from_data: builds an object from such data. It runs in the judge, and its argument is a
        student's claim: check it, and raise ValueError for what is none.

    Call it in a module that `c.Grade.preload` names. A class that is registered again crosses by
    the last two functions.
    """
    REGISTERED[kind] = Kind(
        f"registered:{kind.__module__}.{kind.__qualname__}",
        "",
        lambda value: type(value) is kind,
        lambda _, value: to_data(value),
        lambda _, data: _checked(kind, from_data(data)),
        _change,
    )


def _checked(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} was to be built")
    return value


def _change(original: Any, changed: Any) -> None:
    if hasattr(original, "__dict__"):
        vars(original).clear()
        vars(original).update(vars(changed))


def named(name: Any) -> Kind:
    """The kind of a claimed name. Raises LookupError where the course registered none."""
    return {kind.name: kind for kind in REGISTERED.values()}[name]
