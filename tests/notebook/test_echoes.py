"""What later cells need of a test cell: run again, handed over, or nothing."""

import pytest

from autograder.notebook.echoes import Echo, echo, tainted_names

HIDDEN = "\n### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
NOTHING: frozenset[str] = frozenset()


def needs(source, *needed, asked=(), tainted=()):
    return echo(source, frozenset(needed), frozenset(asked), frozenset(tainted))


def test_values_are_handed_over_and_nothing_runs_twice():
    assert needs("a = hit()\nb = 2\nassert a", "a") == Echo("", ("a",))


def test_what_no_later_cell_needs_stays():
    assert needs("a = hit()\nassert a", "other") == Echo()


def test_definitions_run_there_with_what_they_use():
    source = "import math\ndef helper(x): return math.floor(x) + k\nk = hit()\na = helper(1)"
    found = needs(source, "helper", "a")
    assert found.source == "import math\ndef helper(x):\n    return math.floor(x) + k"
    assert found.hands == ("a", "k")


@pytest.mark.parametrize(
    ("why", "source", "more"),
    [
        ("a default that is not there yet", "a = 1\ndef f(x=a): return x", {}),
        ("a submission alone asks for it", "a = 1\nf = 2", {"asked": ["a"]}),
        ("a magic, whose lines are not those of the cell", "%%time\nf = 1", {}),
        ("it may come of a hidden part", "f = x + 1", {"tainted": ["x"]}),
    ],
)
def test_the_whole_visible_part_runs_there(why, source, more):
    assert needs(source + HIDDEN.format("secret = 1"), "f", **more).source.strip() == source


def test_what_is_bound_after_the_hidden_part_is_not_handed_over():
    source = "a = 1" + HIDDEN.format("a = 5") + "\nb = a"
    assert needs(source, "b").hands == ()


def test_a_name_that_the_cell_binds_first_itself_is_not_tainted():
    assert needs("x = 3\na = f(x)", "a", tainted=["x"]) == Echo("", ("a",))


@pytest.mark.parametrize(
    ("hidden", "found"),
    [
        ("x = 3", {"x"}),
        ("x.append(3)", {"x"}),
        ("fill(x)", {"x"}),
        ("for x in y: pass", {"x", "y"}),
        ("assert f() == 3", set()),
    ],
)
def test_a_hidden_part_taints_what_it_may_change(hidden, found):
    sources = {0: "x = 1" + HIDDEN.format(hidden)}
    assert tainted_names(sources, {0}, [], 1) == found
    assert tainted_names(sources, {0}, [], 0) == set()


def test_taint_spreads_through_later_cells_and_given_functions():
    sources = {
        0: "def look(): return x",
        1: "x = 1" + HIDDEN.format("x = 5"),
        2: "y = x + 1",
        3: "z = y",
    }
    assert tainted_names(sources, {1, 3}, [0, 2], 4) == {"x", "y", "z", "look"}
