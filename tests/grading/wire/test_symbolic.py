"""SymPy's expressions: equal on the other side as they are here, and never evaluated on arrival."""

import time
from typing import Any

import pytest
import sympy as sp

from autograder.errors import WireError
from autograder.grading.wire.changed_arguments import apply_change
from autograder.grading.wire.codecs.described.known import Known
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.given_classes import Instances

SYMPY = Instances({}, frozenset(), known=Known(["sympy"]))
X = ["Symbol", "x", {"t": "dict", "v": []}]
x, y = sp.symbols("x y")
p, n = sp.Symbol("p", positive=True), sp.Symbol("n", integer=True)
f = sp.Function("f")


def cross(value: Any) -> Any:
    encoder = Encoder(instances=SYMPY)
    node = encoder.node(value)
    return Decoder(encoder.buffers, instances=SYMPY).value(node)


VALUES = [
    x,
    p,
    sp.Dummy("d"),
    sp.Integer(7),
    sp.Rational(-2, 3),
    sp.Float("0.1", 30),
    sp.pi * sp.E + sp.I,
    sp.oo,
    -sp.oo,
    sp.zoo,
    sp.nan,
    sp.S.Half,
    x**2 + 2 * x * y - 1,
    sp.sqrt(x) / (1 + sp.sqrt(2)),
    sp.sin(x) * sp.exp(-(x**2)) + sp.log(p),
    sp.Add(x, x, evaluate=False),
    sp.Mul(2, 3, evaluate=False),
    sp.pi**0.3,
    2**sp.pi,
    sp.Abs(x - 1) + sp.Max(x, y),
    sp.factorial(n) + sp.binomial(n, 2) + sp.gamma(x),
    sp.Eq(x, 2),
    sp.Ne(x, y),
    (x > 1) & (y <= 2) | ~(x < y),
    sp.true,
    sp.Piecewise((x, x > 0), (0, True)),
    f(x).diff(x, 2) + f(x),
    sp.Eq(f(x).diff(x), f(x)),
    f,
    sp.Integral(sp.exp(-(x**2)), (x, -sp.oo, sp.oo)),
    sp.Sum(1 / n**2, (n, 1, sp.oo)),
    sp.Product(n, (n, 1, 5)),
    sp.Limit(sp.sin(x) / x, x, 0),
    sp.Lambda(x, x**2),
    sp.Matrix([[1, x], [y, sp.Rational(1, 2)]]),
    sp.ImmutableMatrix([[1, 2]]),
    sp.Interval.open(0, sp.oo),
    sp.FiniteSet(1, 2, x),
    sp.Union(sp.Interval(0, 1), sp.Interval(2, 3)),
    sp.S.Reals,
    sp.S.EmptySet,
    sp.ConditionSet(x, sp.sin(x) - x > 0, sp.S.Reals),
    sp.ImageSet(sp.Lambda(n, 2 * n * sp.pi), sp.S.Integers),
    sp.solve(x**2 - 2, x),
    {x: 1, y: sp.sqrt(2)},
    (x, [y, 1]),
    sp.series(sp.exp(x), x, 0, 4),
    sp.Tuple(1, x),
    sp.sympify([1, "x"]),
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_an_expression_arrives_as_it_was(value):
    got = cross(value)
    assert type(got) is type(value)
    assert got == value
    assert sp.srepr(got) == sp.srepr(value)


def test_what_arrives_can_be_worked_with():
    got = cross(x**2 + sp.sin(x))
    assert sp.diff(got, x) == 2 * x + sp.cos(x)
    assert got.subs(x, 0) == 0
    assert sp.simplify(cross(sp.sin(x) ** 2 + sp.cos(x) ** 2)) == 1


def doubled(times: int) -> Any:
    expression = x
    for _ in range(times):
        expression = sp.Mul(2, sp.Add(expression, expression, evaluate=False), evaluate=False)
    return expression


def test_shared_parts_come_once():
    assert len(str(Encoder(instances=SYMPY).node(doubled(12)))) < 2000
    assert cross(doubled(12)) == doubled(12)


def test_what_would_be_endless_written_out_has_no_description():
    with pytest.raises(WireError, match="no plain data"):
        Encoder(instances=SYMPY).node(doubled(60))
    nodes = [X, *(["Add", place, place] for place in range(60))]
    with pytest.raises(WireError, match="too many parts"):
        Decoder([], instances=SYMPY).value({"t": "sympy", "v": nodes})


def test_a_matrix_changes_in_place():
    matrix = sp.Matrix([[1, 2]])
    other = cross(matrix)
    other[0, 0] = x
    apply_change(matrix, other)
    assert matrix == sp.Matrix([[x, 2]])


def test_what_is_a_class_of_its_own_has_no_description():
    class Always(sp.Symbol):
        def __eq__(self, other):
            return True

        __hash__ = sp.Symbol.__hash__

    for value in (Always("x"), x + Always("z"), sp.MatrixSymbol("A", 2, 2)):
        with pytest.raises(WireError, match="no plain data"):
            Encoder(instances=SYMPY).node(value)


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [[]],
        "x",
        [["eval", "1"]],
        [["sympify", 0]],
        [X, ["lambdify", 0]],
        [X, ["Symbol", 0]],
        [["Symbol", "x", [1]]],
        [["Symbol", "x", {"t": "dict", "v": [["cls", True]]}]],
        [["Symbol", "x", {"t": "dict", "v": [["positive", 1]]}]],
        [["Symbol", "x" * 10_000, {"t": "dict", "v": []}]],
        [["Add", 0, 0]],
        [X, ["Add", 0, 5]],
        [X, ["Add", 0, -1]],
        [X, ["Add", 0]],
        [X, ["Add", 0, 0.0]],
        [["Integer", 1.5]],
        [["Integer", "1"]],
        [["Integer", {"t": "int", "v": hex(1 << 2**20)}]],
        [["Rational", 1, 0]],
        [["Float", 0, 1, 10**9, 1, 53]],
        [["Float", 0, 3, 0, 1, 53]],
        [["Float", 0, 1, 0, 1, 10**9]],
        [["Integer", 10], ["Integer", 10**10], ["Pow", 0, 1]],
        [["Integer", 10], ["Pow", 0, 0], ["Pow", 0, 1]],
        [["Integer", 2], ["Integer", 99], ["Mul", 1, 1, 1], ["Pow", 0, 2]],
        [["Integer", 10**9], ["factorial", 0]],
        [["Integer", 10**9], ["fibonacci", 0]],
        [["Pi"], ["Integer", 99], ["Pow", 1, 1], ["Pow", 0, 2]],
        [X, ["applied", 0, 0]],
        [["function", "f"], ["Add", 0, 0]],
        [X, ["MutableDenseMatrix", 2, 2, 0]],
        [X, ["MutableDenseMatrix", 0, 10**9]],
        [X, ["MutableDenseMatrix", -1, -1, 0]],
        [X, ["MutableDenseMatrix", 1, 1, 0], ["Mul", 1, 1]],
        [X] * 200_000,
    ],
    ids=lambda nodes: str(nodes)[:60],
)
def test_a_malformed_expression_is_a_wire_error_at_once(nodes):
    started = time.thread_time()
    with pytest.raises(WireError):
        Decoder([], instances=SYMPY).value({"t": "sympy", "v": nodes})
    assert time.thread_time() - started < 10
