"""What servers import before the first notebook, and what only some of them do."""

import json

import pytest
from cells import check, given, notebook, solution
from nbformat import writes

from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.limits import Limits
from autograder.notebook.imports import first_guess, modules_to_warm

LATER = ["mailbox", "matplotlib.pyplot", "not_there"]  # of them nothing here imports the first
IS_THERE = given("import sys; print('mailbox' in sys.modules)")


@pytest.fixture(scope="module")
def engine():
    names = ["json", "numpy", *LATER]
    with Engine(Limits(cell_seconds=20, figures=1), names, seed=1, later=LATER) as engine:
        yield engine


def outputs(engine, *cells):
    """What the cells of a notebook show, as one text."""
    answer = solution("answer", "def answer(): return 1")
    source = notebook(*cells, answer, check("test", "assert answer() == 1"))
    graded = grade(engine, source, source)
    assert [verdict.score for verdict in graded.verdicts] == [1]
    return json.dumps([cell.get("outputs") for cell in graded.notebook.cells])


def test_what_one_of_several_notebooks_imports_comes_later(tmp_path):
    found = modules_to_warm([["import a, b", "from c import d"], ["import a"]], tmp_path)
    assert found.names == ("a", "b", "c:d")
    assert found.later == ("b", "c:d")


def test_nothing_of_a_single_notebook_comes_later(tmp_path):
    assert modules_to_warm([["import a", "import b"]], tmp_path).later == ()


def test_what_lies_beside_the_notebooks_is_not_imported(tmp_path):
    (tmp_path / "helpers.py").write_text("")
    (tmp_path / "package").mkdir()
    cells = ["import helpers, package.part, other", "from helpers import x"]
    assert modules_to_warm([cells], tmp_path).names == ("other",)


def test_the_first_guess_reads_the_notebooks_in_a_folder(tmp_path):
    assert first_guess(tmp_path) is None
    for name, source in {"a": "import json", "b": "import json, wave"}.items():
        (tmp_path / f"{name}.ipynb").write_text(writes(notebook(given(source))))
    found = first_guess(tmp_path)
    assert (found.names, found.later) == (("json", "wave"), ("wave",))
    (tmp_path / "c.ipynb").write_text("{")
    assert first_guess(tmp_path) is None


def test_a_notebook_finds_what_it_imports_later_and_others_do_without(engine):
    assert "False" in outputs(engine, IS_THERE)
    assert "True" in outputs(engine, IS_THERE, given("import mailbox"))


def test_both_kinds_of_notebooks_have_their_templates(engine):
    before = engine.templates
    for cell in (given("import json"), given("import mailbox")):
        outputs(engine, cell, given("'unlike the others'"))
    assert engine.templates == before + 2


def test_figures_of_a_library_that_comes_later_are_counted_as_ever(engine):
    plot = "plt.plot([1, 2])\nplt.show()\n"
    plots = given(f"import matplotlib.pyplot as plt\n{plot}{plot}")
    assert outputs(engine, plots).count("image/png") == 1


def test_modules_that_cannot_be_imported_are_named_whenever_they_come(engine):
    assert "ModuleNotFoundError" in engine.wait_until_warm()["not_there"]
