"""From how a test cell ended to its verdict: whose failure it is, and what the student is told."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from numbers import Real
from typing import Any

from autograder.errors import AutograderError, EngineError, WireError
from autograder.grading.judge.failing_line import FailingLine, failing_line
from autograder.grading.shell.shell import CellRun
from autograder.limits import Limits
from autograder.notebook.plan import Action, Step
from autograder.student_failure import StudentFailed, students_traceback, text_of
from autograder.text import shorten
from autograder.verdict import CheckFailed, Finding, Kind, Verdict

_DEFAULT_LIMITS = Limits()


def mark(
    step: Step,
    run: CellRun,
    setup_failed: str,
    last_call: Callable[[], tuple[str, str]],
    failed_cells: Sequence[tuple[str, str]] = (),
    limits: Limits = _DEFAULT_LIMITS,
) -> Verdict:
    """The verdict of a test cell.

    setup_failed: the error of a given cell that the test relies on, if one failed.
    last_call: gives the last call of the student's code, and what it gave, as short text.
    failed_cells: the source and the error of each of the student's cells that failed so far.
    limits: named where an error speaks of one without saying so.

    Whether the student is at fault, or the test itself, is not known here: the instructor's own run
    tells. Raises EngineError where it is a process of ours.
    """
    error = run.error
    if error is None:
        return _passed(step, run.value)
    if isinstance(error, EngineError) and not isinstance(error, WireError):
        raise error
    place = failing_line(error, step.source, step.hidden)
    kind, finding = _what_failed(step, error, setup_failed, place, last_call())
    if isinstance(error, NameError) and kind is Kind.NOT_DEFINED:
        finding = replace(
            finding, problem=finding.problem + _why_missing(str(error.name), failed_cells)
        )
    if not finding.advice:
        finding = replace(finding, advice=limits.explain(finding.problem))
    raised = _for_instructor(error, setup_failed, place)
    return _verdict(step, 0.0, kind, finding, place.hidden, raised)


def _passed(step: Step, value: Any) -> Verdict:
    """Full marks; or the number that the cell's last expression gives, as in nbgrader."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return _verdict(step, step.points, Kind.PASSED)
    score = float(value)
    if not (math.isfinite(score) and 0 <= score <= step.points):
        problem = (
            f"the test ends with {score:g}, which nbgrader reads as its mark; a mark lies between "
            f"0 and {step.points:g}"
        )
        finding = Finding(step.exercise or step.grade_id, problem)
        return _verdict(step, 0.0, Kind.WRONG, finding, raised=problem)
    return _verdict(step, score, Kind.PASSED if score == step.points else Kind.PARTLY)


def mark_inside(
    step: Step, outputs: Sequence[Mapping[str, Any]], failed: StudentFailed | None
) -> Verdict:
    """The verdict of a test cell that ran in the student's process: by what that process claims.

    outputs: of the cell; an error among them is its failure, a number that it ends with its mark.
    """
    name = step.exercise or step.grade_id
    if failed is not None:
        return _verdict(step, 0.0, failed.kind, Finding(name, f"your code {failed.problem}"))
    for output in outputs:
        if output["output_type"] == "error":
            told = f"{output['ename']}: {shorten(output['evalue'], 500)}".rstrip(": ")
            wrong = output["ename"] in ("AssertionError", "CheckFailed", "Failed")
            problem = shorten(output["evalue"], 500) if wrong else f"the test raised {told}"
            finding = Finding(name, problem or "a test of this behaviour failed")
            kind = Kind.WRONG if wrong else Kind.RAISED
            return _verdict(step, 0.0, kind, finding, bool(step.hidden), told)
    return _passed(step, _number(outputs))


def _number(outputs: Sequence[Mapping[str, Any]]) -> float | None:
    """The number that a cell ends with, where it does."""
    for output in outputs:
        if output["output_type"] == "execute_result":
            with suppress(ValueError, TypeError):
                return float(output["data"].get("text/plain"))
    return None


def _verdict(
    step: Step,
    score: float,
    kind: Kind,
    finding: Finding | None = None,
    hidden: bool = False,
    raised: str = "",
) -> Verdict:
    inside = step.action is Action.INSIDE
    told = finding, hidden, raised, step.exercise, inside
    return Verdict(step.grade_id, step.points, score, kind, *told)


def _what_failed(
    step: Step,
    error: BaseException,
    setup_failed: str,
    place: FailingLine,
    last_call: tuple[str, str],
) -> tuple[Kind, Finding]:
    if isinstance(error, CheckFailed):
        return error.kind, error.finding
    name, message = step.exercise or step.grade_id, shorten(text_of(error), 500)
    call, gave = last_call
    if isinstance(error, StudentFailed):
        return error.kind, Finding(name, f"your code {message}", input=call)
    if (traceback := students_traceback(error)) is not None:
        if isinstance(error, NotImplementedError):
            return Kind.EMPTY, Finding(name, f"this is not written yet: {message}", input=call)
        problem = f"your code raised {type(error).__name__}: {message}"
        return Kind.RAISED, Finding(name, problem, input=call, traceback=traceback)
    if isinstance(error, NameError) and error.name in (*step.students, *step.modules):
        return Kind.NOT_DEFINED, Finding(name, f"`{error.name}` is not defined in your notebook")
    if setup_failed and isinstance(error, NameError):
        return Kind.RAISED, Finding(name, f"a given cell failed with your code: {setup_failed}")
    if _is_assertion(error):
        problem = message or _asserted(place)
        return Kind.WRONG, Finding(name, problem, input=call, got=gave)
    if isinstance(error, AutograderError):
        return Kind.WRONG, Finding(name, f"the test could not be run: {message}", input=call)
    problem = f"the test could not use your answer: {type(error).__name__}: {message}"
    return Kind.WRONG, Finding(name, problem, input=call, got=gave)


def _why_missing(name: str | None, failed_cells: Sequence[tuple[str, str]]) -> str:
    """The error of the first cell that mentions the name and failed: most likely the reason."""
    word = re.compile(rf"\b{re.escape(name or '')}\b")
    why = [error for source, error in failed_cells if word.search(source)]
    return f": a cell that mentions it ended with {shorten(why[0])}" if why else ""


def _asserted(place: FailingLine) -> str:
    """What a bare assertion says: its statement, where the student can see it."""
    if place.hidden or not place.statement:
        return "a hidden test of this behaviour failed"
    return f"this does not hold: {place.statement}"


def _for_instructor(error: BaseException, setup_failed: str, place: FailingLine) -> str:
    """The cause, and not its consequence: a test that misses what a given cell did not bind."""
    if setup_failed:
        return f"a given cell that it relies on failed: {setup_failed}"[:500]
    where = f", at: {place.statement}" if place.statement else ""
    return shorten(f"{type(error).__name__}: {text_of(error)}", 400).rstrip(": ") + where


def _is_assertion(error: BaseException) -> bool:
    pytest_fails = type(error).__module__ == "_pytest.outcomes"
    return isinstance(error, AssertionError) or pytest_fails
