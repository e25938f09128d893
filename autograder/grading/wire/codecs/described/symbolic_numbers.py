"""SymPy's numbers, and how large what is made of them would be if it were evaluated.

`10**10**10` is no large expression, but its value is: a test that evaluates it would hold the judge
for as long as it likes.
"""

import math
from typing import Any

from autograder.errors import WireError

NUMBERS = ("Integer", "Rational", "Float")
_BITS = 2**20  # of a whole number, and of the value of an expression of numbers alone
_PRECISION = 2**16  # bits of a decimal
# Their value grows beyond all bounds, or is counted for as long, with a number of a few digits.
_COUNTED = {"factorial", "factorial2", "subfactorial", "gamma", "binomial", "fibonacci", "lucas"}
_COUNTED |= {"bell", "catalan", "bernoulli", "euler", "harmonic", "partition", "primepi", "prime"}
_COUNTED |= {"RisingFactorial", "FallingFactorial", "loggamma", "zeta", "primorial", "tribonacci"}
_COUNTED |= {"genocchi", "motzkin", "stirling", "npartitions", "totient", "divisor_sigma"}
_COUNTED_UP_TO = 10_000


def node(sympy: Any, value: Any) -> list[Any] | None:
    """The node of a number, or None where a value is none."""
    if isinstance(value, sympy.Float):
        sign, mantissa, exponent, bits = value._mpf_
        return ["Float", int(sign), int(mantissa), int(exponent), int(bits), int(value._prec)]
    if isinstance(value, sympy.Integer):
        return ["Integer", int(value.p)]
    if isinstance(value, sympy.Rational) and value.is_finite:
        return ["Rational", int(value.p), int(value.q)]
    return None


def number(sympy: Any, name: str, *parts: Any) -> Any:
    """The number of a node. Raises WireError for one that is none, or too large."""
    if not all(type(part) is int and part.bit_length() <= _BITS for part in parts):
        raise WireError("a number that is none, or is too large")
    if name == "Integer":
        return sympy.Integer(*parts)
    if name == "Rational":
        above, below = parts
        if below < 1:
            raise WireError("a number divided by nothing")
        return sympy.Rational(above, below)
    sign, mantissa, exponent, bits, precision = parts
    if sign not in (0, 1) or mantissa < 0 or abs(exponent) > _BITS or bits > _PRECISION:
        raise WireError("a decimal that is none")
    if not 1 <= precision <= _PRECISION or mantissa.bit_length() != bits:
        raise WireError("a decimal that is none")
    return sympy.Float((sign, mantissa, exponent, bits), precision=precision)


class Sizes:
    """How many bits the value of each expression of numbers alone has, at most."""

    def __init__(self) -> None:
        self._bits: dict[int, float] = {}  # by identity: the reader keeps what it has built

    def add(self, sympy: Any, value: Any) -> None:
        """Note what was built. Raises WireError for what would be too large."""
        if not isinstance(value, sympy.Basic):
            return
        if isinstance(value, sympy.Number) or (
            not isinstance(value, sympy.Symbol) and all(map(self._is_number, value.args))
        ):
            bits = self._size(sympy, value)
            if bits > _BITS:
                raise WireError("an expression whose value is too large")
            self._bits[id(value)] = bits

    def _is_number(self, part: Any) -> bool:
        return id(part) in self._bits

    def _size(self, sympy: Any, value: Any) -> float:
        if isinstance(value, sympy.Rational):
            return max(int(value.p).bit_length(), int(value.q).bit_length())
        if isinstance(value, sympy.Float):
            return value._prec + _reach(sympy, value)
        parts = [self._bits[id(part)] for part in value.args]
        if isinstance(value, sympy.Pow):
            reach = _reach(sympy, value.exp)
            exponent = parts[1] if reach is None else reach
            return max(parts[0], 2) * 2.0 ** min(exponent, 64)
        if isinstance(value, sympy.Mul):
            return sum(parts)
        return max(parts, default=2.0) + math.log2(len(parts) + 1)

    def check(self, name: Any, arguments: list[Any]) -> None:
        """Raise WireError for a function whose value of these numbers would take for ever."""
        if name in _COUNTED:
            for part in arguments:
                if self._bits.get(id(part), 0) > math.log2(_COUNTED_UP_TO):
                    raise WireError("a function of too large a number")


def _reach(sympy: Any, value: Any) -> Any:
    """The logarithm of a number to the base 2, about, and 0 at least; None for what is none."""
    if isinstance(value, sympy.Float):
        return max(value._mpf_[2] + value._mpf_[3], 0)
    if isinstance(value, sympy.Rational):
        return max(int(value.p).bit_length() - int(value.q).bit_length() + 1, 0)
    return None
