"""The course: five source notebooks, and the release that nbgrader makes of them."""

import re
import shutil
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import is_grade, is_locked, is_solution
from nbgrader_api import release as regenerate

from softmax_checks import check

ROOT = Path(__file__).parents[2]
SOURCE, RELEASE = ROOT / "source" / "softmax", ROOT / "release" / "softmax"
NAMES = ["1-softmax", "2-temperature", "3-repeated-softmax", "4-gpt2-logits", "5-nll-loss"]
REGION = re.compile(r"BEGIN (SOLUTION|HIDDEN TESTS).*\n([\s\S]*?)\n.*END \1")
TEST_CELL = re.compile(
    r"# (?P<points>1 point|\d+ points) · (?P<name>\w+) · (?P<behaviour>[^:\n]+): .+\.\n"
    r'(?P<call>check\.(?P=name)\((?P=name), "(?P=behaviour)")\)\n'
    r"### BEGIN HIDDEN TESTS\n"
    r"(?P=call), hidden=True\)\n"
    r"### END HIDDEN TESTS"
)
EMPTY_STUB = "This stub is still empty: replace this line with your code."

every_notebook = pytest.mark.parametrize("name", NAMES)


def read(folder: Path, name: str) -> NotebookNode:
    return nbformat.read(folder / f"{name}.ipynb", nbformat.NO_CONVERT)


def cells(folder: Path = SOURCE) -> list[NotebookNode]:
    return [cell for name in NAMES for cell in read(folder, name).cells]


def automatic() -> list[NotebookNode]:
    """The source's test cells: those that are scored without a reader."""
    return [cell for cell in cells() if is_grade(cell) and not is_solution(cell)]


def points(graded: list[NotebookNode]) -> int:
    return sum(cell.metadata.nbgrader.points for cell in graded)


# --- what is in the notebooks -------------------------------------------------------------------


@pytest.mark.parametrize("folder", [SOURCE, RELEASE], ids=["source", "release"])
def test_there_are_five_notebooks_and_nothing_else(folder):
    assert sorted(path.name for path in folder.iterdir()) == [f"{name}.ipynb" for name in NAMES]


def test_hundred_points_of_which_at_least_75_are_automatic():
    assert points([cell for cell in cells() if is_grade(cell)]) == 100
    assert points(automatic()) >= 75


def test_a_test_cell_is_a_heading_a_shown_call_and_the_same_call_hidden():
    for cell in automatic():
        match = TEST_CELL.fullmatch(cell.source)
        assert match, cell.source
        assert int(match["points"].split()[0]) == cell.metadata.nbgrader.points, cell.source


def test_every_behaviour_of_every_exercise_has_one_test_cell():
    in_notebooks = Counter(TEST_CELL.match(cell.source).group(2, 3) for cell in automatic())
    in_checks = Counter((exercise.name, b.name) for exercise in check for b in exercise.behaviours)
    assert in_notebooks == in_checks


def test_every_exercise_has_a_stub_of_its_own_in_the_same_notebook_before_its_tests():
    for name in NAMES:
        written = set()
        for cell in read(SOURCE, name).cells:
            if cell.cell_type == "code" and is_solution(cell):
                written.add(cell.metadata.nbgrader.grade_id)
            elif is_grade(cell) and not is_solution(cell):
                assert TEST_CELL.match(cell.source)["name"] in written


def test_grade_ids_are_unique_in_the_assignment():
    graded = [cell.metadata.nbgrader for cell in cells() if "nbgrader" in cell.metadata]
    assert max(Counter(data.grade_id for data in graded).values()) == 1


def test_the_source_carries_no_outputs():
    code = [cell for cell in cells() if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)


@every_notebook
def test_the_by_hand_rule_stands_in_the_text(name):
    text = "".join(cell.source for cell in read(SOURCE, name).cells if cell.cell_type == "markdown")
    assert "by hand" in text
    assert "nn.CrossEntropyLoss" in text


# --- the release ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    """What `nbgrader generate_assignment` makes of the source today, in a copy of the course."""
    course = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(SOURCE, course / "source" / "softmax")
    regenerate(course, "softmax")
    return course / "release" / "softmax"


@every_notebook
def test_the_release_is_what_nbgrader_generates_from_the_source(name, generated):
    today = (generated / f"{name}.ipynb").read_text()
    assert (RELEASE / f"{name}.ipynb").read_text() == today, "run `nbgrader generate_assignment`"


def test_the_release_holds_no_line_of_a_solution_or_of_a_hidden_test():
    released = {" ".join(cell.source.split()) for cell in cells(RELEASE)}
    secrets = [line for cell in cells() for line in secret_lines(cell.source)]
    assert len(secrets) > 100
    assert [line for line in secrets if any(line in text for text in released)] == []


def secret_lines(source: str) -> list[str]:
    """The lines between the marks that are long enough to mean something, whitespace normalised."""
    lines = [line for _, region in REGION.findall(source) for line in region.splitlines()]
    return [line for line in (" ".join(line.split()) for line in lines) if len(line) >= 10]


def test_released_test_cells_are_locked_and_stubs_are_open():
    for cell in cells(RELEASE):
        if is_solution(cell):
            assert "YOUR CODE HERE" in cell.source or cell.source == "YOUR ANSWER HERE"
        assert is_locked(cell) == (not cell.metadata.get("editable", True))


# --- the notebooks run ----------------------------------------------------------------------------


class Kernel:
    """One real kernel for all runs: ten of them would take most of a minute to start."""

    def __init__(self, folder: Path):
        self.client = NotebookClient(
            new_notebook(),
            kernel_name="python3",
            timeout=120,
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )

    def run(self, notebook: NotebookNode) -> list[tuple[str, NotebookNode]]:
        """Run all cells in a new namespace; the ids of cells and widgets with what went wrong."""
        client = self.client
        client.nb = new_notebook(cells=[new_code_cell("%reset -f"), *notebook.cells])
        client.reset_execution_trackers()
        for index, cell in enumerate(client.nb.cells):
            client.execute_cell(cell, index)
        shown = {cell.id: cell.get("outputs", []) for cell in client.nb.cells}
        shown |= {comm: state.get("outputs", []) for comm, state in client.widget_state.items()}
        return [(where, out) for where, outputs in shown.items() for out in outputs if is_bad(out)]


def is_bad(output: NotebookNode) -> bool:
    """An error, or something on stderr."""
    return output["output_type"] == "error" or output.get("name") == "stderr"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))  # not the user's own
        kernel = Kernel(tmp_path_factory.mktemp("work"))
        with kernel.client.setup_kernel():
            yield kernel


@every_notebook
def test_a_source_notebook_runs_without_an_error_and_passes_its_tests(name, kernel):
    assert kernel.run(read(SOURCE, name)) == []


@every_notebook
def test_a_released_notebook_errs_only_where_a_stub_is_empty(name, kernel):
    notebook = read(RELEASE, name)
    bad = kernel.run(notebook)
    for where, output in bad:
        assert "ename" in output, (where, output["text"])
        if output["ename"] == "CheckFailed":
            assert "is not written yet" in output["evalue"]
        else:
            assert (output["ename"], output["evalue"]) == ("NotImplementedError", EMPTY_STUB)
    tests = {cell.id for cell in notebook.cells if is_grade(cell) and not is_solution(cell)}
    assert tests <= {where for where, _ in bad}
