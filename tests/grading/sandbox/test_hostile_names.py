"""Hostile submissions that take names for their road: they pass what they answer, no more."""

import pytest
from attacks import naming
from cells import check, given, notebook, solution, submitted

from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.limits import Limits

SECRET = "S3CR3T"
HIDDEN = "\n### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
CELLS = [
    given("reference = [1, 2, 3]\nshelf = []\ndef helper(x): return x + 1\nimport helpers"),
    solution(
        "s",
        "def total(values): return sum(values)\ndef above(x): return x > limit\n"
        "def pick(): return helper\n"
        "def doubled(x): return helpers.twice(x)",
    ),
    check("reference", "assert total(reference) == 6 and reference == [1, 2, 3]"),
    check(
        "hidden",
        "handed = [total([4])]"
        + HIDDEN.format(
            f"secret = expected = '{SECRET}'\nhanded.append(secret)\nright = 42.5\n"
            "values = [40, 2.5]\nassert total(values) == right"
        ),
    ),
    check("shown", "limit = 3\nassert above(4) and not above(2) and limit == 3"),
    check(
        "chosen",
        HIDDEN.format(
            "def answer_key(x): return x + 1\nassert pick()(2) == answer_key(2) == helper(2)"
        ),
    ),
    check("helpers", "assert doubled(2) == helpers.twice(2) == 4"),
    solution("more", "shelf.append('jam')\nlast = handed"),
    check("shelf", "assert shelf == ['jam']"),
]
SOURCE = notebook(*CELLS)
FILES = {"helpers.py": b"def twice(x): return 2 * x\n"}
TESTS = {"reference", "hidden", "shown", "chosen", "helpers", "shelf"}


@pytest.fixture(scope="module")
def engine():
    with Engine(Limits(cell_seconds=5, notebook_seconds=20, restarts=1), seed=1) as engine:
        yield engine


def passed(graded):
    return {verdict.grade_id for verdict in graded.verdicts if verdict.score}


@pytest.mark.parametrize(("code", "passes", "more"), naming.ATTACKS.values(), ids=naming.ATTACKS)
def test_it_passes_what_it_answers_and_sees_no_more(engine, code, passes, more):
    hostile = grade(engine, SOURCE, submitted(SOURCE, s=code, more=more), FILES)
    assert passed(hostile) == passes
    assert SECRET not in repr([cell.get("outputs") for cell in hostile.notebook.cells])
    honest = grade(engine, SOURCE, SOURCE, FILES)
    assert passed(honest) == TESTS
