"""One notebook, from a submission to a graded notebook and its verdicts."""

from dataclasses import dataclass
from types import MappingProxyType

from nbformat import NotebookNode, from_dict, writes

from autograder.errors import EngineError, FaultyTest
from autograder.grading.clean import clean
from autograder.grading.engine import Engine
from autograder.grading.engine_pool import EnginePool
from autograder.grading.verdict_outputs import outputs_of
from autograder.notebook.plan import Plan, make_plan
from autograder.notebook.roles import is_test, restore
from autograder.verdict import Verdict
from autograder.working_folder import Files

# nbgrader writes it into each submission that it collects: with it no two would have the same
# files beside them, and none could come from the template of all.
_TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Graded:
    """A submission with its cells' outputs and its verdicts, one for each test cell of the source.

    notebook: test cells hold their visible part, their verdict in `metadata["autograder"]`, and
        outputs of ours alone: an error, or one result, a number from 0 to the cell's points.
    """

    notebook: NotebookNode
    verdicts: tuple[Verdict, ...]


def request(
    source: NotebookNode, restored: NotebookNode, source_files: Files, submitted_files: Files
) -> tuple[Plan, Files, Files]:
    """What `grade` has an engine run, for a submission that `roles.restore` put in order."""
    own = {name: data for name, data in submitted_files.items() if name != _TIMESTAMP}
    return make_plan(source, restored), source_files, {**own, **source_files}


def grade(
    engine: Engine | EnginePool,
    source: NotebookNode,
    submitted: NotebookNode,
    source_files: Files = MappingProxyType({}),
    submitted_files: Files = MappingProxyType({}),
) -> Graded:
    """Grade one submission of one notebook.

    source: the instructor's notebook, with its solutions and hidden tests.
    source_files, submitted_files: other files that the notebook may read; the source's win.

    Raises an AutograderError when the submission must stay ungraded: it is never a zero.
    """
    graded = _run(engine, source, submitted, source_files, submitted_files)
    if any(verdict.suspect for verdict in graded.verdicts):
        _blame(graded, rehearse(engine, source, source_files))
    clean(graded.notebook, source)
    return graded


def rehearse(engine: Engine | EnginePool, source: NotebookNode, source_files: Files) -> Graded:
    """Grade the instructor's own solution, once: it says which tests are themselves wrong."""
    key = writes(source)
    if key not in engine.rehearsed:
        engine.rehearsed[key] = _run(engine, source, source, source_files, {})
    return engine.rehearsed[key]


def _run(engine, source, submitted, source_files, submitted_files) -> Graded:
    notebook = restore(source, submitted)
    results = engine.run(*request(source, notebook, source_files, submitted_files))
    verdicts = []
    for count, result in enumerate(results, 1):
        cell = notebook.cells[result["cell"]]
        cell.execution_count = count
        cell.outputs = [from_dict(output) for output in result["outputs"]]
        if result["verdict"]:
            verdict = Verdict.from_json(result["verdict"])
            verdicts.append(verdict)
            cell.metadata["autograder"] = verdict.as_json()
            cell.outputs += outputs_of(verdict, count, engine.sandboxed)
    _require_all(notebook, verdicts)
    return Graded(notebook, tuple(verdicts))


def _require_all(notebook: NotebookNode, verdicts: list[Verdict]) -> None:
    """nbgrader gives full marks to a test cell without an output: none may go without a verdict."""
    tests = sum(map(is_test, notebook.cells))
    if tests != len(verdicts):
        raise EngineError(f"{len(verdicts)} verdicts for {tests} test cells")


def _blame(graded: Graded, instructors: Graded) -> None:
    """Raise FaultyTest if a test that failed oddly fails so on the instructor's solution too."""
    theirs = {verdict.grade_id: verdict for verdict in instructors.verdicts}
    for verdict in graded.verdicts:
        if verdict.suspect and theirs[verdict.grade_id].suspect:
            raise FaultyTest(
                f"test cell {verdict.grade_id!r} fails on the instructor's own solution too: "
                f"{theirs[verdict.grade_id].suspect}"
            )
