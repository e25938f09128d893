"""`autograder grade`: a class graded and shown. The workers start before nbgrader is imported."""

import os
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.class_run.workers.pool import LocalPool, Pool
from autograder.commands.faults import Faults
from autograder.commands.terminal import print_json, say
from autograder.errors import AutograderError
from autograder.interrupts import put_off
from autograder.notebook.imports import first_guess

INTERRUPTED = 130  # the exit code of a program that Ctrl-C stopped


@dataclass(frozen=True)
class Choice:
    """What was typed after `autograder grade`."""

    assignment: str
    students: tuple[str, ...] = ()
    force: bool = False
    jobs: int | None = None
    seed: int | None = None
    json: bool = False
    sandbox: str | None = None  # "on" or "off", or as the course's configuration has it
    dask: str = ""  # the address of a scheduler, or "local"


def main(root: Path, choice: Choice) -> int:
    """Grade and print; returns the exit code."""
    try:
        return _main(root, choice)
    except AutograderError as error:
        if choice.json:
            print_json({"error": str(error)})
        say(f"Error: {error}")
        return 1
    except KeyboardInterrupt:  # before the first result
        say("Stopped before anything was graded")
        return INTERRUPTED


def _main(root: Path, choice: Choice) -> int:
    began = time.monotonic()
    with _pool(root, choice) as pool:
        from autograder.class_run.runner import Runner
        from autograder.commands.summary import Summary

        runner, summary, faults = Runner(root, choice.sandbox), Summary(), Faults()
        with chdir(root):  # as for nbgrader: a database may be named relative to the course folder
            students = runner.students(choice.assignment, choice.students)
            if foreign := runner.own_loop():
                say(f"nbgrader_config.py has {foreign} of its own: graded by nbgrader's own loop")
            stopped = _grade(runner, students, choice, pool, summary, faults)
    seconds = time.monotonic() - began
    if choice.json:
        told = {"assignment": choice.assignment, "seconds": round(seconds, 3), "stopped": stopped}
        told["sandbox"] = runner.sandbox
        told |= {"faulty_tests": faults.as_json(), "inside": faults.inside}
        print_json({"summary": told | summary.as_json()})
    else:
        _print(summary, len(students), seconds)
    faults.tell()
    faults.tell_what_is_inside()
    if runner.sandbox == "off":
        say("GRADED WITHOUT A SANDBOX: the students' code had all your rights")
    if stopped:
        done = f"{summary.done} of {len(students)} submissions"
        say(f"Stopped after {done}: they are kept, the same command goes on with the others")
        return INTERRUPTED
    return 1 if summary.ungraded or faults.found else 0


@contextmanager
def _pool(root: Path, choice: Choice) -> Iterator[Pool]:
    jobs = choice.jobs or len(os.sched_getaffinity(0))
    if choice.dask:
        from autograder.class_run.workers.dask_cluster import DaskPool

        with DaskPool(choice.dask, jobs) as cluster:
            yield cluster
    else:
        with LocalPool(jobs, first_guess(root / "source" / choice.assignment)) as local:
            yield local


def _grade(runner, students, choice: Choice, pool, summary, faults) -> bool:
    """Grade, and tell of each result as it comes; whether Ctrl-C ended it."""
    from autograder.commands.progress import progress
    from autograder.commands.summary import result_json
    from autograder.commands.tables import console

    choices = {"force": choice.force, "seed": choice.seed, "pool": pool}
    try:
        with put_off(), progress(console(stderr=True), len(students)) as bar:
            told = {"seen": bar.notebook, "checked": faults.learn}
            results = runner.grade(choice.assignment, students, **choices, **told)
            for result in results:
                summary.add(result)  # one at a time, so that Ctrl-C loses none
                bar.result(summary)
                if choice.json:
                    print_json(result_json(result))
    except KeyboardInterrupt:
        return True
    return False


def _print(summary, students: int, seconds: float) -> None:
    from autograder.commands import tables

    shown = summary.shown()
    if shown:
        tables.console().print(tables.by_student(shown))
    if summary.done > len(shown):
        said = f"The table shows {len(shown)} of those who are ungraded or lost points."
        tables.console().print(said)
    tables.console().print(f"{summary.in_words()}, in {seconds:.1f} s")
    for result in summary.noted:
        for note in result.notes:
            say(f"{result.student}: {note}")
    if summary.ungraded:
        say(f"Ungraded: {summary.ungraded_students()}")
