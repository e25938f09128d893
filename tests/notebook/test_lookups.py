"""What a test cell asks of the notebook's namespace by text."""

import pytest

from autograder.notebook.lookups import looked_up


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("assert 'level' in globals()", {"level"}),
        ("assert globals()['level'] == 5", {"level"}),
        ("assert 'level' in dir() and 'other' not in vars()", {"level", "other"}),
        ("assert eval('a + b.c') == 2", {"a", "b"}),
        ("assert [eval(f'x{k}') for k in (1, 2)]", {"x"}),
        ("assert get_ipython().user_ns['level']", {"level"}),
        ("import __main__\nassert hasattr(__main__, 'level')", {"level"}),
        ("with patch('__main__.helper'): f()", {"helper"}),
        ("with patch.dict(globals(), helper=len): f()", {"helper"}),
    ],
)
def test_names_that_its_texts_spell_out(source, names):
    found = looked_up(source)
    assert found.all
    assert found.names == names


@pytest.mark.parametrize(
    "source",
    ["assert 'level' in x", "assert dir(x) and vars(x)", "assert x['level']", "%%bash\necho 1"],
)
def test_a_cell_that_asks_for_none(source):
    assert looked_up(source).names == frozenset()
    assert not looked_up(source).all


def test_builtins_stay_what_they_are():
    assert looked_up("assert 'sum' not in globals() and 'In' in globals()").names == frozenset()


def test_results_of_cells_are_asked_for_unless_the_cell_binds_the_name():
    assert looked_up("assert _ == 42 and _7 == Out[7]").names == {"_", "_7", "Out"}
    assert looked_up("for _ in range(3): f()\nassert _ == 2").names == frozenset()
