"""Classes that a test derives from the student's: made here, of functions that are the judge's."""

import types
from collections.abc import Callable
from typing import Any


def subclass(
    _: type, name: str, bases: tuple, members: dict[str, tuple], /, **keywords: Any
) -> Any:
    """A class of a test's class statement. Its methods ask the judge."""
    body = {key: _made(kind, value) for key, (kind, value) in members.items()}
    return types.new_class(name, bases, keywords, lambda namespace: namespace.update(body))


def member(kind: type, name: str, instance: Any) -> Any:
    """What `super()` finds in this very class, bound to an instance, or to a class below it."""
    found = vars(kind)[name]
    if not hasattr(type(found), "__get__"):
        return found
    if isinstance(instance, type):
        return found.__get__(None, instance)
    return found.__get__(instance, type(instance))


def _made(kind: str, value: Any) -> Any:
    if kind == "property":
        get, put, delete = (part and _method(part) for part in value)
        return property(get, put, delete)
    if kind == "value":
        return value
    function = _method(value)
    return {"staticmethod": staticmethod, "classmethod": classmethod}.get(kind, _same)(function)


def _same(function: Callable) -> Callable:
    return function


def _method(callback: Callable) -> Callable:
    """A function, as a callback is none: only a function is bound to its object."""

    def method(*arguments: Any, **keywords: Any) -> Any:
        return callback(*arguments, **keywords)

    method.__name__ = method.__qualname__ = getattr(callback, "__name__", "method")
    return method
