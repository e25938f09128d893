"""What one more student at a time costs in memory: `python -m benchmarks.memory`.

For each notebook of the course, the most that its two processes (the student's and its judge) hold
unshared together (USS: private pages; what they share with the warm servers is there once for
all), looked at every few milliseconds while the notebook runs. Beside it, a cold ipykernel that
imports what most of them do.
"""

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from jupyter_client.manager import start_new_kernel

from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from benchmarks.common import Row, options, say, show
from benchmarks.family import families
from benchmarks.floor import notebooks, warm_engine

TARGET = 30  # MiB
_MIB = 2**20
_IMPORTS = "import torch, numpy, matplotlib.pyplot"
_EVERY = 0.005  # seconds between two looks


@dataclass(frozen=True)
class Held:
    """Bytes that processes hold alone: the judge's, the student's, and files mapped by them."""

    judge: int = 0
    student: int = 0
    files: int = 0  # of both; such pages are dropped where memory is short

    @property
    def all(self) -> int:
        """What both processes hold."""
        return self.judge + self.student

    def __str__(self) -> str:
        parts = f"student {self.student / _MIB:.0f}, judge {self.judge / _MIB:.0f}"
        return f"{parts}; {self.files / _MIB:.0f} of these are mapped files"


class Peak:
    """A context manager: the most that the engine's children hold."""

    def __init__(self, engine: Engine):
        self.held = Held()
        self.looks = 0
        self._engine = engine
        self._known = {process.pid for found in families(engine) for process in found}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            judge, student = map(self._children, families(self._engine))
            held = Held(sum(judge), sum(student), judge[1] + student[1])
            self.held = max(self.held, held, key=lambda h: h.all)
            self.looks += 1

    def _children(self, family: Iterable[psutil.Process]) -> tuple[int, int]:
        found = [_unshared(p.pid) for p in family if p.pid not in self._known]
        return sum(dirty for dirty, _ in found), sum(clean for _, clean in found)


def _unshared(pid: int) -> tuple[int, int]:
    """Bytes of the process's private pages: dirty, and clean."""
    with suppress(OSError):  # it has ended
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        pages = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
        return pages["Private_Dirty:"], pages["Private_Clean:"]
    return 0, 0


def rows(submissions: int, runs: int) -> list[Row]:
    """MiB of one more student, notebook by notebook, and of a cold kernel."""
    sources = notebooks()
    found: dict[str, list[Held]] = {name: [] for name in sources}
    with warm_engine(sources) as engine:
        for _ in range(submissions):
            for notebook in sources.values():  # fills caches, and is not counted
                grade(engine, notebook, notebook)
        for run in range(runs):
            for name, notebook in sources.items():
                with Peak(engine) as peak:
                    grade(engine, notebook, notebook)
                found[name].append(peak.held)
                say(f"run {run}: {name} {peak.held.all / _MIB:.0f} MiB: {peak.held}")
                say(f"  ({peak.looks} looks)")
        kernels = [_cold_kernel() for _ in range(runs)]
    return [
        *(_row(name, held) for name, held in found.items()),
        Row("memory of a cold ipykernel", kernels, "MiB", how=f"`{_IMPORTS}`, unshared"),
    ]


def _row(name: str, held: Sequence[Held]) -> Row:
    values = [each.all / _MIB for each in held]
    largest = max(held, key=lambda each: each.all)
    what = f"memory of one more student: {name}"
    return Row(what, values, "MiB", TARGET, False, f"unshared, at the peak; {largest}")


def _cold_kernel() -> float:
    """MiB that a kernel alone holds once it has imported what a first cell does."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        reply = client.execute_interactive(_IMPORTS, timeout=300, store_history=False)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"the kernel could not import: {reply['content']}")
        kernel = psutil.Process(manager.provisioner.pid)  # type: ignore[union-attr]
        return kernel.memory_full_info().uss / _MIB
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main() -> None:
    """Measure and print; `--submissions` are those before, which fill caches."""
    show(rows(**vars(options(__doc__ or "", submissions=1).parse_args())))


if __name__ == "__main__":
    main()
