"""What a test cell can do with an answer: as in one process, short of trusting it."""

import pytest
from cells import check, given, graded, notebook, solution, submitted, verdict, verdicts

from autograder.choices import Choices
from autograder.errors import FaultyTest
from autograder.grading.one_notebook import grade
from autograder.verdict import Kind

SHAPES = """
class Vector:
    def __init__(self, *xs):
        self.xs = list(xs)
    def __add__(self, other):
        return Vector(*[a + b for a, b in zip(self.xs, other.xs)])
    def __rmul__(self, k):
        return Vector(*[k * x for x in self.xs])
    def __eq__(self, other):
        return isinstance(other, Vector) and self.xs == other.xs
    def __hash__(self):
        return hash(tuple(self.xs))
    def __len__(self):
        return len(self.xs)
    def __getitem__(self, i):
        return self.xs[i]
    def __setitem__(self, i, x):
        self.xs[i] = x
    def __repr__(self):
        return f"Vector{tuple(self.xs)}"
    def __float__(self):
        return float(sum(self.xs))
    @property
    def size(self):
        return len(self.xs)
    @classmethod
    def zero(cls, n):
        return cls(*[0] * n)
class TooLong(ValueError):
    def __init__(self, text, length):
        super().__init__(text)
        self.length = length
def checked(vector):
    if len(vector) > 3:
        raise TooLong("more than three", len(vector))
    return vector
"""

works = {
    "a number of its own type": ("def f(): return 2.5", "assert type(f()) is float and f() == 2.5"),
    "keywords and defaults": (
        "def f(a, *, b=2): return a + b",
        "assert f(1) == 3 and f(a=1, b=1) == 2",
    ),
    "a signature and a docstring": (
        "def f(a: int, b=2, *c):\n    'Adds.'",
        "import inspect\n"
        "s = inspect.signature(f)\n"
        "assert str(s) == '(a: int, b=2, *c)'\n"
        "assert f.__doc__ == 'Adds.' and f.__name__ == 'f' and f.__code__.co_argcount == 2",
    ),
    "a list of functions": (
        "def f(x): return x + 1\ndef g(x): return x * 2",
        "for function, result in {f: 4, g: 6}.items():\n    assert function(3) == result",
    ),
    "a generator": (
        "def f(n):\n    for i in range(n): yield i * i",
        "import itertools, types\n"
        "assert isinstance(f(1), types.GeneratorType)\n"
        "assert list(itertools.islice(f(10**9), 3)) == [0, 1, 4]",
    ),
    "operators of a class it is to write": (
        SHAPES,
        "v = Vector(1, 2)\n"
        "assert 2 * v + Vector(1, 1) == Vector(3, 5) and v != Vector(0, 0)\n"
        "assert len(v) == v.size == 2 and list(v) == [1, 2] and float(v) == 3\n"
        "assert repr(v) == 'Vector(1, 2)' and isinstance(v, Vector) and {v: 1}[Vector(1, 2)] == 1\n"
        "assert type(v).__name__ == 'Vector' and Vector.zero(2) == Vector(0, 0)\n"
        "v[0] = 5\n"
        "assert vars(v) == {'xs': [5, 2]} and checked(v) is v",
    ),
    "a copy of an object": (
        SHAPES,
        "import copy\nv = Vector(1, 2)\nw = copy.deepcopy(v)\nw[0] = 7\nassert v == Vector(1, 2)",
    ),
    "an exception class of its own": (
        SHAPES,
        "import pytest\n"
        "with pytest.raises(TooLong, match='three') as caught:\n    checked(range(4))\n"
        "assert caught.value.length == 4 and issubclass(TooLong, ValueError)",
    ),
    "a builtin exception": (
        "def f(n):\n    if n < 0: raise ValueError('negative n')\n    return n",
        "import pytest\nassert f(1) == 1\n"
        "with pytest.raises(ValueError, match='negative'):\n    f(-1)",
    ),
    "a library's exception": (
        "def f(a): return np.linalg.inv(a)",
        "import pytest\nwith pytest.raises(np.linalg.LinAlgError):\n    f(np.zeros((2, 2)))",
    ),
    "a function of the test as an argument": (
        "def newton(f, x0):\n"
        "    while abs(f(x0)) > 1e-9: x0 -= f(x0) / (f(x0 + 1e-6) - f(x0)) * 1e-6\n"
        "    return x0",
        "count = 0\n"
        "def f(x):\n    global count\n    count += 1\n    return x**2 - 1\n"
        "assert abs(newton(f, x0=4) - 1) < 1e-6 and count > 5",
    ),
    "a function that gives back a function": (
        "def compose(f, g): return lambda x: f(g(x))",
        "h = compose(np.sqrt, lambda x: x + 1)\nassert h(3.0) == 2 and compose(h, h)(8.0) == 2",
    ),
    "a function that calls a function that calls back": (
        "def twice(f): return lambda x: f(f(x))",
        "assert twice(twice(lambda x: x + 1))(0) == 4",
    ),
    "an exception in a callback": (
        "def f(g):\n    try: return g()\n    except ZeroDivisionError: return 'caught'",
        "assert f(lambda: 1 / 0) == 'caught'",
    ),
    "an exception through a callback": (
        "def f(g): return g()",
        "import pytest\nwith pytest.raises(ZeroDivisionError):\n    f(lambda: 1 / 0)",
    ),
    "iterators of the test": (
        "def f(items): return sum(items)",
        "assert f(i for i in range(4)) == f(range(4)) == 6\n"
        "assert f({0: 6}.values()) == f(iter([1, 5])) == 6",
    ),
    "changes in place": (
        "def f(a, b, c, d):\n    a.append(1); b['k'] = 1; c *= 2; d.add(1)",
        "a, b, c, d = [0], {}, np.ones((4, 4)), set()\n"
        "f(a, b, c[1:3], d)\n"
        "assert a == [0, 1] and b == {'k': 1} and c.sum() == 24 and d == {1}",
    ),
    "arguments that are left alone": (
        "def f(a): return sorted(a)",
        "a = [2, 1]\nassert f(a) == [1, 2] and a == [2, 1]",
    ),
    "the global random states": (
        "import random\ndef f(): return np.random.rand(), random.random()",
        "import random\n"
        "np.random.seed(3); random.seed(3)\n"
        "got, then = f(), (np.random.rand(), random.random())\n"
        "np.random.seed(3); random.seed(3)\n"
        "assert got == (np.random.rand(), random.random())\n"
        "assert then == (np.random.rand(), random.random())",
    ),
    "a random generator as an argument": (
        "def f(rng): return rng.normal()",
        "a, b = np.random.default_rng(1), np.random.default_rng(1)\n"
        "assert f(a) == b.normal() and a.normal() == b.normal()",
    ),
    "text that it prints": (
        "def f(): print('Hello')",
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()) as text:\n    f()\n"
        "assert text.getvalue() == 'Hello\\n'",
    ),
    "a function replaced to see that it is called": (
        "def f(x): return x\ndef g(x): return f(x) + 1",
        "kept = f\nf = lambda x: 10\nassert g(1) == 11\nf = kept\nassert g(1) == 2",
    ),
    "a function deleted to see that it is called": (
        "def f(x): return x\ndef g(x): return f(x) + 1",
        "kept = f\ndel f\ntry:\n    g(1)\nexcept NameError:\n    pass\nelse:\n    assert False\n"
        "finally:\n    f = kept",
    ),
    "an axes that it drew on": (
        "import matplotlib.pyplot as plt\n"
        "def f(x):\n    _, ax = plt.subplots()\n    ax.plot(x, x, label='line')\n    return ax",
        "import matplotlib.pyplot as plt\nax = f([1, 2])\n"
        "assert isinstance(ax, plt.Axes) and len(ax.lines) == 1\n"
        "assert ax.lines[0].get_label() == 'line' and list(ax.lines[0].get_ydata()) == [1, 2]",
    ),
}


@pytest.mark.parametrize("what", works)
def test_an_answer_can_be(engine, what):
    answer, test = works[what]
    found = verdict(engine, answer, test)
    assert (found.kind, found.score) == (Kind.PASSED, 1), found.finding


LIAR = """
class Liar:
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __abs__ = __sub__
    def __bool__(self): return True
    def __array_ufunc__(self, *a, **k): return np.True_
    def __array_function__(self, *a, **k): return True
    __array_priority__ = 1e9
    {more}
def f(): return Liar()
"""
POINTER = (
    "__array_interface__ = {'shape': (1,), 'typestr': '<f8', 'data': (4096, True), 'version': 3}"
)
CLAIM = "__class__ = property(lambda self: {0})"


@pytest.mark.parametrize(
    "test",
    [
        "assert f() == 2",
        "assert 2 == f()",
        "assert abs(f() - 2) < 1e-6",
        "assert abs(2 - f()) < 1e-6",
        "assert not f() != 2",
        "assert f() in [2]",
        "assert np.isclose(f(), 2)",
        "assert np.allclose(f(), np.float64(2))",
        "np.testing.assert_allclose(f(), 2)",
        "np.testing.assert_equal(f(), 2)",
        "np.testing.assert_array_equal(np.array([2.0]), f())",
        "assert isinstance(f(), float) and f() < 3",
        "import math; assert math.isclose(f(), 2)",
        "import pytest; assert f() == pytest.approx(2)",
    ],
)
@pytest.mark.parametrize(
    "more",
    ["", POINTER, CLAIM.format("float"), CLAIM.format("np.ndarray")],
    ids=["", "pointer", "float", "array"],
)  # fmt: skip
def test_an_object_that_lies_earns_nothing(engine, test, more):
    found = verdict(engine, LIAR.format(more=more), test, right="def f(): return 2.0")
    assert found.score == 0


def test_operators_go_to_solution_classes_and_to_no_other(engine):
    # The same class: once as the exercise, once as a student's own idea.
    lies = "class Number:\n    def __eq__(self, other): return True\n"
    test = "assert Number() == 3"
    assert verdict(engine, lies, test).score == 1
    answer = lies + "def f(): return Number()"
    assert verdict(engine, answer, "assert f() == 3", right="def f(): return 3").score == 0


def test_a_stolen_name_of_a_solution_class_does_not_reach_the_judge(engine):
    answer = "def f(): return open\nimport builtins\nbuiltins.abs = lambda x: 0"
    assert (
        verdict(engine, answer, "assert abs(f(-2)) == 0", right="def f(x=0): return 0").score == 0
    )


def test_a_students_patch_of_a_library_changes_no_test(engine):
    answer = "np.allclose = np.isclose = lambda *a, **k: True\ndef f(): return 0"
    test = "assert np.allclose(f(), 2)"
    assert verdict(engine, answer, test, right="def f(): return 2").score == 0


def test_a_student_sees_neither_the_hidden_test_nor_the_judges_names(engine):
    answer = "def f():\n    return [n for n in globals() if n.startswith('se')] or In[-1]"
    test = "### BEGIN HIDDEN TESTS\nsecret = 1\nassert 'secret' in str(f())\n### END HIDDEN TESTS"
    assert verdict(engine, answer, test, right="def f(): return 'secret'").score == 0


def test_a_callback_gives_nothing_but_answers(engine):
    private = ("__globals__", "__code__", "__closure__", "__self__")
    answer = f"def f(g): return [hasattr(g, name) for name in {private}]"
    assert verdict(engine, answer, "assert not any(f(lambda: 1))").score == 1


def test_a_callback_is_for_the_time_of_the_call(engine):
    # Kept for later, it is asked in a call of another test: there, too, it only answers.
    cells = [
        solution("answer", "kept = []\ndef keep(g): kept.append(g)\ndef use(): return kept[0](1)"),
        check("keep", "keep(lambda x: x + 1)"),
        check("use", "assert use() == 2"),
    ]
    assert all(found.score for found in verdicts(engine, *cells).values())


@pytest.mark.parametrize(
    "other", ["def f(x): return None", "f = 3", "def f(x): return 'two'", "f = None"]
)
def test_an_answer_of_the_wrong_type_is_wrong(engine, other):
    found = verdict(engine, other, "assert f(1) + 1 == 3", right="def f(x): return 2")
    assert (found.kind, found.score) == (Kind.WRONG, 0)


@pytest.mark.parametrize(
    "test",
    [
        "assert f().nonsense",
        "assert f() == 2, 'the test is wrong'",
        "assert undefined == f()",
        "import threading\nf(type('Lock', (), {})())",
        "raise RuntimeError",
        "f(",
        "assert f() == 1\n7",  # which nbgrader reads as a mark
    ],
)
def test_a_test_that_fails_on_the_instructors_own_solution_costs_nobody_a_mark(engine, test):
    cells = [
        given("import numpy as np"),
        solution("answer", "def f(*x): return 1"),
        check("faulty", test),
        check("sound", "assert f() == 1"),
    ]
    found = verdicts(engine, *cells, answer="def f(*x): return 0")
    assert (found["faulty"].kind, found["sound"].kind) == (Kind.WAITING, Kind.WRONG)
    assert verdicts(engine, *cells)["sound"].kind is Kind.PASSED


def test_who_does_as_well_as_the_instructor_keeps_what_a_test_at_fault_gives(engine):
    cells = [solution("answer", "def f(): return 0.25"), check("test", "f()")]
    for answer, kind, score in (
        ("0.25", Kind.PARTLY, 0.25),
        ("1", Kind.PASSED, 1),
        ("0.5", Kind.PARTLY, 0.5),
    ):
        found = verdicts(engine, *cells, answer=f"def f(): return {answer}")["test"]
        assert (found.kind, found.score) == (kind, score)
    assert verdicts(engine, *cells, answer="def f(): return 0.1")["test"].kind is Kind.WAITING


def test_a_test_at_fault_says_why_and_shows_nothing_hidden(engine):
    hidden = "### BEGIN HIDDEN TESTS\nassert f() == 4213\n### END HIDDEN TESTS"
    cells = [solution("answer", "def f(): return 1"), check("test", hidden)]
    result = graded(engine, *cells, answer="def f(): return 2")
    assert "waits for a grader" in str(result.notebook.cells[1].outputs)
    assert "4213" not in str(result.notebook)


def test_a_submission_may_stay_ungraded_for_a_test_at_fault(engine):
    source = notebook(solution("answer", "def f(): return 1"), check("test", "assert f() == 2"))
    with pytest.raises(FaultyTest, match=r"'test'.*instructor's own solution"):
        grade(engine, source, source, choices=Choices("ungraded"))


@pytest.mark.parametrize(
    ("last", "score"),
    [("0.5", 0.5), ("0", 0), ("2", 2), ("np.float64(1)", 1), ("True", 2), ("'a'", 2), ("3;", 2)],
)  # fmt: skip
def test_the_last_expression_is_the_mark_as_in_nbgrader(engine, last, score):
    cells = [
        given("import numpy as np"),
        solution("answer", "x = 1"),
        check("test", f"x\n{last}", 2),
    ]
    assert verdicts(engine, *cells)["test"].score == score


@pytest.mark.parametrize("last", ["float('nan')", "-1", "2.5", "float('inf')"])
def test_a_mark_that_is_none_is_a_fault_of_the_test(engine, last):
    found = verdicts(engine, solution("answer", "x = 1"), check("test", last, 2))
    assert found["test"].kind is Kind.WAITING


def test_a_number_from_the_student_is_no_mark_beyond_the_points(engine):
    # Whoever writes `score(f)` as a last line gives the student the pen: then it must be a mark.
    cells = [solution("answer", "def f(): return 2"), check("test", "f()", 2)]
    found = verdicts(engine, *cells, answer="def f(): return 100")["test"]
    assert (found.kind, found.score) == (Kind.WRONG, 0)
    assert "ends with 100" in found.finding.problem


def test_outputs_cost_nothing_and_are_kept_short(engine):
    answer = (
        "import sys, warnings, os\n"
        "def f():\n"
        "    print('x' * 10_000_000)\n"
        "    print('careful', file=sys.stderr); warnings.warn('warned'); os.write(2, b'raw')\n"
        "    return 1"
    )
    cells = [solution("answer", answer), check("test", "assert f() == 1")]
    result = graded(engine, *cells)
    assert result.verdicts[0].score == 1
    outputs = result.notebook.cells[-1].outputs
    text = "".join(o.text for o in outputs if o.output_type == "stream")
    assert "careful" in text
    assert "raw" in text
    assert "left out" in text
    assert len(text) < 300_000
    assert {o.name for o in outputs if o.output_type == "stream"} == {"stdout"}


def test_the_graded_cell_shows_no_hidden_line(engine):
    cells = [
        solution("answer", "def f(x): return x"),
        check(
            "test",
            "assert f(1) == 1\n"
            "### BEGIN HIDDEN TESTS\nassert f(2) == 4100 + 1, f(2)\n### END HIDDEN TESTS",
        ),
    ]
    source = notebook(*cells)
    result = grade(engine, source, submitted(source, answer="def f(x): return 1"))
    assert result.verdicts[0].hidden
    assert "4100" not in str(result.notebook)
    assert "HIDDEN" not in str(result.notebook)


def test_state_does_not_leak_between_notebooks(engine):
    leak = (
        "import numpy\nnumpy.leaked = leaked = 1\nopen('leak.txt', 'w').write('x')\n"
        "def f(): return 1"
    )
    look = (
        "import numpy, os\n"
        "def f():\n"
        "    return [hasattr(numpy, 'leaked'), os.path.exists('leak.txt'), 'leaked' in globals()]"
    )
    assert verdict(engine, leak, "import numpy\nnumpy.mark = 1\nassert f() == 1").score == 1
    test = "assert f() == [False] * 3 and not hasattr(np, 'mark')"
    assert verdict(engine, look, test).score == 1


@pytest.mark.parametrize(
    "deadly",
    [
        "import os\nos._exit(1)",
        "import os\nos.abort()",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "import os\nos.closerange(3, 64)",
    ],
)
def test_a_test_that_ends_the_judge_stops_no_other(engine, deadly):
    cells = [
        solution("answer", "def f(): return 1"),
        check("before", "assert f() == 1"),
        check("deadly", deadly),
        check("after", "assert f() == 1"),
    ]
    kinds = {cell: found.kind for cell, found in verdicts(engine, *cells).items()}
    assert kinds == {"before": Kind.PASSED, "deadly": Kind.WAITING, "after": Kind.PASSED}
