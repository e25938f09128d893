"""Answers that are right and not written by hand, behind the wall: each is seen for what it is."""

import pytest
from attacks import borrowing
from cells import check, given, solution, verdicts

from autograder.grading.engine import Engine
from autograder.limits import Limits
from autograder.verdict import Kind

CELLS = [
    given("import torch\nfrom softmax_checks import check"),
    solution("softmax", borrowing.HONEST["plain"]),
    check("values", "check.softmax(softmax, 'values')"),
    check("by-hand", "check.softmax(softmax, 'by hand')"),
    check(
        "hidden",
        "### BEGIN HIDDEN TESTS\n"
        "check.softmax(softmax, 'by hand', hidden=True)\n"
        "### END HIDDEN TESTS",
    ),
]


@pytest.fixture(scope="module")
def engine():
    """An engine that has the checks loaded, as that of a course has."""
    preload = ["torch", "scipy.special", "softmax_checks:check"]
    with Engine(Limits(cell_seconds=20), preload, seed=1) as engine:
        yield engine


def _problems(engine, code):
    """The problem that each test has with an answer; blank for a test that passes."""
    found = verdicts(engine, *CELLS, softmax=code)
    return {name: v.finding.problem if v.finding else str(v.kind) for name, v in found.items()}


def _is_seen(engine, code, how):
    problems = _problems(engine, code)
    assert problems.pop("values") == Kind.PASSED  # or the answer does not do what it is to do
    for problem in problems.values():
        assert "must be written by hand" in problem
        assert any(word in problem for word in how)


@pytest.mark.parametrize("code", borrowing.SHOWN.values(), ids=borrowing.SHOWN)
def test_the_source_shows_it(engine, code):
    _is_seen(engine, code, ["it reaches", "it runs"])


@pytest.mark.parametrize("name", borrowing.BUILT_AT_RUN_TIME)
def test_the_record_of_the_call_shows_it(engine, name):
    _is_seen(engine, borrowing.BUILT_AT_RUN_TIME[name], ["it runs", "it starts another process"])


@pytest.mark.parametrize("code", borrowing.HONEST.values(), ids=borrowing.HONEST)
def test_what_is_written_by_hand_is_taken_for_it(engine, code):
    assert set(_problems(engine, code).values()) == {Kind.PASSED}
