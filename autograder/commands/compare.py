"""`autograder compare`: stock nbgrader's marks beside ours, before a course moves to ours."""

import os
from collections import defaultdict
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.class_run.workers.pool import LocalPool
from autograder.commands.terminal import print_json, say
from autograder.errors import AutograderError
from autograder.interrupts import put_off
from autograder.notebook.imports import first_guess


@dataclass(frozen=True)
class Choice:
    """What was typed after `autograder compare`. students: how many of the class; None for all."""

    assignment: str
    students: int | None = None
    jobs: int | None = None
    json: bool = False


def main(root: Path, choice: Choice) -> int:
    """Compare and print; returns the exit code: 1 where something differs, or cannot be done."""
    try:
        return _main(root, choice)
    except AutograderError as error:
        say(f"Error: {error}")
    except KeyboardInterrupt:
        say("Stopped: nothing of the course was touched")
    return 1


def _main(root: Path, choice: Choice) -> int:
    jobs = choice.jobs or len(os.sched_getaffinity(0))
    with LocalPool(jobs, first_guess(root / "source" / choice.assignment)) as pool, put_off():
        from autograder.class_run.comparison.run import compare
        from autograder.class_run.runner import Runner

        runner = Runner(root)
        with chdir(root):
            runner.check_assignment(choice.assignment)
            students = runner.course.students(choice.assignment)[: choice.students]
        say(
            f"Stock nbgrader grades {len(students)} of the class and the instructor's own solution "
            "in a copy: there, students' code has all your rights"
        )
        done: list[str] = []

        def told(student: str) -> None:
            done.append(student)
            say(f"stock: {len(done)} of {len(students) + 1}: {student}")

        found = compare(runner, choice.assignment, students, pool, jobs, told)
    summary = {"cells": found.cells, "same": found.same, "different": len(found.differences)}
    if choice.json:
        for difference in found.differences:
            print_json(difference.as_json())
        print_json({"summary": summary | {"ungraded_by_stock": found.ungraded_by_stock}})
    else:
        _print(found)
    return 1 if found.differences else 0


def _print(found: Any) -> None:
    from autograder.commands import tables

    for student, reason in found.ungraded_by_stock.items():
        say(f"{student}: stock nbgrader left it ungraded: {reason}")
    if found.differences:
        tables.console().print(tables.by_difference(_alike(found.differences)))
    share = f" ({found.same / found.cells:.1%})" if found.cells else ""
    tables.console().print(
        f"{found.same:,} of {found.cells:,} test cells have the same mark{share}"
    )


def _alike(differences: list[Any]) -> list[tuple[Any, list[str]]]:
    """Differences of one cell with the same marks and reasons are one, of several students."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for one in differences:
        told = one.stock, one.ours, one.stock_reason, one.our_reason
        groups[(one.notebook, one.cell, *told)].append(one)
    return [(found[0], [one.student for one in found]) for found in groups.values()]
