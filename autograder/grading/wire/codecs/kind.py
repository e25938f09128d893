"""A kind of object that crosses as a description."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """How objects of one kind are told, and built again by the receiver.

    library: whose they are; "" for a kind that a course registered.
    belongs: whether a value is of this kind.
    describe: takes the encoder and the value; gives plain data, or None for what has no
        description.
    build: takes the decoder and the description, which is a claim; gives an object of the
        receiver's own library. May raise anything: it is then a WireError.
    change: makes the first object what the second is, in place.
    """

    name: str
    library: str
    belongs: Callable[[Any], bool]
    describe: Callable[[Any, Any], Any]
    build: Callable[[Any, Any], Any]
    change: Callable[[Any, Any], None] | None = None
