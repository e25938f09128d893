"""CPU of a notebook through the engine, against its floor: `python -m benchmarks.floor [ROUNDS]`.

The floor is the least that the same work can cost: the same cells (solutions, and tests with their
hidden parts) by `exec` in one warm process, one notebook after the other, with no wall between
them. The engine runs the notebooks as `autograder grade` does, but for nbgrader's database.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import nbformat
import psutil
from nbformat import NotebookNode

from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.notebook.imports import modules_to_warm
from benchmarks.common import ROOT, Row
from benchmarks.family import families

SOURCE = ROOT / "source" / "softmax"
TARGET = 2.5
_SEED = 1


def notebooks() -> dict[str, NotebookNode]:
    """The instructor's notebooks of the course, by name."""
    paths = sorted(SOURCE.glob("*.ipynb"))
    return {path.stem: nbformat.read(path, nbformat.NO_CONVERT) for path in paths}


def warm_engine(sources: dict[str, NotebookNode]) -> Engine:
    """An engine for these notebooks, as the course's own would be."""
    cells = [[c.source for c in n.cells if c.cell_type == "code"] for n in sources.values()]
    modules = modules_to_warm(cells, SOURCE)
    return Engine(preload=modules.names, later=modules.later, seed=_SEED)


# --- the engine -----------------------------------------------------------------------------------


def engine_seconds(rounds: int) -> Iterator[dict[str, list[float]]]:
    """For each round, each notebook's CPU seconds: this process's, the judge's, the student's.

    A first round, which fills the caches, is not counted.
    """
    sources = notebooks()
    with warm_engine(sources) as engine:
        for number in range(rounds + 1):
            found = {}
            for name, notebook in sources.items():
                before = _cpu(engine)
                graded = grade(engine, notebook, notebook)
                found[name] = [b - a for a, b in zip(before, _cpu(engine), strict=True)]
                assert all(v.score == v.points for v in graded.verdicts), name
            if number:
                yield found


def _cpu(engine: Engine) -> list[float]:
    """CPU seconds so far of this process, of all judges, and of all students' processes."""
    return [sum(os.times()[:2]), *(sum(map(_with_children, found)) for found in families(engine))]


def _with_children(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:4])


# --- the floor ------------------------------------------------------------------------------------


def floor_seconds(rounds: int) -> Iterator[dict[str, float]]:
    """The same by `exec`, in a process of its own with the threads that the servers have."""
    from autograder.grading.processes.server_handles import _SET

    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.floor", "--exec", str(rounds)],
        env=os.environ | _SET,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    yield from json.loads(told.stdout)


def _exec_rounds(rounds: int) -> list[dict[str, float]]:
    import matplotlib.pyplot  # noqa: F401 - before the shell, which then draws inline

    from autograder.grading.shell.shell import Shell

    Shell.make()
    found = [
        {name: _timed(run_by_exec, n) for name, n in notebooks().items()} for _ in range(rounds + 1)
    ]
    return found[1:]


def run_by_exec(notebook: NotebookNode, ignored: tuple[type[BaseException], ...] = ()) -> None:
    """Run the code cells one after the other in this process; `ignored` errors end a cell alone."""
    from IPython.core.inputtransformer2 import TransformerManager

    from autograder.check_context import Context, running_in

    cells = [c.source for c in notebook.cells if c.cell_type == "code"]
    scope: dict[str, Any] = {"__name__": "__main__"}
    with running_in(Context(_SEED, tuple(cells))):
        for source in cells:
            with suppress(*ignored):
                exec(TransformerManager().transform_cell(source), scope)


def _timed(function: Callable, *arguments: Any) -> float:
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


# --- the table ------------------------------------------------------------------------------------


def _spread(values: list[float], digits: int = 3) -> str:
    least, middle, most = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({least:.{digits}f}-{most:.{digits}f})"


def _report(engine: list[dict[str, list[float]]], floor: list[dict[str, float]]) -> None:
    print("CPU seconds a notebook, median (least-most) of the rounds")
    print(f"{'':22}{'main':>8}{'judge':>8}{'student':>8}  {'engine':24}{'floor':24}ratio")
    for name in [*engine[0], "all"]:
        parts = [_sum(found, name) for found in engine]
        floors = [sum(f.values()) if name == "all" else f[name] for f in floor]
        means = [statistics.mean(column) for column in zip(*parts, strict=True)]
        totals = [sum(part) for part in parts]
        ratios = [one / statistics.median(floors) for one in totals]
        print(
            f"{name:22}{means[0]:8.3f}{means[1]:8.3f}{means[2]:8.3f}  "
            f"{_spread(totals):24}{_spread(floors):24}{_spread(ratios, 2)}"
        )


def _sum(found: dict[str, list[float]], name: str) -> list[float]:
    if name != "all":
        return found[name]
    return [sum(column) for column in zip(*found.values(), strict=True)]


def rows(submissions: int, runs: int) -> list[Row]:
    """The ratio of CPU seconds, the engine's over the floor's, for all notebooks together.

    submissions: of each run; its median counts.
    """
    ratios = []
    for _ in range(runs):
        floor = statistics.median(sum(f.values()) for f in floor_seconds(submissions))
        engine = [sum(_sum(found, "all")) for found in engine_seconds(submissions)]
        ratios.append(statistics.median(engine) / floor)
    how = f"one notebook after the other, {submissions} times"
    return [Row("CPU of the engine against the floor", ratios, "times", TARGET, False, how)]


def main() -> None:
    """Measure and print; with `--exec`, be the floor's process."""
    if "--exec" in sys.argv:
        sys.stdout = sys.stderr
        found = _exec_rounds(int(sys.argv[-1]))
        print(json.dumps(found), file=sys.__stdout__)
        return
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    _report(list(engine_seconds(rounds)), list(floor_seconds(rounds)))


if __name__ == "__main__":
    main()
