"""Ways in which an answer could pass a test without being right, and what a test must not tell."""

import pytest
from cells import check, given, graded, solution, verdict, verdicts

from autograder.verdict import Kind

SWALLOWS = "try:\n    answer(1)\nexcept:\n    pass\nelse:\n    assert False"


@pytest.mark.parametrize(
    ("body", "kind"), [("while True: pass", Kind.TIMED_OUT), ("os._exit(0)", Kind.DIED)]
)
def test_a_test_that_catches_everything_does_not_pass_a_lost_answer(hasty_engine, body, kind):
    answer = f"import os\ndef answer(x):\n    {body}"
    assert verdict(hasty_engine, answer, SWALLOWS).kind is kind


def test_a_module_that_the_student_was_to_import_is_not_lent_to_them(engine):
    cells = [solution("answer", "import math"), check("test", "assert math.sqrt(4) == 2")]
    assert verdicts(engine, *cells)["test"].kind is Kind.PASSED
    assert verdicts(engine, *cells, answer="pass")["test"].kind is Kind.NOT_DEFINED


def test_an_error_that_is_shown_and_not_raised_is_a_failure(engine):
    test = "%%capture\nassert answer(1) == 1"
    right = "def answer(x): return x"
    assert verdict(engine, right, test).score == 1
    assert verdict(engine, "def answer(x): return 2", test, right).score == 0


def test_a_warning_in_a_test_costs_nothing_and_does_not_quote_it(engine):
    test = "### BEGIN HIDDEN TESTS\nassert np.log(np.array(answer(0.0))) == -np.inf  # SECRET\n"
    cells = [
        given("import numpy as np"),
        solution("answer", "def answer(x): return x"),
        check("test", test + "### END HIDDEN TESTS"),
    ]
    found = graded(engine, *cells)
    assert found.verdicts[0].kind is Kind.PASSED
    assert "SECRET" not in str(found.notebook)


def test_an_answer_that_cannot_be_shown_is_wrong_and_harms_nobody(engine):
    answer = (
        "class Rude:\n    def __repr__(self): exit()\n"
        "def answer(x):\n    print('\\ud83d')\n    return Rude()"
    )
    right = "def answer(x): return x"
    found = verdict(engine, answer, "assert answer(1) == 1", right)
    assert found.kind is Kind.WRONG


def test_parameters_may_have_any_name(engine):
    answer = "def answer(a, operation, handle, value=0): return (a, operation, handle, value)"
    test = "assert answer(1, operation=2, handle=3, value=4) == (1, 2, 3, 4)"
    assert verdict(engine, answer, test).kind is Kind.PASSED


def test_a_given_cell_that_changes_the_student_s_object_changes_it_once(engine):
    found = verdicts(
        engine,
        solution("Stack", "class Stack(list):\n    def size(self): return len(self)\ns = Stack()"),
        given("s.append(1)"),
        check("test", "assert s.size() == 1 and s == Stack([1]) and isinstance(s, list)"),
    )
    assert found["test"].kind is Kind.PASSED, found
