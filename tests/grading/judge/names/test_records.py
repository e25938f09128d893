"""A test cell that looks into the notebook's own records finds the notebook's."""

import pytest
from cells import check, given, notebook, solution

from autograder.grading.one_notebook import rehearse

CELLS = [
    given("import math"),
    solution("s", "area = 3 * 2 # by hand\narea"),
    check("first", "assert True"),
    solution("more", "x1, x2 = 4, 5\n6 * 7"),
]
HOLDS = {
    "a name that is there": "'area' in globals() and 'area' in dir() and 'area' in vars()",
    "a name that is not": "'volume' not in globals() and 'volume' not in locals()",
    "by its name": "globals()['area'] == 6 and get_ipython().user_ns['area'] == 6",
    "evaluated": "[eval(f'x{k}') for k in (1, 2)] == [4, 5]",
    "all of a kind": "sum(globals()[n] for n in dir() if n in ('x1', 'x2')) == 9",
    "the module itself": "hasattr(__import__('__main__'), 'area')",
    "the input before": "'6 * 7' in In[-2] and '6 * 7' in _i and 'assert' in In[-1]",
    "inputs further up": "'True' in _ii and 'by hand' in _iii and 'by hand' in In[2]",
    "the result before": "_ == 42 and __ == 6",
    "results by number": "Out[4] == _4 == 42 and Out[2] == 6",
}


@pytest.mark.parametrize("holds", HOLDS.values(), ids=HOLDS)
def test_the_notebooks_own_records(engine, holds):
    found = rehearse(engine, notebook(*CELLS, check("t", f"assert {holds}")), {})
    assert not found.faults, found.faults


def test_a_name_of_a_students_own_is_found_too(engine):
    from autograder.grading.one_notebook import grade

    source = notebook(solution("s", "def f(): pass"), check("t", "assert 'g' not in globals()"))
    answer = notebook(solution("s", "def f(): pass\ndef g(): pass"), source.cells[1])
    assert [v.score for v in grade(engine, source, answer).verdicts] == [0]
