"""A verdict as the outputs of its cell: the mark for nbgrader, the reason for people."""

from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.text import plain_lines, shorten
from autograder.verdict import Kind, Verdict

_RED, _PLAIN = "\x1b[1;31m", "\x1b[0m"


def outputs_of(
    verdict: Verdict, execution_count: int, sandboxed: bool = True
) -> list[NotebookNode]:
    """A line that says how it went, and an error or a single number, as `determine_grade` reads.

    A cell that waits for a grader has the line and the reason alone.
    """
    headline = _headline(verdict) + ("" if sandboxed else " (graded without a sandbox)")
    headline += " (asked inside the student's process, which could forge it)" * verdict.inside
    if verdict.kind is Kind.WAITING:  # no mark among its outputs: the gradebook's row has none
        text = "\n".join([headline, *_reasons(verdict)])
        return [_output("stream", name="stdout", text=f"{text}\n")]
    if verdict.kind in (Kind.PASSED, Kind.PARTLY):
        lines = [headline, *plain_lines(verdict.advice)] if verdict.advice else [headline]
        said = _output("stream", name="stdout", text="".join(f"{line}\n" for line in lines))
        mark = {"data": {"text/plain": repr(verdict.score)}, "metadata": {}}
        return [said, _output("execute_result", **mark, execution_count=execution_count)]
    lines = [f"{_RED}{headline}{_PLAIN}", *_reasons(verdict), *plain_lines(verdict.advice)]
    problem = shorten(verdict.finding.problem, 500) if verdict.finding else ""
    return [_output("error", ename=str(verdict.kind), evalue=problem, traceback=lines)]


def _output(kind: str, **fields: Any) -> NotebookNode:
    """As nbformat's new_output, without its validation; the notebook is validated as a whole."""
    return from_dict({"output_type": kind, **fields})


def _headline(verdict: Verdict) -> str:
    name = verdict.finding.behaviour if verdict.finding else verdict.grade_id
    if verdict.kind is Kind.WAITING:
        return f"… {shorten(name)}: waits for a grader, {verdict.points:g} points"
    sign = "✓" if verdict.kind is Kind.PASSED else "✗"
    return f"{sign} {shorten(name)}: {verdict.score:g} of {verdict.points:g} points"


def _reasons(verdict: Verdict) -> list[str]:
    if verdict.finding is None:
        return []
    reasons = plain_lines("\n".join(verdict.finding.lines()))
    traceback = plain_lines(verdict.finding.traceback)
    return [*reasons, "", *traceback] if traceback else reasons
