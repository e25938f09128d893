"""One notebook, from a submission to a graded notebook and its verdicts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from nbformat import NotebookNode, v4

from autograder.choices import Choices
from autograder.errors import EngineError, FaultyTest, JudgeLost, SubmissionError
from autograder.grading.engine import Engine
from autograder.grading.surviving import results
from autograder.grading.task import Graded, Task
from autograder.notebook.ownership import Candidates, Owned, candidates, owned
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Kind, Verdict
from autograder.working_folder import Files

# nbgrader writes it into each submission that it collects: with it no two would have the same
# files beside them, and none could come from the template of all.
_TIMESTAMP = "timestamp.txt"
_USUAL = Choices()


def request(
    source: NotebookNode | bytes,
    submitted: NotebookNode | bytes,
    source_files: Files = MappingProxyType({}),
    submitted_files: Files = MappingProxyType({}),
    rehearsal: Rehearsal | None = None,
    choices: Choices = _USUAL,
    **how: Any,
) -> Task:
    """What to grade.

    source: the instructor's notebook, with its solutions and hidden tests. Bytes are its JSON.
    submitted: the student's. Bytes are those of the file, which are not looked into here.
    source_files, submitted_files: other files that the notebook may read; the source's win.
    rehearsal, choices, how: see `Task`.
    """
    own = {name: data for name, data in submitted_files.items() if name != _TIMESTAMP}
    files = source_files, {**own, **source_files}
    return Task(_as_bytes(source), _as_bytes(submitted), *files, how, choices, rehearsal)


def grade(engine: Engine, *asked: Any, **how: Any) -> Graded:
    """Grade one submission of one notebook; the arguments are those of `request`.

    Raises an AutograderError when the submission must stay ungraded: it is never a zero.
    """
    return grade_task(engine, request(*asked, **how))


def grade_task(engine: Engine, task: Task) -> Graded:
    """As `grade`."""

    def known() -> Rehearsal:
        if task.rehearsal is not None:
            return task.rehearsal
        return rehearse(engine, task.source, task.judge_files, task.choices)

    theirs = task.rehearsal.owned if task.rehearsal else whose(engine, task)
    with engine.open(task, theirs) as opened:
        found = results(engine, opened, task, lambda cell: cell in known().faults)
        verdicts = _verdicts(found)
        if any(verdict.score < verdict.points for verdict in verdicts):
            verdicts = known().excused(verdicts)
            if task.choices.faulty_tests == "ungraded":
                _refuse_faults(verdicts)
        told = _with_verdicts(found, verdicts)
        content = opened.complete(told, sandboxed=engine.sandboxed, **task.how)
    return Graded(content, verdicts)


def rehearse(
    engine: Engine,
    source: NotebookNode | bytes,
    source_files: Files,
    choices: Choices = _USUAL,
) -> Rehearsal:
    """Grade the instructor's own solution, once: it says which tests are themselves at fault."""
    task = request(source, source, source_files, choices=choices)
    key = task.key()
    if key not in engine.rehearsed:
        engine.rehearsed[key] = _rehearsed(engine, task)
    return engine.rehearsed[key]


def _rehearsed(engine: Engine, task: Task) -> Rehearsal:
    theirs = whose(engine, task)
    found = _own_run(engine, task, theirs)
    if not found.faults:
        return found
    inside = task.choices.inside | found.faults.keys()
    asked_inside = replace(task, choices=replace(task.choices, inside=inside))
    again = _own_run(engine, asked_inside, theirs)
    return replace(found, pass_inside=frozenset(found.faults.keys() - again.faults.keys()))


def _own_run(engine: Engine, task: Task, theirs: Owned) -> Rehearsal:
    with engine.open(task, theirs) as opened:
        verdicts = _verdicts(results(engine, opened, task, lambda cell: True))
    return Rehearsal(verdicts, owned=theirs)


def whose(engine: Engine, task: Task) -> Owned:
    """What of a notebook's given things is the student's: seen once on the instructor's own run.

    A notebook that has no such things is not run.
    """
    own = replace(task, submitted=task.source, student_files=task.judge_files, how={})
    key = ("whose", *own.key())
    if key not in engine.rehearsed:
        source = _read(task.source)
        found = candidates(source, task.judge_files)
        engine.rehearsed[key] = owned(source, found, _changes(engine, own, found) if found else ())
    return engine.rehearsed[key]


def _changes(engine: Engine, task: Task, found: Candidates) -> Sequence[Mapping[str, Any]]:
    with engine.open(task, found.as_owned()) as opened:
        plan = replace(
            opened.plan,
            watch=tuple(sorted({name for name, _ in found.names})),
            watch_modules=tuple(sorted(found.modules)),
        )
        try:
            return engine.results(plan, opened.modules, task.judge_files, task.student_files)
        except (SubmissionError, JudgeLost):  # the marked run says so again
            return ()


def _verdicts(found: Sequence[Mapping[str, Any]]) -> tuple[Verdict, ...]:
    return tuple(Verdict.from_json(result["verdict"]) for result in found if result["verdict"])


def _with_verdicts(
    found: Sequence[Mapping[str, Any]], verdicts: Sequence[Verdict]
) -> list[Mapping[str, Any]]:
    """The results with these verdicts, which come in the same order, in the place of theirs."""
    left = iter(verdicts)
    return [{**r, "verdict": next(left).as_json()} if r["verdict"] else r for r in found]


def _read(source: bytes) -> NotebookNode:
    try:
        return v4.reads(source.decode())
    except (ValueError, AttributeError) as error:
        raise EngineError(f"the instructor's notebook cannot be read: {error}") from error


def _as_bytes(notebook: NotebookNode | bytes) -> bytes:
    return notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()


def _refuse_faults(verdicts: Sequence[Verdict]) -> None:
    """Raise FaultyTest for the first test that is itself at fault."""
    for verdict in verdicts:
        if verdict.kind is Kind.WAITING and verdict.finding:
            raise FaultyTest(f"test cell {verdict.grade_id!r}: {verdict.finding.problem}")
