"""The student's names that a test cell uses are alike on both sides while it runs."""

import pytest
from cells import check, given, solution, verdict, verdicts

from autograder.verdict import Kind

ANSWER = """
history, counter, table, array = [], 0, {}, np.zeros(3)
def bump():
    global counter
    counter += 1
    history.append(counter)
    array[0] = counter
def look_up(key): return table[key]
def helper(x): return x
def uses_helper(x): return helper(x) + 1
"""

HOLDS = {
    "a call changes a list": "bump(); assert history == [1]",
    "the same list": "mine = history; bump(); assert mine == [1] and mine is history",
    "a call changes a number": "bump(); bump(); assert counter == 2",
    "a call changes an array": "bump(); assert array.tolist() == [1, 0, 0]",
    "the test changes a dict": "table['a'] = 7; assert look_up('a') == 7",
    "the test binds a name anew": "table = {'b': 8}; assert look_up('b') == 8",
    "the test replaces a function": "helper = lambda x: 10\nassert uses_helper(1) == 11",
    "calls from threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    assert list(pool.map(uses_helper, range(40))) == list(range(1, 41))"
    ),
}


@pytest.mark.parametrize("test", HOLDS.values(), ids=HOLDS)
def test_names_are_alike_on_both_sides(engine, test):
    found = verdict(engine, ANSWER, test)
    assert found.kind is Kind.PASSED, found


def test_a_function_can_be_replaced_in_one_cell_and_deleted_in_the_next(engine):
    found = verdicts(
        engine,
        given("import numpy as np"),
        solution("answer", ANSWER),
        check(
            "replaced",
            "old = helper\nhelper = lambda x: 10\nassert uses_helper(1) == 11\nhelper = old",
        ),
        check(
            "deleted",
            "old = helper\ndel helper\n"
            "try:\n    uses_helper(1)\nexcept NameError:\n    helper = old\n"
            "else:\n    raise AssertionError('it does not use helper')",
        ),
        check("restored", "assert uses_helper(1) == 2"),
    )
    assert {verdict.kind for verdict in found.values()} == {Kind.PASSED}, found


def test_a_name_bound_to_what_cannot_cross_stays_with_the_tests(engine):
    found = verdicts(
        engine,
        given("import numpy as np"),
        solution("answer", ANSWER),
        check("binds", "table = object()\nassert uses_helper(1) == 2"),
        check("keeps", "assert type(table) is object and uses_helper(1) == 2"),
    )
    assert {verdict.kind for verdict in found.values()} == {Kind.PASSED}, found
