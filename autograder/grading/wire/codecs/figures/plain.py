"""Claimed parts of descriptions, before Matplotlib sees them."""

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np

from autograder.errors import WireError

_ATOMS: tuple[Any, ...] = (type(None), bool, int, float, str, np.ndarray, np.generic)
_ATOMS += (datetime.date, datetime.datetime, datetime.timedelta, Decimal)
_TEXT = 100_000  # characters
_LARGEST = 2**53  # a whole number in a picture


class UndescribedError(Exception):
    """Something in a figure has no description."""


def require_plain(description: Any) -> None:
    """Raise WireError where a description holds anything but texts, numbers, lists and dicts.

    A stand-in, or an object of a given class, would run code as Matplotlib looks at it.
    """
    waiting = [description]
    while waiting:
        part = waiting.pop()
        if type(part) is dict:
            waiting += [*part, *part.values()]
        elif type(part) in (list, tuple):
            waiting += part
        elif isinstance(part, np.ndarray) and part.dtype.kind == "O":
            waiting += part.ravel().tolist()
        elif not isinstance(part, _ATOMS) and type(part).__module__.partition(".")[0] != "pandas":
            raise WireError(f"a figure with a part of type {type(part).__name__}")
        elif isinstance(part, str) and len(part) > _TEXT:
            raise WireError("a figure with too long a text")
        elif isinstance(part, int) and abs(part) > _LARGEST:
            raise WireError("a figure with too large a number")


def numbers(value: Any, count: int) -> list[float]:
    """So many finite numbers. Raises WireError for anything else."""
    found = list(value)
    if len(found) != count or not all(_is_finite(item) for item in found):
        raise WireError(f"{count} numbers were to come")
    return [float(item) for item in found]


def place_in(number: Any) -> int:
    """A place in a list. Raises WireError for what is none, or counts from the end."""
    if type(number) is not int or number < 0:
        raise WireError("a place that is none")
    return number


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and math.isfinite(value)


def path_of(vertices: Any, codes: Any) -> Any:
    """A path; each curve has the points that it needs. Raises WireError."""
    from matplotlib.path import Path

    points = np.asarray(vertices, float).reshape(-1, 2)
    if codes is None:
        return Path(points)
    codes = np.asarray(codes, np.uint8)
    if codes.shape != points.shape[:1] or not np.isin(codes, (0, 1, 2, 3, 4, 79)).all():
        raise WireError("a path that is none")
    place = 0
    while place < len(codes):
        count = {3: 2, 4: 3}.get(int(codes[place]), 1)
        if (codes[place : place + count] != codes[place]).any() or place + count > len(codes):
            raise WireError("a curve without an end")
        place += count
    return Path(points, codes)


def path_node(path: Any) -> list[Any]:
    """The inverse of :func:`path_of`'s arguments."""
    return [np.asarray(path.vertices, float), None if path.codes is None else np.array(path.codes)]


def same(one: Any, other: Any) -> bool:
    """Whether two descriptions are alike, in type and number."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and _equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (one != one and other != other)


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return (
        one.tobytes() == other.tobytes()
        if one.dtype.kind != "O"
        else same(one.ravel().tolist(), other.ravel().tolist())
    )
