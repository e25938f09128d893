"""From how a test cell ended to its verdict: whose failure it is, and what the student is told."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from numbers import Real
from types import TracebackType
from typing import Any

from autograder.errors import AutograderError, FaultyTest
from autograder.grading.shell.shell import CellRun
from autograder.limits import Limits
from autograder.notebook.plan import Step
from autograder.student_failure import StudentFailed, students_traceback
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

    Raises FaultyTest where the cell cannot be marked, whatever the student wrote. An error that the
    student's answer may have caused, or the test itself, makes a verdict with `suspect` set.
    """
    error = run.error
    if error is None:
        return _passed(step, run.value)
    if isinstance(error, AutograderError):
        raise FaultyTest(f"test cell {step.grade_id!r}: {error}") from error
    line = _line_in_cell(error)
    hidden = bool(step.hidden) and (line is None or line in step.hidden)
    kind, finding = _what_failed(step, error, setup_failed, hidden, line, last_call())
    if isinstance(error, NameError) and kind is Kind.NOT_DEFINED:
        finding = replace(
            finding, problem=finding.problem + _why_missing(str(error.name), failed_cells)
        )
    if not finding.advice:
        finding = replace(finding, advice=limits.explain(finding.problem))
    suspect = "" if _is_expected(error, kind) else f"{type(error).__name__}: {error}"[:500]
    return Verdict(step.grade_id, step.points, 0.0, kind, finding, hidden, suspect)


def _passed(step: Step, value: Any) -> Verdict:
    """Full marks; or the number that the cell's last expression gives, as in nbgrader."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return Verdict(step.grade_id, step.points, step.points, Kind.PASSED)
    score = float(value)
    if not (math.isfinite(score) and 0 <= score <= step.points):
        raise FaultyTest(
            f"test cell {step.grade_id!r} ends with {score:g}, which nbgrader reads as its mark; a "
            f"mark lies between 0 and {step.points:g}. End that line with a semicolon, or drop it."
        )
    kind = Kind.PASSED if score == step.points else Kind.PARTLY
    return Verdict(step.grade_id, step.points, score, kind)


def _what_failed(
    step: Step,
    error: BaseException,
    setup_failed: str,
    hidden: bool,
    line: int | None,
    last_call: tuple[str, str],
) -> tuple[Kind, Finding]:
    if isinstance(error, CheckFailed):
        return error.kind, error.finding
    name, message = step.grade_id, shorten(str(error), 500)
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
        problem = message or _asserted(step, hidden, line)
        return Kind.WRONG, Finding(name, problem, input=call, got=gave)
    problem = f"the test could not use your answer: {type(error).__name__}: {message}"
    return Kind.WRONG, Finding(name, problem, input=call, got=gave)


def _why_missing(name: str | None, failed_cells: Sequence[tuple[str, str]]) -> str:
    """The error of the first cell that mentions the name and failed: most likely the reason."""
    word = re.compile(rf"\b{re.escape(name or '')}\b")
    why = [error for source, error in failed_cells if word.search(source)]
    return f": a cell that mentions it ended with {shorten(why[0])}" if why else ""


def _asserted(step: Step, hidden: bool, line: int | None) -> str:
    """What a bare assertion says: its line, where the student can see it."""
    if hidden or line is None:
        return "a hidden test of this behaviour failed"
    return f"this does not hold: {shorten(step.source.splitlines()[line - 1].strip())}"


def _is_assertion(error: BaseException) -> bool:
    pytest_fails = type(error).__module__ == "_pytest.outcomes"
    return isinstance(error, AssertionError) or pytest_fails


def _is_expected(error: BaseException, kind: Kind) -> bool:
    """Whether a failure is the student's beyond doubt, without a look at the instructor's run."""
    # An answer that cannot be read may be a fault of our own wire.
    lost = isinstance(error, StudentFailed) and kind is not Kind.UNREADABLE
    by_student = lost or students_traceback(error) is not None
    return by_student or _is_assertion(error) or kind is Kind.NOT_DEFINED


def _line_in_cell(error: BaseException) -> int | None:
    """The line of the test cell, from 1, on which the error left it."""
    found, frames = None, error.__traceback__
    while isinstance(frames, TracebackType):
        if "ipython-input" in frames.tb_frame.f_code.co_filename and found is None:
            found = frames.tb_lineno
        frames = frames.tb_next
    return found
