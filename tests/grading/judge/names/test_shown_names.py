"""What a test binds and the student's code reads: shown before a call, and nothing else is."""

import pytest
from cells import check, given, graded, notebook, solution, verdicts

from autograder.grading.one_notebook import rehearse
from autograder.verdict import Kind

SHOWN = {
    "a function reads it": (
        "def f(): return K + 1",
        "K = 4\nassert f() == 5\nK = 6\nassert f() == 7",
    ),
    "a method reads it": (
        "class Pole:\n    def __init__(self, n): self.n = n\n    def tall(self): return self.n > K",
        "K = 5\np = Pole(6)\nassert p.tall()\nK = 7\nassert not p.tall()",
    ),
    "in a loop": ("def f(): return 2 * K", "for K in (1, 2, 3): assert f() == 2 * K"),
    "by a function of the test": (
        "def f(): return K",
        "def run():\n    global K\n    K = 3\n    assert f() == 3\nrun()",
    ),
    "a module": ("def f(x): return np.sum(x)", "import numpy as np\nassert f([1, 2]) == 3"),
    "in the namespace itself": ("def f(): return K", "globals()['K'] = 3\nassert f() == 3"),
    "an argument that it should have read": (
        "def total(values): return sum(data)",
        "data = [1, 2]\nassert total(data) == 3\ndata = [4]\nassert total(data) == 4",
    ),
}


@pytest.mark.parametrize(("answer", "test"), SHOWN.values(), ids=SHOWN)
def test_the_students_code_reads_what_the_test_binds(engine, answer, test):
    found = verdicts(engine, solution("s", answer), check("t", test))["t"]
    assert found.kind is Kind.PASSED, found


GIVEN = "rates = {'eur': 1}\ndef helper(x): return x + 1\nRATE = 1\ndef tax(x): return x * RATE"
ANSWER = (
    "def convert(x): return x * rates['eur']\ndef double(x): return helper(helper(x))\n"
    "def net(x): return x - tax(x)"
)
CHANGED = {
    "changed": "rates['eur'] = 2\nassert convert(3) == 6",
    "bound anew": "rates = {'eur': 5}\nassert convert(3) == 15",
    "read by a given function": "RATE = 0.5\nassert net(2) == 1",
    "replaced, and counted": (
        "calls, kept = [], helper\ndef helper(x):\n    calls.append(x)\n    return kept(x)\n"
        "assert double(1) == 3 and calls == [1, 2]"
    ),
    "patched": (
        "from unittest.mock import patch\n"
        "with patch('__main__.helper', return_value=7) as mock: assert double(1) == 7\n"
        "assert mock.call_count == 2 and double(1) == 3"
    ),
    "deleted": (
        "kept = helper\ndel helper\ntry:\n    double(1)\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('it does not use helper')\nfinally:\n    helper = kept\n"
        "assert double(1) == 3"
    ),
}


@pytest.mark.parametrize("test", CHANGED.values(), ids=CHANGED)
def test_a_given_thing_that_a_test_changes_is_changed_for_the_students_code(engine, test):
    found = verdicts(engine, given(GIVEN), solution("s", ANSWER), check("t", test))["t"]
    assert found.kind is Kind.PASSED, found


def test_what_is_put_back_is_the_students_own_again(engine):
    found = verdicts(
        engine,
        given("def helper(x): return 1"),
        solution("s", "same = helper\ndef f(): return helper(0), helper is same"),
        check(
            "t",
            "kept, helper = helper, lambda x: 2\nassert f() == (2, False)\nhelper = kept\n"
            "assert f() == (1, True)",
        ),
    )["t"]
    assert found.kind is Kind.PASSED, found


def test_it_is_shown_to_a_process_that_took_the_place_of_another(engine):
    found = verdicts(
        engine,
        solution("s", "import os\ndef f(x): return os._exit(1) if x else K"),
        check("binds", "K = 3\nassert f(0) == 3"),
        check("dies", "f(1)"),
        check("again", "assert f(0) == 3"),
    )
    assert {name: v.score for name, v in found.items()} == {"binds": 1, "dies": 0, "again": 1}


TOTAL = [
    solution("s", "def total(values): return sum(values)"),
    check("t", "data, expected = [1, 2], 3\nassert total(data) == expected"),
]


def test_an_argument_is_shown_by_the_name_that_the_test_has_for_it_and_advised_on(engine):
    found = verdicts(engine, *TOTAL, s="def total(values): return sum(data)")["t"]
    assert found.kind is Kind.PASSED
    assert found.advice == "`total` reads the notebook's `data`, not its argument"
    assert not verdicts(engine, *TOTAL)["t"].advice


def test_the_advice_is_told_to_student_and_instructor(engine):
    page = graded(engine, *TOTAL, s="def total(values): return sum(data)").notebook
    assert "not its argument" in page.cells[1].outputs[0].text
    source = notebook(solution("s", "def total(values): return sum(data)"), TOTAL[1])
    assert [v.advice != "" for v in rehearse(engine, source, {}).verdicts] == [True]


@pytest.mark.parametrize(
    "test",
    [
        "data, expected = [1, 2], 3\nassert total(data) == expected",
        "data = expected = 3\nassert total(data) == expected",
        "data, expected = [1, 2], 3\nimport math\nassert math.isclose(total(data), expected)",
        "def run(expected): assert total([1, 2]) == expected\nexpected = 3\nrun(expected)",
        "expected = [1]\ntotal(expected)\nexpected = 3\nassert total([1, 2]) == expected",
        "expected = [1]\ntotal(expected)\nexpected = 3\nassert len(total) == expected",
    ],
)
def test_a_name_that_is_no_argument_of_the_call_is_not_shown(engine, test):
    answer = "class Total:\n    def __call__(self, values): return globals().get('expected')\n"
    answer += "    def __len__(self): return expected\ntotal = Total()"
    right = "def total(values): return 3"
    hidden = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
    found = verdicts(engine, solution("s", right), check("t", hidden), s=answer)["t"]
    assert found.score == 0, found
