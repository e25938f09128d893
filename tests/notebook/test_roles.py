"""A submission put back in order: the source's cells from the source, the student's as they are."""

import copy

import nbformat
import pytest
from cells import check, given, notebook, solution, submitted, words
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.notebook.roles import grade_id, hidden_lines, is_test, restore, visible_part

HIDDEN = (
    "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(2) == 2\n### END HIDDEN TESTS\nassert f"
)


def source() -> NotebookNode:
    return notebook(
        given("import numpy as np"),
        solution("f", "def f(x): return x"),
        check("test-f", HIDDEN, 2),
        given("limit = 3", "limit"),
        solution("g", "def g(): return limit"),
        check("test-g", "assert g() == 3", 3),
        words("why", "Because."),
    )


def handed_in(**answers: str) -> NotebookNode:
    found = submitted(source(), **answers)
    for cell in filter(is_test, found.cells):
        cell.source = visible_part(cell.source)
    return found


def order(found: NotebookNode) -> list[str]:
    return [grade_id(cell) or cell.source for cell in found.cells]


WHOLE = order(source())


def the_tests_are_the_sources(found: NotebookNode) -> None:
    nbformat.validate(found)
    tests = {grade_id(cell): cell for cell in found.cells if is_test(cell)}
    assert set(tests) == {"test-f", "test-g"}
    assert sum(map(is_test, found.cells)) == 2
    assert tests["test-f"].source == "assert f(1) == 1\nassert f"
    assert [tests[name].metadata.nbgrader.points for name in ("test-f", "test-g")] == [2, 3]


def test_an_untouched_submission_stays_as_it_is():
    found = restore(source(), handed_in(f="def f(x): return 7"))
    the_tests_are_the_sources(found)
    assert order(found) == WHOLE
    assert found.cells[1].source == "def f(x): return 7"


def test_nothing_handed_in_is_changed():
    before = handed_in()
    after = copy.deepcopy(before)
    restore(source(), after)
    assert after == before


def deleted(found):
    del found.cells[2]


def all_deleted(found):
    found.cells = [cell for cell in found.cells if not grade_id(cell)]


def doubled(found):
    found.cells.insert(3, copy.deepcopy(found.cells[2]))


def reordered(found):
    found.cells.reverse()


def first(found):
    found.cells.insert(0, found.cells.pop(2))


def emptied(found):
    found.cells[2].source = "pass"


def retyped(found):
    found.cells[2] = new_markdown_cell(found.cells[2].source, metadata=found.cells[2].metadata)


def worth_more(found):
    found.cells[2].metadata.nbgrader.points = 1000


def worth_nan(found):
    found.cells[2].metadata.nbgrader.points = float("nan")


def renamed(found):
    found.cells[2].metadata.nbgrader.grade_id = "mine"


def swapped(found):
    ids = [found.cells[n].metadata.nbgrader.grade_id for n in (2, 5)]
    found.cells[5].metadata.nbgrader.grade_id, found.cells[2].metadata.nbgrader.grade_id = ids


def claimed_by_solution(found):
    found.cells[1].metadata.nbgrader.grade_id = "test-f"


def test_made_solution(found):
    found.cells[2].metadata.nbgrader |= {"solution": True, "grade": False, "locked": False}


def new_tests(found):
    marks = {"grade_id": "free", "grade": True, "solution": False, "locked": True, "points": 50}
    found.cells.append(new_code_cell("pass", metadata={"nbgrader": marks}))


test_made_solution.__test__ = False
EDITS = [
    deleted, all_deleted, doubled, reordered, first, emptied, retyped, worth_more, worth_nan,
    renamed, swapped, claimed_by_solution, test_made_solution, new_tests,
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("ids", ["kept", "lost"])
def test_whatever_became_of_the_tests_they_are_put_back(edit, ids):
    found = handed_in()
    edit(found)
    for number, cell in enumerate(found.cells):
        if ids == "lost":
            cell["id"] = f"cell{number}"
    the_tests_are_the_sources(restore(source(), found))


@pytest.mark.parametrize(
    "edit", [deleted, emptied, retyped, renamed], ids=lambda edit: edit.__name__
)
def test_a_test_put_back_stands_where_it_stood(edit):
    found = handed_in()
    edit(found)
    restored = order(restore(source(), found))
    assert [name for name in restored if name in WHOLE] == WHOLE


def test_a_test_comes_no_earlier_than_the_cells_before_it_in_the_source():
    found = handed_in()
    first(found)
    assert order(restore(source(), found)) == WHOLE


def test_a_locked_cell_is_put_back_and_edits_of_it_are_undone():
    found = handed_in()
    found.cells[3].source = "limit = 1000"
    assert restore(source(), found).cells[3].source == "limit = 3"
    del found.cells[3]
    assert order(restore(source(), found)) == WHOLE


def test_a_doubled_answer_is_the_last_one_and_the_other_is_a_plain_cell():
    found = handed_in(f="def f(x): return 1")
    found.cells.insert(1, copy.deepcopy(found.cells[1]))
    found.cells[1].source = "def f(x): return 0"
    restored = restore(source(), found)
    assert [cell.source for cell in restored.cells if grade_id(cell) == "f"] == [
        "def f(x): return 1"
    ]
    assert not restored.cells[1].metadata.get("nbgrader")


def test_a_students_own_cells_stay():
    found = handed_in()
    found.cells.insert(2, new_code_cell("mine = 1"))
    assert "mine = 1" in order(restore(source(), found))


def test_an_answer_in_words_that_was_deleted_comes_back_empty():
    found = handed_in()
    del found.cells[-1]
    restored = restore(source(), found)
    assert grade_id(restored.cells[-1]) == "why"
    assert restored.cells[-1].source == ""


HOSTILE = [
    {"nbgrader": "x"},
    {"nbgrader": None},
    {"nbgrader": []},
    {"nbgrader": {"grade_id": {}, "grade": True}},
    {"nbgrader": {"grade_id": "test-f", "grade": "yes", "points": "nan", "schema_version": "9"}},
    {"nbgrader": {"grade_id": "test-f", "checksum": 3, "locked": [], "solution": None}},
    {"nbgrader": {"grade_id": 7, "solution": True}},
    {"deletable": "no", "nbgrader": {"schema_version": 1}},
]


@pytest.mark.parametrize("metadata", HOSTILE, ids=str)
@pytest.mark.parametrize("index", [0, 1, 2, 6])
def test_hostile_metadata_changes_no_test(metadata, index):
    found = handed_in()
    found.cells[index]["metadata"] = nbformat.from_dict(metadata)
    the_tests_are_the_sources(restore(source(), found))


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [{"cell_type": "code"}],
        [{"cell_type": "nonsense", "source": 3, "metadata": {}}],
        [{"cell_type": "code", "source": ["a = 1\n", "b = 2", 3], "metadata": {}, "id": "x" * 500}],
        [{"metadata": {"nbgrader": {"grade_id": "f", "solution": True}}}],
    ],
    ids=str,
)
def test_cells_that_are_hardly_cells_are_put_in_order(cells):
    the_tests_are_the_sources(
        restore(source(), nbformat.from_dict({"cells": cells, "metadata": {}}))
    )


def test_hidden_lines_and_what_students_see():
    assert hidden_lines(HIDDEN) == {2, 3, 4}
    assert visible_part(HIDDEN) == "assert f(1) == 1\nassert f"
    unclosed = "a\n### BEGIN HIDDEN TESTS\nb"
    assert visible_part(unclosed) == "a"
