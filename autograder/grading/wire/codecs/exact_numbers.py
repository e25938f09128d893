"""Exact numbers, of a size with which one operation of Python's takes no more than a moment."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from autograder.errors import WireError

Node = Any

_WIDE = 2**1024  # as text in the head a wider integer would cost a slow conversion
_BITS = 2**20
_DIGITS = 100_000  # of a decimal, and of its exponent's reach: int(Decimal("1e9999999")) hangs


def int_node(value: int) -> Node:
    """The node of an int. Raises WireError for one of more than a million bits."""
    value = int.__int__(value)
    if abs(value) < _WIDE:
        return value
    if value.bit_length() > _BITS:
        raise WireError(f"an integer of {value.bit_length():,} bits, more than {_BITS:,}")
    return {"t": "int", "v": hex(value)}


def decimal_node(value: Decimal) -> Node:
    """The node of a Decimal. Raises WireError for one of too many digits."""
    return {"t": "decimal", "v": Decimal.__str__(_checked(value))}


def _checked(value: Decimal) -> Decimal:
    if value.is_finite() and (
        abs(value.adjusted()) > _DIGITS or len(value.as_tuple().digits) > _DIGITS
    ):
        raise WireError(f"a decimal of more than {_DIGITS:,} digits")
    return value


def _int(_: Any, node: Node) -> int:
    text = node["v"]
    if not isinstance(text, str) or len(text) > _BITS // 4 + len("-0x1"):
        raise WireError("an integer that is none, or is too long")
    return int(text, 16)


def _decimal(_: Any, node: Node) -> Decimal:
    text = node["v"]
    if not isinstance(text, str) or len(text) > _DIGITS + 100:
        raise WireError("a decimal that is none, or is too long")
    return _checked(Decimal(text))


def _fraction(decoder: Any, node: Node) -> Fraction:
    parts = decoder.items(node)
    if len(parts) != 2 or not all(type(part) is int for part in parts):
        raise WireError("a fraction is two integers")  # Fraction("1e999999999") hangs
    return Fraction(*parts)


DECODERS: dict[str, Callable[[Any, Node], Any]] = {
    "int": _int,
    "decimal": _decimal,
    "fraction": _fraction,
}
