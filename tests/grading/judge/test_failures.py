"""Code that loops, dies or floods: it costs the cell that asked, never the run."""

import pytest
from cells import check, given, graded, solution, verdicts

from autograder.verdict import Kind

FINE = [solution("fine", "def fine(): return 1"), check("after", "assert fine() == 1")]


def kinds(engine, *cells, **answers):
    return {id_: found.kind for id_, found in verdicts(engine, *cells, **answers).items()}


def test_a_call_that_loops_costs_its_own_cell(hasty_engine):
    cells = [solution("answer", "def f(): return 1"), check("test", "assert f() == 1"), *FINE]
    found = kinds(hasty_engine, *cells, answer="def f():\n    while True: pass")
    assert found == {"test": Kind.TIMED_OUT, "after": Kind.PASSED}


def test_a_call_that_will_not_stop_is_killed_and_later_cells_are_graded(hasty_engine):
    stubborn = (
        "def f():\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass"
    )
    cells = [solution("answer", "def f(): return 1"), check("test", "assert f() == 1"), *FINE]
    found = kinds(hasty_engine, *cells, answer=stubborn)
    assert found == {"test": Kind.TIMED_OUT, "after": Kind.PASSED}


def test_a_cell_that_loops_is_shown_so_and_later_cells_are_graded(hasty_engine):
    cells = [solution("answer", "x = 1"), check("test", "assert x == 1"), *FINE]
    result = graded(hasty_engine, *cells, answer="while True: pass")
    assert [found.kind for found in result.verdicts] == [Kind.NOT_DEFINED, Kind.PASSED]
    assert result.notebook.cells[0].outputs[-1].ename == "CellTimeoutError"


def test_an_answer_without_an_end_runs_out_of_time(hasty_engine):
    cells = [
        solution("answer", "def f(): return [1]"),
        check("test", "assert sum(f()) == 1"),
        *FINE,
    ]
    found = kinds(hasty_engine, *cells, answer="def f():\n    while True: yield 1")
    assert found == {"test": Kind.TIMED_OUT, "after": Kind.PASSED}


def test_callbacks_are_counted(hasty_engine):
    answer = "def f(g):\n    for _ in range(200): g()\n    return 1"
    cells = [
        solution("answer", "def f(g): return 1"),
        check("test", "assert f(lambda: 0) == 1"),
        *FINE,
    ]
    found = verdicts(hasty_engine, *cells, answer=answer)
    assert found["test"].kind == Kind.TIMED_OUT
    assert "more than 100 times" in found["test"].finding.problem
    assert found["after"].score == 1


EXITS = ["import os; os._exit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]


@pytest.mark.parametrize("exit", EXITS)
def test_a_call_that_ends_the_process_costs_its_own_cell(hasty_engine, exit):
    cells = [
        given("start = 10"),
        solution("before", "def before(): return start"),
        solution("answer", "def f(): return 1"),
        check("test", "assert f() == 1"),
        check("still", "assert before() == 10"),
        *FINE,
    ]
    found = kinds(hasty_engine, *cells, answer=f"def f():\n    {exit}")
    assert found == {"test": Kind.DIED, "still": Kind.PASSED, "after": Kind.PASSED}


@pytest.mark.parametrize("exit", EXITS)
def test_a_cell_that_ends_the_process_costs_itself(hasty_engine, exit):
    cells = [
        solution("before", "def before(): return 1"),
        solution("answer", "def f(): return 1"),
        check("test", "assert f() == 1"),
        check("still", "assert before() == 1"),
        *FINE,
    ]
    found = kinds(hasty_engine, *cells, answer=f"def f(): return 1\n{exit}")
    assert found["still"] == found["after"] == Kind.PASSED
    assert found["test"] != Kind.PASSED


@pytest.mark.parametrize(
    "exit", ["exit()", "quit()", "import sys; sys.exit()", "raise KeyboardInterrupt"]
)
@pytest.mark.parametrize(
    "where", ["def f():\n    {0}", "def f(): return 1\n{0}"], ids=["call", "cell"]
)
def test_leaving_politely_leaves_the_rest(hasty_engine, exit, where):
    cells = [solution("answer", "def f(): return 2"), check("test", "assert f() == 2"), *FINE]
    found = kinds(hasty_engine, *cells, answer=where.format(exit))
    assert found["test"] != Kind.PASSED
    assert found["after"] == Kind.PASSED


def test_a_process_that_dies_at_every_call_ends_as_verdicts(hasty_engine):
    cells = [solution("answer", "def f(): return 1")]
    cells += [check(f"test{n}", "assert f() == 1") for n in range(5)]
    found = kinds(hasty_engine, *cells, answer="import os\ndef f(): os._exit(0)")
    assert set(found.values()) == {Kind.DIED}


def test_a_student_who_forks_gets_one_answer(hasty_engine):
    cells = [solution("answer", "def f(): return 1"), check("test", "assert f() == 1"), *FINE]
    found = kinds(
        hasty_engine, *cells, answer="import os\ndef f():\n    return 1 if os.fork() else 2"
    )
    assert found == {"test": Kind.PASSED, "after": Kind.PASSED}


def test_an_answer_too_deep_or_too_large_is_unreadable(hasty_engine):
    right = "import numpy as np\ndef f(): return [1]\ndef g(): return 1"
    wrong = (
        "import numpy as np\n"
        "def f():\n    a = []\n    a.append(a)\n    return a\n"
        "def g(): return np.broadcast_to(np.zeros(1), (2**20, 2**20))"
    )
    cells = [
        solution("answer", right),
        check("deep", "assert f() == [1]"),
        check("large", "assert g() == 1"),
        *FINE,
    ]
    found = kinds(hasty_engine, *cells, answer=wrong)
    assert found == {"deep": Kind.UNREADABLE, "large": Kind.UNREADABLE, "after": Kind.PASSED}


def test_bytes_of_the_students_own_on_the_socket_are_unreadable_or_lost(hasty_engine):
    # A student's code that finds the socket can write to it: nonsense there is its failure.
    nonsense = (
        "import os, socket\n"
        "def f():\n"
        "    for n in range(3, 64):\n"
        "        try: socket.socket(fileno=os.dup(n)).sendall(b'\\xff' * 12)\n"
        "        except OSError: pass\n"
        "    return 1"
    )
    cells = [solution("answer", "def f(): return 1"), check("test", "assert f() == 1"), *FINE]
    found = kinds(hasty_engine, *cells, answer=nonsense)
    assert found["test"] in (Kind.UNREADABLE, Kind.DIED)
    assert found["after"] == Kind.PASSED


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("def f(: return", Kind.NOT_DEFINED),
        ("import nonsense\ndef f(): return 1", Kind.NOT_DEFINED),
        ("def f():\n    raise NotImplementedError('empty')", Kind.EMPTY),
        ("def f(): return 1 / 0", Kind.RAISED),
        ("def f(): return input('? ')", Kind.RAISED),
        ("def f():\n    while True: f()", Kind.RAISED),
        ("def f(): return None", Kind.WRONG),
        ("g = 1", Kind.NOT_DEFINED),
        ("", Kind.NOT_DEFINED),
        ("!exit 1\ndef f(): return 1", Kind.PASSED),
    ],
)
def test_each_failure_has_its_kind(hasty_engine, answer, kind):
    cells = [solution("answer", "def f(): return 1"), check("test", "assert f() == 1"), *FINE]
    found = kinds(hasty_engine, *cells, answer=answer)
    assert found == {"test": kind, "after": Kind.PASSED}


def test_a_test_that_believes_a_huge_number_stays_within_the_judges_memory(engine):
    cells = [
        solution("answer", "def f(): return 3"),
        check("test", "assert len(list(range(f()))) == 3"),
        *FINE,
    ]
    found = verdicts(engine, *cells, answer="def f(): return 10**10")
    assert "MemoryError" in found["test"].finding.problem
    assert "MiB of memory" in found["test"].finding.advice
    assert found["after"].score == 1


def test_an_answer_larger_than_allowed_costs_the_cell_that_asked(hasty_engine):
    cells = [
        given("import numpy as np"),
        solution("answer", "def f(): return np.zeros(3)"),
        check("test", "assert f().sum() == 0"),
        *FINE,
    ]
    found = verdicts(hasty_engine, *cells, answer="def f(): return np.zeros(10**6)")
    assert found["test"].kind == Kind.UNREADABLE
    assert "1,048,576 of arrays" in found["test"].finding.problem
    assert found["after"].score == 1
