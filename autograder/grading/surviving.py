"""A plan run to its end, whatever one of its test cells does to the process that runs it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograder.errors import JudgeLost
from autograder.grading.engine import Engine
from autograder.grading.reading.desk import Opened
from autograder.grading.task import Task
from autograder.notebook.plan import Action, Plan, Step

_KILLED = -9  # as the kernel does where memory is short: that says nothing of the cell
_DEADLY = "raise RuntimeError('this test ends the process that runs it')"
_SILENT = (Action.SETUP, Action.ECHO)  # steps without a result


def results(
    engine: Engine, opened: Opened, task: Task, at_fault: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """As `Engine.results`; a test cell in which the judge died fails, and the others are run.

    at_fault: whether it was the test cell of a grade_id, and not the machine, if the judge was
        killed from outside.
    """
    plan = opened.plan
    while True:
        try:
            return engine.results(plan, opened.modules, task.judge_files, task.student_files)
        except JudgeLost as lost:
            step = _running(plan, lost.results)
            if step is None or step.action is not Action.TEST or step.source == _DEADLY:
                raise
            if lost.code == _KILLED and not at_fault(step.grade_id):
                raise
            safe = replace(step, source=_DEADLY, hidden=())
            steps = tuple(safe if known is step else known for known in plan.steps)
            plan = replace(plan, steps=steps)


def _running(plan: Plan, results: int) -> Step | None:
    """The step that was to give the next result."""
    telling = [step for step in plan.steps if step.action not in _SILENT]
    return telling[results] if results < len(telling) else None
