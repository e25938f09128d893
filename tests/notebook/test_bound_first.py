"""Which names a cell gives a value before it reads them."""

import pytest

from autograder.notebook.bound_first import bound_first

FIRST = {
    "assigned": "x = 1\nprint(x)",
    "never read": "x = f()",
    "in an unpacking": "(a, *x), b = f()\nx",
    "in a chain": "a = x = f(); x",
    "annotated": "x: int = 1\nx",
    "a loop's target": "for x, y in pairs:\n    assert f(y) == x\nprint(x)",
    "a context's": "with f() as x:\n    x",
    "an import": "import x.y, z\nx",
    "an import by another name": "from a import b as x\nx",
    "a walrus": "assert (x := f()) == 1 and x",
    "a walrus in a comprehension": "assert all((x := i) for i in y)\nx",
    "an exception": "try:\n    f()\nexcept E as x:\n    print(x)",
    "a function": "def x(): return 1\nx()",
    "a class": "class x: pass\nx()",
    "both branches": "if a:\n    x = 1\nelse:\n    x = 2\nx",
    "the only branch that goes on": "if a:\n    x = 1\nelse:\n    raise E\nx",
    "a branch that alone reads it": "if a:\n    x = 1\n    x",
    "tried, and mended": "try:\n    x = f()\nexcept E:\n    x = 2\nx",
    "each case": "match a:\n    case {'k': x}: x\n    case [x, *_]: x",
    "read by a function that is called later": "def f(): return x\nx = 1\nf()",
    "changed after that": "x = []\nx.append(1); x[0] += 1; x += [2]; del x",
    "below a magic": "%%time\nx = 1\nx",
}
NOT = {
    "read": "print(x)\nx = 1",
    "read on its right": "x = x + 1",
    "augmented": "x += 1",
    "deleted": "del x\nx = 1",
    "changed": "x[0] = 1\nx = 2",
    "an attribute changed": "x.a = 1\nx = 2",
    "one branch": "if a:\n    x = 1\nx",
    "a while loop": "while a:\n    x = 1\nx",
    "the second operand": "a and (x := 1)\nx",
    "tried": "try:\n    x = f()\nexcept E:\n    pass\nx",
    "read where it failed": "try:\n    x = f()\nexcept E:\n    print(x)",
    "one case": "match a:\n    case 1: x = 1\nx",
    "an exception's, afterwards": "try:\n    f()\nexcept E as x:\n    pass\nx",
    "only annotated": "x: int\nx\nx = 1",
    "deleted and read": "x = 1\ndel x\nx",
    "a default": "def f(a=x): return a\nx = 1",
    "a decorator": "@x\ndef f(): pass\nx = 1",
    "read by a function that is called": "def f(): return x\nf()\nx = 1",
    "read by a lambda": "f = lambda: x\nx = 1",
    "read in a comprehension": "[x for i in y]\nx = 1",
    "read in a class": "class A: a = x\nx = 1",
    "not bound": "print(x)",
    "a parameter": "def f(x): return x",
    "a comprehension's own": "[x for x in y]",
    "a local one": "def f():\n    x = 1",
    "global in a function that is called": "def f():\n    global x\n    x = 1\nf()\nx",
    "not Python": "x = = 1",
}


@pytest.mark.parametrize("source", FIRST.values(), ids=FIRST)
def test_a_name_is_bound_first(source):
    assert "x" in bound_first(source)


@pytest.mark.parametrize("source", NOT.values(), ids=NOT)
def test_a_name_is_not(source):
    assert "x" not in bound_first(source)
