"""Which given things could become the student's, and which do by what was seen to change."""

import pytest
from cells import check, given, notebook, solution

from autograder.notebook.ownership import Owned, candidates, owned

SOLUTION = solution("s", "data.append(3)")


def names(*cells, files=()):
    return {name for name, _ in candidates(notebook(*cells), files).names}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("data = []", {"data"}),
        ("data = other = []", {"data"}),
        ("data = 3", set()),
        ("data = (1, -2, 'a')", set()),
        ("data = None\nfor i in range(3): data = [data]", {"data"}),
        ("def data(): pass", {"data"}),  # which `data.append` may change
        ("import data", set()),
        ("class data: pass", set()),
    ],
)
def test_what_both_solution_and_tests_reach_and_can_change(cell, found):
    assert names(given(cell), SOLUTION, check("t", "assert data")) == found


def test_what_tests_or_the_solution_do_not_reach_is_left_alone():
    assert names(given("data = []"), SOLUTION, check("t", "assert True")) == set()
    assert names(given("data = []"), solution("s", "x = 1"), check("t", "assert data")) == set()


def test_a_given_function_reaches_what_it_reads():
    cells = given("log = []\ndef note(x): log.append(x)"), solution("s", "note(1)")
    assert names(*cells, check("t", "assert log")) == {"log"}


def test_what_a_test_binds_may_become_the_students():
    cells = solution("s", "def f(): seen.append(1)"), check("t", "seen = []\nf()\nassert seen")
    found = candidates(notebook(*cells), ())
    assert found.names == found.tests == {("seen", 1)}


def test_modules_beside_the_notebook_that_it_imports():
    cells = given("import numpy, inner.part"), solution("s", "from counter import hit")
    files = ["counter.py", "inner/part.py", "other.py", "numpy.txt"]
    assert candidates(notebook(*cells), files).modules == {"counter"}


CELLS = notebook(
    given("data = []\nacc = Acc()"),
    solution("s", "data.append(3)\nfrom counter import hit as strike"),
    check("t", "assert data"),
)


def seen(cell, **changes):
    nothing = {"names": [], "by call": [], "of theirs": [], "modules": []}
    found = candidates(CELLS, ["counter.py"])
    return owned(CELLS, found, [nothing | changes | {"cell": cell}])


def test_what_a_solution_cell_changes_is_the_students_from_there_on():
    found = seen(1, names=["data"])
    assert found.between("data", 0, 2)
    assert not found.between("data", 0, 1)


def test_what_a_given_cell_or_a_test_changes_itself_is_not_the_students():
    assert seen(0, names=["data"]) == Owned()
    assert seen(2, names=["data"]) == Owned()


def test_what_a_call_in_a_test_changes_is_the_students_in_that_very_test():
    found = seen(2, **{"by call": ["data"]})
    assert found.between("data", 0, 2)
    assert not found.between("data", 0, 1)


def test_an_object_of_a_class_of_theirs_is_theirs_from_its_birth():
    assert seen(0, **{"of theirs": ["acc"]}).between("acc", 0, 1)


def test_of_a_module_of_theirs_the_names_that_are_imported_are_theirs_too():
    found = seen(2, modules=["counter"])
    assert found.modules == {"counter"}
    assert found.between("strike", 1, 2)


def test_it_is_kept_as_plain_data():
    found = seen(1, names=["data"], modules=["counter"])
    assert Owned.from_json(found.as_json()) == found
