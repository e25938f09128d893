"""The source of the student's code: from the cells that they handed in."""

import pytest
from cells import check, given, notebook, solution, verdict

from autograder.grading.one_notebook import rehearse

# What is given, what the student writes, and tests that hold in one process.
CASES = {
    "source": (
        "import inspect, ast, textwrap, doctest, functools",
        r'''
def total(xs):
    """Adds.

    >>> total([1, 2])
    3
    """
    s = 0
    for x in xs:
        s += x
    return s

def make():
    def inner(y):
        return y + 40
    return inner
key = lambda t: t[1]
also = total
class Sq:
    """A square."""
    def __init__(self, a):
        self.a = a
    def area(self):
        return self.a ** 2
    @property
    def side(self): return self.a
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls(1)
class Kid(Sq):
    def more(self): return 2
class Oops(ValueError):
    extra = 1
def deco(f):
    @functools.wraps(f)
    def wrapper(*a): return f(*a)
    return wrapper
def deco2(f):
    def wrapper2(*a): return f(*a)
    return wrapper2
@deco
def wrapped(x): return x + 1
@deco2
def wrapped2(x): return x + 2
exec("def ghost(): return 1")
async def co(x): return x
''',
        [
            r"""
s=inspect.getsource(total)
assert s.startswith('def total')
assert s.endswith('return s\n')
assert 'inner' not in s, s
""",
            r"""
assert 'y + 40' in inspect.getsource(make())
assert 'def inner' in inspect.getsource(make)
""",
            "assert inspect.getsource(key)=='key = lambda t: t[1]\\n', inspect.getsource(key)",
            "assert inspect.getsource(also)==inspect.getsource(total)",
            r"""
assert inspect.getsource(Sq).startswith('class Sq')
assert 'Kid' not in inspect.getsource(Sq)
""",
            r"""
assert inspect.getsource(Sq.area).strip().startswith('def area')
assert 'a ** 2' in inspect.getsource(Sq(2).area)
""",
            r"""
assert 'self.a = a' in inspect.getsource(Sq.__init__)
assert 'self.a = a' in inspect.getsource(Kid(1).__init__)
assert 'a ** 2' in inspect.getsource(Kid.area)
""",
            r"""
assert 'return self.a' in inspect.getsource(Sq.side.fget)
assert 'def st' in inspect.getsource(Sq.st)
assert 'def cm' in inspect.getsource(Sq.cm)
""",
            "assert 'extra' in inspect.getsource(Oops)",
            "assert 'x + 1' in inspect.getsource(wrapped), inspect.getsource(wrapped)",
            "assert 'wrapper2' in inspect.getsource(wrapped2)",
            r"""
try:
    inspect.getsource(Sq(1))
    assert False
except TypeError: pass
""",
            r"""
t=ast.parse(textwrap.dedent(inspect.getsource(Sq.area)))
assert any(isinstance(n,ast.Pow) for n in ast.walk(t))
""",
            r"""
lines,n=inspect.getsourcelines(total)
assert len(lines)==10
assert lines[0]=='def total(xs):\n'
assert n==1
""",
            r"""
assert inspect.getdoc(total).startswith('Adds.')
assert inspect.getdoc(Sq)=='A square.'
""",
            r"""
import io,contextlib
b=io.StringIO()
with contextlib.redirect_stdout(b): doctest.run_docstring_examples(total, globals())
assert b.getvalue()=='', b.getvalue()
""",
            r"""
f=doctest.DocTestFinder(); r=doctest.DocTestRunner(verbose=False)
ts=f.find(total,'total',globs={'total':total})
assert len(ts)==1 and len(ts[0].examples)==1
r.run(ts[0]); assert r.failures==0 and r.tries==1
""",
            r"""
import io,contextlib
b=io.StringIO()
with contextlib.redirect_stdout(b): help(total)
assert 'Adds.' in b.getvalue()
assert 'total(xs)' in b.getvalue()
""",
            r"""
assert total.__code__.co_varnames==('xs','s','x')
assert total.__code__.co_argcount==1
assert 's' in total.__code__.co_varnames
assert total.__code__.co_name=='total'
""",
            r"""
assert inspect.iscoroutinefunction(co)
assert not inspect.iscoroutinefunction(total)
""",
            "assert 'sum' not in total.__code__.co_names",
            r"""
total([1])
r=doctest.testmod()
assert r.failed==0 and r.attempted>=1, r
""",
            "assert inspect.getmodule(total).__name__=='__main__'",
            r"""
import dis
assert 'FOR_ITER' in [i.opname for i in dis.get_instructions(total)]
""",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_holds_in_one_process_holds_across_the_wall(engine, name):
    before, answer, tests = CASES[name]
    cells = [check(f"test{i}", test) for i, test in enumerate(tests)]
    cells = [given(before), solution("answer", answer), *cells]
    found = rehearse(engine, notebook(*cells), {}).verdicts
    assert [(v.grade_id, v.finding) for v in found if v.score != v.points] == []


DECOY = """
def total(xs):
    return sum(xs)
def decoy(xs):
    s = 0
    for x in xs:
        s += x
    return s
{more}
"""
NO_SUM = "import inspect\nassert total([1, 2]) == 3 and 'sum(' not in inspect.getsource(total)"
LIES = {
    "its name": "total.__qualname__ = total.__name__ = 'decoy'",
    "its code's place": "total.__code__ = total.__code__.replace(co_firstlineno=4)",
    "a function that it wraps": "total.__module__ = 'decoy'",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_function_cannot_show_the_text_of_another(engine, lie):
    answer = DECOY.format(more=LIES[lie])
    right = "def total(xs):\n    s = 0\n    for x in xs:\n        s += x\n    return s"
    assert verdict(engine, right, NO_SUM).score == 1
    assert verdict(engine, answer, NO_SUM, right).score == 0


def test_the_last_cell_that_ran_is_the_source_and_none_that_comes_later(engine):
    test = "import inspect\nassert '{}' in inspect.getsource(f)"
    cells = [
        solution("first", "def f(): return 1"),
        check("one", test.format("return 1")),
        solution("second", "def f(): return 2"),
        check("two", test.format("return 2")),
    ]
    found = rehearse(engine, notebook(*cells), {}).verdicts
    assert [v.score for v in found] == [1, 1]
