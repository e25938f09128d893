"""What the instructor's own solution changes of given things is the student's; nothing else is."""

from types import MappingProxyType

import pytest
from cells import check, given, notebook, solution, submitted

from autograder.grading.one_notebook import grade, rehearse, request, whose
from autograder.verdict import Kind

NUMPY = "import numpy as np\n"
CHANGED = {
    "a list": ("x = [3, 1]", "x.sort()", "assert x == [1, 3]"),
    "by a library": ("import heapq\nx = [3, 1]", "heapq.heapify(x)", "assert x[0] == 1"),
    "a dict": ("x = {}", "x['a'] = 1", "assert x['a'] == 1"),
    "a dict with a default": (
        "from collections import defaultdict\nx = defaultdict(list)",
        "x['a'].append(1)",
        "assert x['a'] == [1] and x['b'] == []",
    ),
    "an array": (NUMPY + "x = np.zeros(3)", "x[0] = 1", "assert x.tolist() == [1, 0, 0]"),
    "a large array": (NUMPY + "x = np.zeros(10**5)", "x[:] = 1", "assert x.min() == 1"),
    "a tensor": ("import torch\nx = torch.ones(3)", "x.zero_()", "assert x.sum() == 0"),
    "a table": (
        "import pandas as pd\nx = pd.DataFrame({'a': [1.0, None]})",
        "x.dropna(inplace=True)",
        "assert len(x) == 1",
    ),
    "two names of one list": (
        "table = {'rows': []}\nx = table['rows']",
        "x.append(1)",
        "assert table['rows'] == x == [1]",
    ),
    "an object of a given class": (
        "class Till:\n    total = 0\n    def pay(self, n): self.total += n\nx = Till()",
        "x.pay(4)",
        "assert x.total == 4",
    ),
    "by a given function": (
        "x = []\ndef note(n): x.append(n)",
        "note(1)",
        "assert x == [1]\nnote(2)\nassert x == [1, 2]",
    ),
    "a given function's attribute": (
        "def x(): x.calls += 1\nx.calls = 0",
        "x(); x()",
        "assert x.calls == 2",
    ),
    "by a call in a test": ("x = []", "def put(n): x.append(n)", "put(1)\nassert x == [1]"),
    "a test's own list": (
        "pass",
        "def put(n): x.append(n)",
        "x = []\nput(1); put(2)\nassert x == [1, 2]",
    ),
    "a database": (
        "import sqlite3\nx = sqlite3.connect(':memory:')",
        "x.execute('create table t (a)')",
        "assert x.execute('select * from t').fetchall() == []",
    ),
}


@pytest.mark.parametrize(("before", "change", "test"), CHANGED.values(), ids=CHANGED)
def test_a_test_sees_what_the_solution_changed_and_what_a_student_did_not(
    engine, before, change, test
):
    source = notebook(given(before), solution("s", change), check("t", test))
    assert not rehearse(engine, source, {}).faults
    lazy = grade(engine, source, submitted(source, s="pass")).verdicts
    assert [found.score for found in lazy] == [0]


REFERENCE = notebook(
    given("reference = [1, 2, 3]\nseen = []\nlimits = {'most': 3}"),
    solution("s", "def f(): return list(reference)\ndef most(): return limits['most']"),
    check("copy", "assert f() == reference == [1, 2, 3]"),
    check("limits", "assert most() == limits['most'] == 3"),
)


def test_a_reference_that_the_solution_only_reads_stays_the_instructors(engine):
    assert not whose(engine, request(REFERENCE, REFERENCE)).names
    emptied = submitted(REFERENCE, s="reference.clear()\ndef f(): return []\ndef most(): return 3")
    found = {v.grade_id: v.kind for v in grade(engine, REFERENCE, emptied).verdicts}
    assert found == {"copy": Kind.WRONG, "limits": Kind.PASSED}


def test_before_the_solution_changes_it_a_given_thing_is_the_instructors(engine):
    source = notebook(
        given("data = [1, 2, 3]"),
        solution("first", "def mean(xs): return sum(xs) / len(xs)"),
        check("mean", "assert mean(data) == 2"),
        solution("second", "data.append(6)"),
        check("longer", "assert data == [1, 2, 3, 6]"),
    )
    answer = "data[:] = [0]\ndef mean(xs): return 0"
    found = grade(engine, source, submitted(source, first=answer, second="data[:] = [1, 2, 3, 6]"))
    assert {v.grade_id: v.score for v in found.verdicts} == {"mean": 0, "longer": 1}


def test_an_object_of_a_class_of_the_students_is_made_once(engine):
    source = notebook(
        solution(
            "s",
            "class Lamp:\n    made = 0\n    on = False\n"
            "    def __init__(self): Lamp.made += 1\n    def press(self): self.on = not self.on",
        ),
        given("lamp = Lamp()"),
        check("made", "assert Lamp.made == 1 and not lamp.on\nlamp.press()"),
        solution("pressed", "lamp.press()"),
        check("off", "assert not lamp.on"),
    )
    assert not rehearse(engine, source, {}).faults


def test_a_notebook_without_such_things_is_not_run_to_see(engine, monkeypatch):
    source = notebook(given("n = 3"), solution("s", "def f(): return n"), check("t", "f()"))
    monkeypatch.setattr(engine, "results", lambda *_: pytest.fail("it was run"))
    assert not whose(engine, request(source, source)).names


HELPERS = {
    "counter.py": b"n = 0\ndef hit():\n    global n\n    n += 1\ndef count(): return n\n",
    "parts.py": b"def turbo(x): return 2 * x\n",
}
ONE_STATE = {
    "imported by the solution": (
        solution("s", "from counter import hit, count"),
        check("a", "hit(); hit()\nassert count() == 2"),
        solution("more", "hit()"),
        check("b", "assert count() == 3"),
    ),
    "changed as it is imported": (
        solution("s", "import counter\ncounter.hit()"),
        check("a", "assert counter.n == 1"),
        check("b", "import counter as c\nc.hit()\nassert counter.count() == 2"),
    ),
    "imported by a given cell, with its data": (
        given("from counter import hit, n"),
        solution("s", "hit()"),
        check("a", "from counter import count\nassert (n, count()) == (0, 1)"),
    ),
    "changed by a function that a test calls": (
        given("import counter"),
        solution("s", "def f(): counter.hit()"),
        check("a", "f()\nassert counter.count() == 1\ncounter.n = 5\nf()\nassert counter.n == 6"),
    ),
}


@pytest.mark.parametrize("cells", ONE_STATE.values(), ids=ONE_STATE)
def test_a_helper_module_that_the_solution_changes_has_one_state(engine, cells):
    assert not rehearse(engine, notebook(*cells), HELPERS).faults


def test_a_helper_module_that_is_only_used_is_each_sides_own(engine):
    source = notebook(
        solution("s", "from parts import turbo\ndef f(x): return turbo(x)"),
        check("t", "from parts import turbo\nassert f(2) == turbo(2) == 4"),
    )
    assert not whose(engine, request(source, source, HELPERS)).modules
    tampered = "import parts\nparts.turbo = lambda x: 0\ndef f(x): return 0"
    files = MappingProxyType(HELPERS)
    found = grade(engine, source, submitted(source, s=tampered), files)
    assert [verdict.score for verdict in found.verdicts] == [0]


SAME = {
    "of a helper module": ("from parts import turbo", "chosen = turbo", "chosen is turbo"),
    "given": ("def helper(x): return 2 * x", "chosen = helper", "chosen is helper"),
    "in a dict": (
        "def add(a, b): return a + b\ndef mul(a, b): return a * b",
        "table = {'+': add, '*': mul}",
        "table == {'+': add, '*': mul} and table['*'](2, 3) == 6",
    ),
    "passed back": (
        "def helper(x): return 2 * x",
        "chosen = helper\ndef same(f): return f is helper",
        "same(chosen)",
    ),
}


@pytest.mark.parametrize(("before", "answer", "holds"), SAME.values(), ids=SAME)
def test_a_function_that_both_sides_have_is_the_same(engine, before, answer, holds):
    source = notebook(given(before), solution("s", answer), check("t", f"assert {holds}"))
    assert not rehearse(engine, source, HELPERS).faults


def test_a_wrapper_that_bears_a_given_functions_name_is_another(engine):
    source = notebook(
        given("def helper(x): return x"),
        solution(
            "s",
            "import functools\n@functools.wraps(helper)\ndef wrapper(x): return -x\n"
            "found = wrapper",
        ),
        check("t", "assert found is not helper and found(1) == -1 and helper(1) == 1"),
    )
    assert not rehearse(engine, source, {}).faults
