"""Test cells that a course has run in the student's process, as stock nbgrader runs all."""

import pytest
from cells import check, given, notebook, solution, submitted

from autograder.choices import Choices
from autograder.grading.one_notebook import grade, rehearse
from autograder.verdict import Kind

INSIDE = Choices(inside=frozenset({"test"}))


def asked_inside(engine, *cells, **answers):
    source = notebook(*cells)
    found = grade(engine, source, submitted(source, **answers), choices=INSIDE)
    return {verdict.grade_id: verdict for verdict in found.verdicts}


@pytest.mark.parametrize(
    ("test", "points", "kind", "score"),
    [
        ("import threading\nassert f(threading.Lock()) == 1", 2, Kind.PASSED, 2),
        ("f(0)", 2, Kind.PARTLY, 1),
        ("import sys\nprint('careful', file=sys.stderr)", 2, Kind.PASSED, 2),
        ("assert f(0) == 1\n### BEGIN HIDDEN TESTS\nassert f(1) == 1\n### END HIDDEN TESTS", 2,
         Kind.PASSED, 2),
    ],
)  # fmt: skip
def test_a_cell_has_the_mark_that_stock_nbgrader_gives(engine, test, points, kind, score):
    cells = [solution("answer", "def f(x): return 1"), check("test", test, points)]
    found = asked_inside(engine, *cells)["test"]
    assert (found.kind, found.score, found.inside) == (kind, score, True)


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ("def f(x): return 2", Kind.WRONG, "one is wanted"),
        ("def f(x): raise ValueError('no')", Kind.RAISED, "ValueError: no"),
        ("g = 1", Kind.RAISED, "'f' is not defined"),
        ("import os\ndef f(x): os._exit(0)", Kind.DIED, "your code"),
    ],
)
def test_a_wrong_answer_fails_there_too(engine, answer, kind, told):
    cells = [
        solution("answer", "def f(x): return 1"),
        check("test", "assert f(0) == 1, 'one is wanted'"),
        check("after", "assert True"),
    ]
    found = asked_inside(engine, *cells, answer=answer)
    assert (found["test"].kind, found["test"].score) == (kind, 0)
    assert told in found["test"].finding.problem
    assert found["after"].score == 1


def test_it_finds_what_test_cells_above_it_show_the_student(engine):
    cells = [
        given("def twice(x): return 2 * x"),
        solution("answer", "def f(x): return x + 1"),
        check("above", "wanted = 3\nassert f(2) == wanted"),
        check("test", "assert f(twice(1)) == wanted"),
    ]
    assert all(v.score for v in asked_inside(engine, *cells).values())


def test_the_graded_cell_says_so(engine):
    source = notebook(solution("answer", "def f(): return 1"), check("test", "assert f() == 1"))
    result = grade(engine, source, source, choices=INSIDE)
    assert "inside the student's process" in str(result.notebook.cells[1].outputs)


def test_a_rehearsal_tells_which_tests_at_fault_pass_inside(engine):
    source = notebook(
        solution("answer", "def f(x): return 1"),
        check("cannot cross", "import threading\nassert f(threading.Lock()) == 1"),
        check("wrong", "assert f(0) == 2"),
        check("sound", "assert f(0) == 1"),
    )
    found = rehearse(engine, source, {})
    assert set(found.faults) == {"cannot cross", "wrong"}
    assert found.pass_inside == {"cannot cross"}
