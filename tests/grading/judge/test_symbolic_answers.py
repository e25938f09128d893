"""Symbolic answers: what a test does with an expression holds as it does in one process."""

import pytest
from cells import verdict

from autograder.verdict import Kind

SETUP = "import sympy as sp\nx, y = sp.symbols('x y')"

works = {
    "a derivative": ("e = x**2 + 1", "assert sp.diff(e, x) == 2 * x"),
    "an expression in operators": ("e = x + 1", "assert 2 * e - e == x + 1 and e.subs(x, 1) == 2"),
    "a function of an expression": (
        "def f(e): return sp.expand(e)",
        "assert f((x + 1)**2) == x**2 + 2*x + 1",
    ),
    "zeros": ("def f(e): return sp.solve(e, x)", "assert f(x**2 - 4) == [-2, 2]"),
    "a symbol with assumptions": (
        "t = sp.Symbol('t', positive=True)\ne = sp.sqrt(t**2)",
        "assert e == t and e.is_positive and sp.Symbol('t') != t",
    ),
    "an equation": (
        "def f(): return sp.Eq(x + y, 2)",
        "assert f().lhs == x + y and sp.solve(f(), x) == [2 - y]",
    ),
    "a matrix": (
        "def f(m): return m.inv()",
        "m = sp.Matrix([[1, 2], [3, 4]])\nassert f(m) * m == sp.eye(2) and f(m)[0, 0] == -2",
    ),
    "a matrix changed in place": (
        "def f(m): m[0, 0] = x",
        "m = sp.zeros(2)\nf(m)\nassert m[0, 0] == x",
    ),
    "a differential equation": (
        "g = sp.Function('g')\ne = sp.Eq(g(x).diff(x), g(x))",
        "assert sp.dsolve(e, g(x)).rhs.diff(x) == sp.dsolve(e, g(x)).rhs",
    ),
    "an integral": (
        "e = sp.Integral(sp.exp(-x**2), (x, -sp.oo, sp.oo))",
        "assert e.doit() == sp.sqrt(sp.pi)",
    ),
    "as a number": (
        "e = sp.sqrt(2)",
        "assert abs(float(e) - 2**.5) < 1e-12 and e.evalf(30) == sp.sqrt(2).evalf(30)",
    ),
    "as a function of arrays": (
        "e = sp.sin(x)",
        "import numpy as np\nv = np.arange(3)\nassert np.allclose(sp.lambdify(x, e)(v), np.sin(v))",
    ),
    "a set": (
        "s = sp.solveset(x**2 < 1, x, sp.S.Reals)",
        "assert s == sp.Interval.open(-1, 1) and 0 in s",
    ),
    "text": ("e = x**2/3", "assert str(e) == 'x**2/3' and sp.latex(e) == r'\\frac{x^{2}}{3}'"),
    "simplified to nothing": ("e = (x**2 - 1)/(x - 1)", "assert sp.simplify(e - (x + 1)) == 0"),
    "isinstance": ("e = x*y", "assert isinstance(e, sp.Mul) and e.free_symbols == {x, y}"),
    "what has no description": ("A = sp.MatrixSymbol('A', 2, 2)", "assert A.shape == (2, 2)"),
}  # fmt: skip


@pytest.mark.parametrize("name", works)
def test_works_as_in_one_process(engine, name):
    answer, test = works[name]
    found = verdict(engine, answer, test, setup=SETUP)
    assert found.kind is Kind.PASSED, found


wrong = {
    "another expression": ("e = x**2 + 2", "assert e == x**2 + 1"),
    "a symbol equal to all": (
        "class S(sp.Symbol):\n    __eq__ = lambda s, o: True\n    __hash__ = sp.Symbol.__hash__\n"
        "e = S('z') + 1",
        "assert e == x + 1",
    ),
    "another assumption": ("e = sp.Symbol('x', real=True)", "assert e == x"),
    "text that would be run": ("e = 'x + 1'", "assert e == x + 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", wrong)
def test_no_marks_for_what_is_wrong(engine, name):
    answer, test = wrong[name]
    assert verdict(engine, answer, test, right="e = None", setup=SETUP).score == 0
