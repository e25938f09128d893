"""Test cells as courses write them: each earns the instructor's own solution what it does in stock.

The idioms lie in ../shared, beside the project; where they are absent, this is skipped.
"""

import runpy
from pathlib import Path

import pytest
from cells import check, given, notebook, solution

from autograder.grading.one_notebook import rehearse

SHARED = Path(__file__).parents[4] / "shared"
MAKE = {"g": lambda name, text: given(text), "s": solution, "t": check}
# By the files' own word these fail in stock nbgrader, too.
AT_FAULT = {"assert_fails_everywhere", "assert_in_called_test", "blank_first_line"}
# Its margin of time is smaller than what a busy machine, or the reading of its arguments, takes.
TIMED = {"timed-against-a-reference"}


def _idioms():
    if not (SHARED / "idioms.py").exists():
        return [pytest.param("", [], {}, marks=pytest.mark.skip("../shared/idioms.py is absent"))]
    one = runpy.run_path(str(SHARED / "idioms.py"))["IDIOMS"]
    found = [(n, [("g", g), ("s", s), ("t", t)], files) for n, g, s, t, files in one]
    other = runpy.run_path(str(SHARED / "course_idioms.py"))
    found += [(name, cells, other["FILES"]) for name, cells in other["CASES"].items()]
    return [pytest.param(*idiom, id=idiom[0]) for idiom in found if idiom[0] not in TIMED]


@pytest.mark.parametrize(("name", "cells", "files"), _idioms())
def test_the_instructors_own_solution_has_full_marks(engine, name, cells, files):
    made = [MAKE[kind](f"cell{n}", text) for n, (kind, text) in enumerate(cells) if text]
    beside = {path: text.encode() for path, text in files.items()}
    found = rehearse(engine, notebook(*made), beside)
    assert bool(found.faults) == (name in AT_FAULT), [v.raised for v in found.faults.values()]
