"""What is drawn for hidden tests: the same for the same seed and key, and for no other."""

import pytest
from cells import check, given, graded, solution

from autograder.grading.engine import Engine
from autograder.limits import Limits

KEY = "5" * 32
CELLS = [
    given("import random\nimport numpy as np"),
    solution("answer", "print(random.random(), np.random.rand())\ndef answer(): pass"),
    check(
        "drawn",
        "from autograder.check_context import current\n"
        "print(random.random(), np.random.rand(), current().seed)\nanswer()",
    ),
]


def drawn(**settings):
    with Engine(Limits(cell_seconds=20), **settings) as engine:
        cells = graded(engine, *CELLS).notebook.cells
    return [cell.outputs[0].text for cell in cells[1:]]


@pytest.fixture(scope="module")
def first():
    return drawn(seed=7, key=KEY)


def test_the_same_seed_and_key_draw_the_same(first):
    assert drawn(seed=7, key=KEY) == first


@pytest.mark.parametrize("other", [{"seed": 8, "key": KEY}, {"seed": 7, "key": "6" * 32}])
def test_another_seed_or_key_draws_other_inputs(first, other):
    assert not set(drawn(**other)) & set(first)


def test_the_seed_itself_is_nowhere_that_a_cell_can_see(first):
    assert " 7\n" not in first[1]
