"""What a test calls is called once, though later cells need what it gave."""

import pytest
from cells import check, given, graded, notebook, solution

from autograder.grading.one_notebook import rehearse

COUNT = solution("s", "calls = []\ndef hit(x=1):\n    calls.append(x)\n    return len(calls)")
HIDDEN = "\n### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
ONCE = {
    "a value": ("a = hit()\nassert a == 1", "b = a + 1", "b == 2 and len(calls) == 1"),
    "with a hidden part": (
        "a = hit()" + HIDDEN.format("assert hit() == 2"),
        "b = a + 1",
        "b == 2 and len(calls) == 2",
    ),
    "a function of the test": (
        "def twice(x): return 2 * hit(x)\na = hit()",
        "b = twice(a)",
        "b == 4 and calls == [1, 1]",
    ),
    "after blank lines": (
        "\n\na = hit()" + HIDDEN.format("a = 7; assert hit() == 2"),
        "b = a",
        "b == 1",
    ),
    "an object of the student's": (
        "def make(): return hit\nc = hit\nc()",
        "c()",
        "len(calls) == 2",
    ),
}


@pytest.mark.parametrize(("test", "later", "holds"), ONCE.values(), ids=ONCE)
def test_it_happens_once(engine, test, later, holds):
    cells = [
        COUNT,
        check("a", test),
        solution("more", later),
        check("t", f"assert {holds}"),
    ]
    found = rehearse(engine, notebook(*cells), {})
    assert not found.faults, found.faults


def test_what_cannot_cross_is_made_there(engine):
    source = notebook(
        COUNT,
        check("a", "import io\nstream = io.StringIO('text')\nassert hit() == 1"),
        given("text = stream.read()"),
        check("t", "assert text == 'text'"),
    )
    assert not rehearse(engine, source, {}).faults


@pytest.mark.parametrize(
    "hidden",
    [
        "a = 'S3CR3T'",
        "a += ['S3CR3T']",
        "other = a\nother.append('S3CR3T')",
        "def fill(x): x.append('S3CR3T')\nfill(a)",
        "for a in [['S3CR3T']]: pass",
    ],
)
def test_what_the_hidden_part_makes_of_a_value_is_not_handed_over(engine, hidden):
    found = graded(
        engine,
        COUNT,
        check("a", "a = [hit()]" + HIDDEN.format(hidden)),
        check("b", "b = a\nc = len(b)"),
        given("print('seen', a, b, c)"),
        solution("more", ""),
        more="print(a, b, globals())",
    )
    shown = repr([cell.get("outputs") for cell in found.notebook.cells])
    assert "seen [1]" in shown or "seen [2]" in shown
    assert "S3CR3T" not in shown


def test_a_process_that_took_the_place_of_another_has_them_too(engine):
    source = notebook(
        solution("s", "import os\ndef f(x): return os._exit(1) if x else 3"),
        check("a", "a = f(0)"),
        given("b = a"),
        check("dies", "f(1)"),
        given("c = a + b"),
        check("t", "assert c == 6 and f(0) == 3"),
    )
    assert set(rehearse(engine, source, {}).faults) == {"dies"}
