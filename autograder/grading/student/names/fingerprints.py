"""What names stand for as short texts: asked before and after a cell, to see what it changed.

Asked on the instructor's own run alone. Two texts are equal where nothing was changed; what cannot
be looked into counts as unchanged as long as it is the same object.
"""

import hashlib
import importlib.util
import json
import marshal
import sqlite3
from collections.abc import Mapping
from functools import cached_property
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.encode import Encoder

_MOST_OBJECTS = 100_000
_WHOLE = (type, BuiltinFunctionType, MethodType, ModuleType)


def fingerprint(value: Any) -> str:
    """An image of a value, and of all that it leads to."""
    try:
        return _image(value)
    except Exception:
        return f"object {id(value)}"


def fingerprint_of_module(module: ModuleType) -> str:
    """An image of the data among a module's globals."""
    return fingerprint({n: v for n, v in vars(module).items() if _is_state(n, v)})


def fingerprint_of_fresh(module: ModuleType) -> str:
    """The same of a module as it is when it was just imported; "" where it cannot be again."""
    try:
        spec = module.__spec__
        if spec is None or spec.loader is None:
            return ""
        fresh = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(fresh)
        return fingerprint_of_module(fresh)
    except Exception:
        return ""


def _is_state(name: str, value: Any) -> bool:
    return not (name.startswith("__") or isinstance(value, (*_WHOLE, FunctionType)))


def _image(value: Any) -> str:
    digest = hashlib.blake2b(digest_size=16)
    # Kept as long as the image is made, so that no other object gets the id of one.
    objects: list[Any] = []
    numbers: dict[int, int] = {}

    def number(found: Any) -> int:
        if id(found) not in numbers:
            numbers[id(found)] = len(objects)
            objects.append(found)
            if len(objects) > _MOST_OBJECTS:
                raise WireError("too many objects")
        return numbers[id(found)]

    def add(part: Any) -> None:
        encoder = Encoder(lambda found: {"object": number(found)})
        digest.update(json.dumps(encoder.node(part)).encode())
        for buffer in encoder.buffers:
            digest.update(buffer)

    add(value)
    for found in objects:  # which grows meanwhile
        add(_state(found))
    return digest.hexdigest()


def _state(value: Any) -> Any:
    """What tells an object from another of its class, as data and further objects."""
    kind = type(value)
    if isinstance(value, _WHOLE):
        return kind.__name__, value.__name__, getattr(value, "__qualname__", "")
    if isinstance(value, FunctionType):
        return marshal.dumps(value.__code__), vars(value)
    if isinstance(value, GeneratorType):
        return value.__qualname__, value.gi_frame and value.gi_frame.f_lasti
    if isinstance(value, sqlite3.Connection):
        return list(value.iterdump())
    if kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__:
        return kind.__qualname__, _without_caches(kind, value.__reduce_ex__(4)[2:])
    try:
        reduced = value.__reduce_ex__(4)
    except Exception:
        return kind.__qualname__
    return reduced if isinstance(reduced, str) else [_listed(part) for part in reduced[1:]]


def _without_caches(kind: type, parts: tuple) -> list[Any]:
    """A state without what an object keeps of answers that it can give again."""
    cached = {
        name
        for each in kind.__mro__
        for name, found in vars(each).items()
        if isinstance(found, cached_property)
    }
    state, *rest = [*parts, None]
    if isinstance(state, Mapping):
        hidden = {n for n in state if isinstance(n, str) and n.startswith("__")}
        state = {name: part for name, part in state.items() if name not in cached | hidden}
    return [state, *map(_listed, rest)]


def _listed(part: Any) -> Any:
    return list(part) if hasattr(part, "__next__") else part
