"""One notebook, from a submission to a graded notebook and its verdicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from nbformat import NotebookNode, from_dict, writes

from autograder.choices import Choices
from autograder.errors import EngineError, FaultyTest
from autograder.grading.clean import clean
from autograder.grading.engine import Engine
from autograder.grading.engine_pool import EnginePool
from autograder.grading.surviving import run
from autograder.grading.verdict_outputs import outputs_of
from autograder.notebook.plan import Plan, make_plan
from autograder.notebook.roles import is_test, restore
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Kind, Verdict
from autograder.working_folder import Files

# nbgrader writes it into each submission that it collects: with it no two would have the same
# files beside them, and none could come from the template of all.
_TIMESTAMP = "timestamp.txt"
_USUAL = Choices()


@dataclass(frozen=True)
class Graded:
    """A submission with its cells' outputs and its verdicts, one for each test cell of the source.

    notebook: test cells hold their visible part, their verdict in `metadata["autograder"]`, and
        outputs of ours alone: an error, or one result, a number from 0 to the cell's points.
    """

    notebook: NotebookNode
    verdicts: tuple[Verdict, ...]


def request(
    source: NotebookNode,
    restored: NotebookNode,
    source_files: Files,
    submitted_files: Files,
    choices: Choices = _USUAL,
) -> tuple[Plan, Files, Files]:
    """What `grade` has an engine run, for a submission that `roles.restore` put in order."""
    own = {name: data for name, data in submitted_files.items() if name != _TIMESTAMP}
    return make_plan(source, restored, choices.inside), source_files, {**own, **source_files}


def grade(
    engine: Engine | EnginePool,
    source: NotebookNode,
    submitted: NotebookNode,
    source_files: Files = MappingProxyType({}),
    submitted_files: Files = MappingProxyType({}),
    rehearsal: Rehearsal | None = None,
    choices: Choices = _USUAL,
) -> Graded:
    """Grade one submission of one notebook.

    source: the instructor's notebook, with its solutions and hidden tests.
    source_files, submitted_files: other files that the notebook may read; the source's win.
    rehearsal: of `source`, with this seed; made as soon as it is needed unless given.

    Raises an AutograderError when the submission must stay ungraded: it is never a zero.
    """

    def known() -> Rehearsal:
        return rehearsal or rehearse(engine, source, source_files, choices)

    asked = source, submitted, source_files, submitted_files, choices
    notebook, verdicts = _run(engine, *asked, lambda cell: cell in known().faults)
    if any(verdict.score < verdict.points for verdict in verdicts):
        verdicts = known().excused(verdicts)
        if choices.faulty_tests == "ungraded":
            _refuse_faults(verdicts)
    _show(notebook, verdicts, engine.sandboxed)
    clean(notebook, source)
    return Graded(notebook, verdicts)


def rehearse(
    engine: Engine | EnginePool,
    source: NotebookNode,
    source_files: Files,
    choices: Choices = _USUAL,
) -> Rehearsal:
    """Grade the instructor's own solution, once: it says which tests are themselves at fault."""
    key = repr((writes(source), choices))
    if key not in engine.rehearsed:
        engine.rehearsed[key] = _rehearsed(engine, source, source_files, choices)
    return engine.rehearsed[key]


def _rehearsed(engine, source, source_files, choices: Choices) -> Rehearsal:
    def rehearsed(choices: Choices) -> Rehearsal:
        _, verdicts = _run(engine, source, source, source_files, {}, choices, lambda cell: True)
        return Rehearsal(verdicts)

    found = rehearsed(choices)
    if not found.faults:
        return found
    again = rehearsed(replace(choices, inside=choices.inside | found.faults.keys()))
    return replace(found, pass_inside=frozenset(found.faults.keys() - again.faults.keys()))


def _run(
    engine,
    source,
    submitted,
    source_files,
    submitted_files,
    choices: Choices,
    at_fault: Callable[[str], bool],
) -> tuple[NotebookNode, tuple[Verdict, ...]]:
    """The notebook with what its cells showed, and the verdicts, which are not in it yet."""
    notebook = restore(source, submitted)
    asked = request(source, notebook, source_files, submitted_files, choices)
    results = run(engine, *asked, at_fault)
    for count, result in enumerate(results, 1):
        cell = notebook.cells[result["cell"]]
        cell.execution_count = count
        cell.outputs = [from_dict(output) for output in result["outputs"]]
    verdicts = tuple(Verdict.from_json(found) for r in results if (found := r["verdict"]))
    _require_all(notebook, verdicts)
    return notebook, verdicts


def _show(notebook: NotebookNode, verdicts: Sequence[Verdict], sandboxed: bool) -> None:
    """Put the verdicts into their cells, which come in the same order."""
    for cell, verdict in zip(filter(is_test, notebook.cells), verdicts, strict=True):
        cell.metadata["autograder"] = verdict.as_json()
        cell.outputs += outputs_of(verdict, cell.execution_count, sandboxed)


def _require_all(notebook: NotebookNode, verdicts: Sequence[Verdict]) -> None:
    """nbgrader gives full marks to a test cell without an output: none may go without a verdict."""
    tests = sum(map(is_test, notebook.cells))
    if tests != len(verdicts):
        raise EngineError(f"{len(verdicts)} verdicts for {tests} test cells")


def _refuse_faults(verdicts: Sequence[Verdict]) -> None:
    """Raise FaultyTest for the first test that is itself at fault."""
    for verdict in verdicts:
        if verdict.kind is Kind.WAITING and verdict.finding:
            raise FaultyTest(f"test cell {verdict.grade_id!r}: {verdict.finding.problem}")
