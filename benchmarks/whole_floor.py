"""The whole job against its floor: `python -m benchmarks.whole_floor`.

Ours is `autograder grade softmax`, from the command to its end. The floor is the least that the
same work can cost: the cells of the same submissions, with the tests put back, by `exec` in one
warm process for each core, from the moment that all are warm. `benchmarks.floor` compares the CPU
of one notebook.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, cast

import nbformat
from nbformat import NotebookNode

from autograder.notebook.roles import grade_id, is_test, restore
from benchmarks import courses
from benchmarks.common import (
    BIN,
    ENVIRONMENT,
    ROOT,
    Row,
    end,
    options,
    say,
    scratch,
    seconds_of,
    show,
    spread,
)
from benchmarks.floor import run_by_exec

TARGET = 2.5
_READY, _GO = "ready\n", "go\n"


def rows(submissions: int, runs: int) -> list[Row]:
    """The ratio of seconds, ours over the floor's."""
    ours, floor = [], []
    cores = len(os.sched_getaffinity(0))
    with scratch() as root:
        course = courses.softmax_course(root / "course", submissions)
        for run in range(runs):
            fresh = courses.copy(course, root / "ours")
            command = (BIN / "autograder", "grade", "softmax")
            ours.append(seconds_of(command, folders=[fresh]))
            floor.append(_floor_seconds(course, cores))
            say(f"run {run}: ours {ours[-1]:.2f} s, floor {floor[-1]:.2f} s")
    ratios = [mine / least for mine, least in zip(ours, floor, strict=True)]
    how = f"{submissions} submissions: {spread(ours, 's')}; floor: {spread(floor, 's')}"
    what = "`autograder grade`, whole job, against the floor"
    return [Row(what, ratios, "times", TARGET, False, how)]


# --- the floor ------------------------------------------------------------------------------------


def _floor_seconds(course: Path, cores: int) -> float:
    """Wall-clock seconds of so many warm processes for the class, shared out among them."""
    from autograder.grading.processes.server_handles import _SET

    command = [sys.executable, "-m", "benchmarks.whole_floor", "--exec", str(course), str(cores)]
    running = [
        subprocess.Popen(
            [*command, str(number)],
            env=ENVIRONMENT | _SET,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for number in range(cores)
    ]
    try:
        for process in running:
            _expect(process, _READY)
        began = time.monotonic()
        for process in running:
            cast(IO[str], process.stdin).write(_GO)
            cast(IO[str], process.stdin).flush()
        for process in running:
            _expect(process, _READY)
        return time.monotonic() - began
    finally:
        end(running, patience=5)


def _expect(process: subprocess.Popen, line: str) -> None:
    if (told := cast(IO[str], process.stdout).readline()) != line:
        raise RuntimeError(f"the floor's process said {told!r} (exit code {process.poll()})")


def _be_the_floor(course: Path, cores: int, number: int) -> None:
    """One of the processes: warm by the first submission, then its share of the class."""
    import matplotlib.pyplot  # noqa: F401 - before the shell, which then draws inline

    from autograder.grading.shell.shell import Shell

    answers, sys.stdout = sys.stdout, sys.stderr
    Shell.make()
    folders = sorted((course / "submitted").iterdir())
    _run(course, folders[:1])
    for _ in range(2):
        answers.write(_READY)
        answers.flush()
        if sys.stdin.readline() != _GO:
            return
        _run(course, folders[number::cores])


def _run(course: Path, folders: list[Path]) -> None:
    for folder in folders:
        for submitted in sorted((folder / "softmax").glob("*.ipynb")):
            notebook = _with_tests(course / "source" / "softmax" / submitted.name, submitted)
            run_by_exec(notebook, ignored=(Exception,))  # a wrong answer's tests raise


def _with_tests(source: Path, submitted: Path) -> NotebookNode:
    """The student's notebook with the tests as the instructor wrote them, hidden parts too."""
    original, answers = (nbformat.read(path, nbformat.NO_CONVERT) for path in (source, submitted))
    whole = {grade_id(cell): cell.source for cell in original.cells if is_test(cell)}
    restored = restore(original, answers)
    for cell in restored.cells:  # restored are their visible parts
        cell.source = whole.get(grade_id(cell), cell.source)
    return restored


def main() -> None:
    """Measure and print; with `--exec`, be one of the floor's processes."""
    if sys.argv[1:2] == ["--exec"]:
        _, _, course, cores, number = sys.argv
        _be_the_floor(Path(course), int(cores), int(number))
        return
    show(rows(**vars(options(__doc__ or "").parse_args())))


if __name__ == "__main__":
    main()
