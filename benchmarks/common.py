"""What the rows of the table share: a row with its spread, commands timed, options, the machine."""

import argparse
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
# A hub that cannot be reached would cost minutes; the repository stands for an installed package.
ENVIRONMENT = os.environ | {
    "HF_HUB_OFFLINE": "1",
    "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")]),
    "PYTHONPATH": str(ROOT),
}
HEAD = "| what | median (least - most) | runs | target | met | how |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    values: a figure for each run, in `unit`; the median is what is held against the target.
    target: what it must reach, or None where it stands for comparison only.
    at_least: whether more is better.
    """

    what: str
    values: Sequence[float]
    unit: str = ""
    target: float | None = None
    at_least: bool = True
    how: str = ""

    @property
    def met(self) -> str:
        """Whether the median reaches the target."""
        if self.target is None or not self.values:
            return "-"
        middle = statistics.median(self.values)
        return "yes" if (middle >= self.target) == self.at_least or middle == self.target else "NO"

    def __str__(self) -> str:
        bound = "" if self.target is None else "at least " if self.at_least else "at most "
        target = "-" if self.target is None else f"{bound}{self.target:g} {self.unit}".rstrip()
        cells = self.what, spread(self.values, self.unit), str(len(self.values)), target, self.met
        return "| " + " | ".join([*cells, self.how]) + " |"


def spread(values: Sequence[float], unit: str = "") -> str:
    """`median (least - most) unit`, with three digits."""
    if not values:
        return "not measured"
    least, middle, most = (
        f"{v:.3g}" if abs(v) < 1000 else f"{v:.0f}"
        for v in (min(values), statistics.median(values), max(values))
    )
    return f"{middle} ({least} - {most}) {unit}".rstrip()


def machine() -> str:
    """Date, machine and versions, in a line; the load tells whether the machine was quiet."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in ("nbgrader", "torch", "ipykernel"))
    return (
        f"{date.today()}, {_processor()}, {cores} cores (load {load:.1f}), "
        f"Linux {platform.release()}, Python {platform.python_version()}, {packages}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def options(about: str, submissions: int = 10, runs: int = 3) -> argparse.ArgumentParser:
    """A parser for the command of a row: `--submissions` and `--runs`, with these defaults."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--submissions", type=int, default=submissions, help="how many")
    parser.add_argument("--runs", type=int, default=runs, help="how often each is measured")
    return parser


def show(rows: Sequence[Row]) -> None:
    """Print the rows of one command."""
    print(machine(), HEAD, *rows, sep="\n", flush=True)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the body, gone after it."""
    with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as folder:
        yield Path(folder).resolve()


def say(text: str) -> None:
    """Tell on stderr how far it is: the table alone goes to stdout."""
    print(f"  {text}", file=sys.stderr, flush=True)


def seconds_of(*commands: Sequence[str | Path], folders: Sequence[Path]) -> float:
    """Wall-clock seconds until all commands, started together, each in its folder, have ended.

    Raises RuntimeError with the end of what it printed if one fails.
    """
    with ExitStack() as opened:
        logs = [opened.enter_context(tempfile.TemporaryFile()) for _ in commands]
        began = time.monotonic()
        running = list(map(start, commands, folders, logs))
        try:
            codes = [process.wait() for process in running]
        finally:
            end(running)
        seconds = time.monotonic() - began
        for command, code, log in zip(commands, codes, logs, strict=True):
            if code:
                log.seek(max(0, log.tell() - 2000))
                told = log.read().decode(errors="replace")
                raise RuntimeError(f"{' '.join(map(str, command))} exited with {code}:\n{told}")
    return seconds


def start(command: Sequence[str | Path], folder: Path, log: IO | int) -> subprocess.Popen:
    """Start a command in a folder; what it prints goes to `log`."""
    errors = subprocess.STDOUT if log != subprocess.PIPE else subprocess.DEVNULL
    return subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=errors,
        text=log == subprocess.PIPE,
    )


def end(processes: Sequence[subprocess.Popen], patience: float = 0) -> None:
    """Wait for those that still run, these seconds; then stop them as Ctrl-C does, or harder."""
    for process in processes:
        if not _waited(process, patience):
            process.send_signal(signal.SIGINT)
    for process in processes:
        if not _waited(process, 10):
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _waited(process: subprocess.Popen, seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
