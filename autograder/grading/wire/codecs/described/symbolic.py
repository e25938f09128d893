"""SymPy's expressions, matrices and sets as lists of nodes: each a class of SymPy's and its parts.

A list and not a tree: parts that are the same object come once, as SymPy shares them. Nothing is
evaluated on arrival, so what was equal is equal, and no claimed power is taken.
"""

import sys
from collections.abc import Callable
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.described import symbolic_numbers
from autograder.grading.wire.codecs.kind import Kind

_MOST = 100_000  # nodes, and parts of a whole that is written out: SymPy compares each of these
_NAME = 1000  # characters
# Built with `evaluate=False`.
_UNEVALUATED = {"Pow", "Equality", "Unequality", "StrictLessThan", "LessThan"}
_UNEVALUATED |= {"StrictGreaterThan", "GreaterThan", "And", "Or", "Not", "Xor", "Implies"}
_UNEVALUATED |= {"Equivalent", "ITE", "Union", "Intersection", "Complement", "FiniteSet"}
_UNEVALUATED |= {"Piecewise", "Derivative", "Max", "Min"}
# Those that evaluate nothing by themselves.
_PLAIN = {"Tuple", "Integral", "Sum", "Product", "Limit", "Subs", "Lambda", "Interval", "Order"}
_PLAIN |= {"ExprCondPair", "ProductSet", "ImageSet", "ConditionSet", "Contains"}
_SUMS = {"Add", "Mul"}
_ONES = {"Pi", "Exp1", "ImaginaryUnit", "Infinity", "NegativeInfinity", "ComplexInfinity", "NaN"}
_ONES |= {"EulerGamma", "Catalan", "GoldenRatio", "TribonacciConstant", "BooleanTrue"}
_ONES |= {"BooleanFalse", "Reals", "Integers", "Rationals", "Naturals", "Naturals0", "Complexes"}
_ONES |= {"EmptySet", "UniversalSet"}
_MATRICES = {"MutableDenseMatrix", "ImmutableDenseMatrix"}


class _NoFormError(Exception):
    """An expression holds what has no description."""


def _belongs(value: Any) -> bool:
    sympy = sys.modules.get("sympy")
    if sympy is None:
        return False
    if isinstance(value, type):
        return isinstance(value, sympy.core.function.UndefinedFunction)
    return isinstance(value, sympy.Basic | sympy.matrices.MatrixBase)


def _describe(_: Any, value: Any) -> Any:
    """[[class, parts ...], ...], the whole last; None where it cannot be built again as it is."""
    sympy = sys.modules["sympy"]
    try:
        nodes = _Writer(sympy).written(value)
        same = _Reader(sympy).read(nodes) == value  # an argument that is no expression, a subclass
    except (_NoFormError, WireError, RecursionError, TypeError, ValueError, AttributeError):
        return None
    return nodes if same else None


class _Writer:
    def __init__(self, sympy: Any):
        self._sympy = sympy
        self._nodes: list[list[Any]] = []
        self._places: dict[int, int] = {}
        self._kept: list[Any] = []  # an argument may live for no longer than it is looked at

    def written(self, value: Any) -> list[list[Any]]:
        self._place(value)
        return self._nodes

    def _place(self, value: Any) -> int:
        if id(value) not in self._places:
            node = self._node(value)
            if len(self._nodes) >= _MOST:
                raise _NoFormError
            self._nodes.append(node)
            self._kept.append(value)
            self._places[id(value)] = len(self._nodes) - 1
        return self._places[id(value)]

    def _node(self, value: Any) -> list[Any]:
        sympy, name = self._sympy, type(value).__name__
        if isinstance(value, type):
            return ["function", value.__name__]
        if type(value) is sympy.Symbol:
            return ["Symbol", value.name, _assumed(value)]
        if type(value) is sympy.Dummy:
            return ["Dummy", value.name, _assumed(value), value.dummy_index]
        if (number := symbolic_numbers.node(sympy, value)) is not None:
            return number
        if name in _ONES and type(value).__module__.startswith("sympy."):
            return [name]
        if name in _MATRICES and type(value) is getattr(sympy, name):
            return [name, *map(int, value.shape), *map(self._place, value.flat())]
        if isinstance(value, sympy.core.function.AppliedUndef):
            return ["applied", self._place(value.func), *map(self._place, value.args)]
        if type(value) is not _class(sympy, name):
            raise _NoFormError
        return [name, *map(self._place, value.args)]


def _assumed(symbol: Any) -> dict[str, bool]:
    """What it was made with, where SymPy tells: what follows from it makes the same symbol."""
    return dict(getattr(symbol, "_assumptions_orig", symbol.assumptions0))


def _class(sympy: Any, name: Any) -> Any:
    """A class of SymPy's of which expressions may be. Raises WireError for any other."""
    if name == "ExprCondPair":
        return sympy.functions.elementary.piecewise.ExprCondPair
    kind = vars(sympy).get(name) if isinstance(name, str) else None
    is_function = isinstance(kind, type) and issubclass(kind, sympy.Function)
    if kind is not None and (name in _PLAIN | _UNEVALUATED | _SUMS or is_function):
        return kind
    raise WireError("an expression of an unknown class")


class _Reader:
    """Builds the nodes one after the other; each may use those before it."""

    def __init__(self, sympy: Any, spend: Callable[[int], None] = lambda size: None):
        self._sympy, self._spend = sympy, spend
        self._built: list[Any] = []
        self._parts: list[int] = []  # of each that was built, written out
        self._sizes = symbolic_numbers.Sizes()

    def read(self, nodes: Any) -> Any:
        """The whole. Raises WireError, or anything, for what is none."""
        if not isinstance(nodes, list) or not 0 < len(nodes) <= _MOST:
            raise WireError("an expression of no parts, or of too many")
        for node in nodes:
            self._spend(1000)
            self._parts.append(
                1 + sum(self._parts[n] for n in node[1:] if self._is_part(node[0], n))
            )
            if self._parts[-1] > _MOST:
                raise WireError("an expression of too many parts")
            built = self._one(*node)
            self._sizes.add(self._sympy, built)
            self._built.append(built)
        return self._built[-1]

    def _is_part(self, name: Any, number: Any) -> bool:
        is_leaf = name in symbolic_numbers.NUMBERS or name in ("Symbol", "Dummy", "function")
        return not is_leaf and type(number) is int and 0 <= number < len(self._parts)

    def _one(self, name: Any, *parts: Any) -> Any:
        sympy = self._sympy
        if name == "function":
            return sympy.Function(_name(*parts))
        if name == "Symbol":
            return sympy.Symbol(_name(parts[0]), **_assumptions(*parts[1:]))
        if name == "Dummy":
            own, assumptions, index = parts
            if type(index) is not int:
                raise WireError("a dummy without a number")
            return sympy.Dummy(_name(own), dummy_index=index, **_assumptions(assumptions))
        if name in symbolic_numbers.NUMBERS:
            return symbolic_numbers.number(sympy, name, *parts)
        if name in _ONES:
            return self._constant(name)
        if name in _MATRICES:
            return self._matrix(name, *parts)
        arguments = [self._built[place] for place in map(_place, parts)]
        if any(isinstance(part, sympy.MatrixBase) for part in arguments):
            raise WireError("an expression of matrices")
        if name == "applied":
            return self._applied(*arguments)
        self._sizes.check(name, arguments)
        return self._expression(name, arguments)

    def _constant(self, name: str) -> Any:
        constants = {"Pi": "pi", "Exp1": "E", "ImaginaryUnit": "I", "Infinity": "oo"}
        constants |= {"NegativeInfinity": "", "ComplexInfinity": "zoo", "NaN": "nan"}
        constants |= {"BooleanTrue": "true", "BooleanFalse": "false"}
        sympy = self._sympy
        if name == "NegativeInfinity":
            return sympy.S.NegativeInfinity
        return getattr(sympy, constants.get(name, name), None) or getattr(sympy.S, name)

    def _matrix(self, name: Any, rows: Any, columns: Any, *cells: Any) -> Any:
        if _place(rows) * _place(columns) != len(cells) or max(rows, columns) > _MOST:
            raise WireError("a matrix of another shape")
        items = [self._built[place] for place in map(_place, cells)]
        if not all(isinstance(item, self._sympy.Expr) for item in items):
            raise WireError("a matrix of what are no expressions")
        return getattr(self._sympy, name)(rows, columns, items)

    def _applied(self, function: Any, *arguments: Any) -> Any:
        if not isinstance(function, self._sympy.core.function.UndefinedFunction):
            raise WireError("a function that is none")
        return function(*arguments, evaluate=False)

    def _expression(self, name: Any, arguments: list[Any]) -> Any:
        kind = _class(self._sympy, name)
        if any(isinstance(argument, type) for argument in arguments):
            raise WireError("a function where an expression was to come")
        if name in _SUMS:
            if len(arguments) < 2 or not all(isinstance(a, self._sympy.Expr) for a in arguments):
                raise WireError("a sum of what are no expressions")
            return kind._from_args(arguments)
        if name in _PLAIN:
            return kind(*arguments)
        return kind(*arguments, evaluate=False)


def _name(name: Any) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= _NAME:
        raise WireError("a symbol without a name")
    return name


def _assumptions(claimed: Any) -> dict[str, bool]:
    if type(claimed) is not dict or len(claimed) > 100:
        raise WireError("assumptions that are none")
    if not all(type(k) is str and k.isidentifier() for k in claimed) or "cls" in claimed:
        raise WireError("assumptions that are none")
    if not all(type(value) is bool for value in claimed.values()):
        raise WireError("assumptions that are none")
    return claimed


def _place(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise WireError("a part of an expression that is none")
    return number


def _build(decoder: Any, nodes: Any) -> Any:
    return _Reader(decoder.known.module("sympy"), decoder.spend).read(nodes)


def _change(original: Any, changed: Any) -> None:
    sympy = sys.modules["sympy"]
    are_matrices = isinstance(original, sympy.MutableDenseMatrix) and hasattr(changed, "shape")
    if are_matrices and original.shape == changed.shape and original != changed:
        original[:, :] = changed


KINDS = (Kind("sympy", "sympy", _belongs, _describe, _build, _change),)
