"""The names of a cell, read from its source."""

import pytest

from autograder.notebook.free_names import imported_modules, imports_of, names_of


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("x = 1; y, (z, *w) = 2, (3, 4)", "x y z w"),
        ("x += 1", "x"),
        ("x: int = 1", "x"),
        ("def f(a): b = a", "f"),
        ("class C:\n    a = 1", "C"),
        ("import a.b, c as d\nfrom e import f as g", "a d g"),
        ("for i in range(3): j = i", "i j"),
        ("with open(p) as file: pass", "file"),
        ("[(n := i) for i in r]", "n"),
        ("x = [[j for j in i] for i in r]; y = {i: {j} for i, j in r}", "x y"),
        ("class C:\n    a = {i for i in r}", "C"),
        ("[i for i in r]\nfor i in r: pass", "i"),
        (f"x = {'1 + ' * 500}1", "x"),
        ("def f():\n    global g\n    g = 1", "f g"),
        ("try:\n    import numpy\nexcept ImportError as e:\n    numpy = None", "numpy e"),
        ("x[0] = 1; x.a = 2; f(x)", ""),
        ("%matplotlib inline\nx = 1", "x"),
        ("%%time\nx = 1", "x"),
        ("files = !ls", "files"),
        ("await f()\nx = 1", "x"),
        ("del x", "x"),
        ("def f(:", ""),
        ("", ""),
        ("%%bash\nx=1", ""),
    ],
)
def test_the_names_that_a_cell_binds(source, bound):
    assert names_of(source).bound == set(bound.split())


@pytest.mark.parametrize(
    ("source", "used"),
    [
        ("def f(a, k=q): return a + g(a)", "q g"),
        ("class C(B):\n    def m(self): return w", "B w"),
        ("lambda x: x + y", "y"),
        ("[i * n for i in data]", "n data"),
        ("x += 1", "x"),
        ("f'{name}'", "name"),
        ("def f():\n    def g(): return outer\n    return g", "outer"),
        ("@decorator\ndef f(x: kind) -> other: ...", "decorator kind other"),
    ],
)
def test_the_names_that_a_cell_uses(source, used):
    assert set(used.split()) <= names_of(source).used


def test_a_local_name_is_not_used_of_the_notebook():
    assert not {"a", "b"} & names_of("def f(a):\n    b = a\n    return b").used


@pytest.mark.parametrize("source", ["[i for i in r]", "y = {i: 1 for i in r}", "{i for i in r}"])
def test_the_variable_of_a_comprehension_is_not_the_notebook_s(source):
    names = names_of(source)
    assert "i" not in names.bound | names.used
    assert "r" in names.used


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("x[0] = 1", "x"),
        ("x.a.b = 1", "x"),
        ("x.append(1)", "x"),
        ("for i in r:\n    x.append(i)", "x"),
        ("del x[0]", "x"),
        ("y = x.pop()", ""),
    ],
)
def test_the_names_whose_objects_a_cell_changes(source, changed):
    assert names_of(source).changed == set(changed.split())


@pytest.mark.parametrize(
    ("source", "settles"),
    [
        ("np.random.seed(0)", True),
        ("torch.manual_seed(0)", True),
        ("from math import *", True),
        ("plt.rcParams['figure.dpi'] = 100", True),
        ("sys.path.append('x')", True),
        ("%run helpers.py", True),
        ("x = 1", False),
        ("x.append(1)", False),
        ("seed(0)", False),
    ],
)
def test_a_cell_that_sets_something_for_all_later_ones(source, settles):
    assert names_of(source).settles is settles


def test_classes_and_imports():
    names = names_of("import numpy as np\nclass C: pass\ndef f(): import os")
    assert names.classes == {"C"}
    assert names.imported == {"np"}


def test_the_imports_of_a_cell_alone():
    source = "import numpy as np\nx = np.ones(3)\nfrom a import (\n    b,\n    c as d,\n)"
    assert imports_of(source) == "import numpy as np\nfrom a import b, c as d"
    assert imports_of("def f(:") == ""


def test_the_modules_of_a_notebook_each_once():
    cells = [
        "import numpy as np\nimport torch.nn",
        "def f():\n    import numpy\n    from os import path",
        "def f(:",
    ]
    assert imported_modules([*cells, "from . import x"]) == ["numpy", "torch.nn", "os:path"]


def test_a_hostile_source_has_no_names():
    assert not names_of("(" * 10_000 + ")" * 10_000).bound
    assert not names_of("x = 1\0").bound
