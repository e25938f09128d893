"""What a hidden test binds first stays with it, though a solution cell has a name like it."""

import pytest
from attacks import overhearing
from cells import verdict

from autograder.verdict import Kind

RIGHT = "expected = None\ndef answer(x): return 2 * x"
HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"  # students have the visible part
BINDS_IT = {
    "assigned": "expected = 2 * 21\nassert answer(21) == expected",
    "after other tests": "assert answer(0) == 0; expected = 42\nassert answer(21) == expected",
    "in a loop": "for x, expected in [(1, 2), (3, 6)]:\n    assert answer(x) == expected",
    "by a walrus": "assert (expected := 42) == answer(21)",
    "in a function": "def expected(x): return 2 * x\nassert answer(21) == expected(21)",
    "in each branch": (
        "if True:\n    expected = 42\nelse:\n    expected = 0\nassert answer(21) == expected"
    ),
    "by a context": (
        "import contextlib\nwith contextlib.nullcontext(42) as expected:\n"
        "    assert answer(21) == expected"
    ),
}
HANDED_OVER = "assert expected is None; expected = 42\nassert answer(21) == expected"


@pytest.mark.parametrize("attack", overhearing.ATTACKS.values(), ids=overhearing.ATTACKS)
def test_what_a_test_binds_first_is_not_heard(engine, attack):
    for test in (BINDS_IT["assigned"], BINDS_IT["in a function"]):
        assert verdict(engine, attack, HIDDEN.format(test), RIGHT).kind is Kind.WRONG


@pytest.mark.parametrize("test", BINDS_IT.values(), ids=BINDS_IT)
def test_however_it_binds_it(engine, test):
    spy = overhearing.ATTACKS["reads the name"]
    assert verdict(engine, spy, HIDDEN.format(test), RIGHT).kind is Kind.WRONG
    assert verdict(engine, RIGHT, HIDDEN.format(test)).kind is Kind.PASSED


@pytest.mark.parametrize("name", ["reads the name", "reads it by way of the globals"])
def test_they_do_hear_what_is_handed_over(engine, name):
    """A test that reads the name first: `autograder check` warns of it."""
    attack = overhearing.ATTACKS[name]
    assert verdict(engine, attack, HIDDEN.format(HANDED_OVER), RIGHT).kind is Kind.PASSED
