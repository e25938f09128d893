"""`autograder grade --json` watched from outside: when each result came, and its memory then."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import psutil

from benchmarks.common import BIN, end, start


@dataclass
class Stream:
    """Seconds from the start of the command to each of its results, and bytes at some of them."""

    seconds: list[float] = field(default_factory=list)
    memory: list[tuple[int, int]] = field(default_factory=list)  # (results by then, bytes)

    @property
    def each(self) -> float:
        """Seconds a submission between the first result and the last: no start in it."""
        return (self.seconds[-1] - self.seconds[0]) / (len(self.seconds) - 1)


def grade(
    course: Path, assignment: str, *more: str, first: bool = False, sample_every: int = 0
) -> Stream:
    """Grade a course with the real command.

    more: further options of the command.
    first: stop at the first result.
    sample_every: ask for the main process's memory after so many results; 0 for never.

    Raises RuntimeError if a submission is not graded, or the command fails.
    """
    command: Sequence[str | Path] = (BIN / "autograder", "grade", assignment, "--json", *more)
    found, began = Stream(), time.monotonic()
    process = start(command, course, subprocess.PIPE)
    try:
        for line in cast(IO[str], process.stdout):
            told = json.loads(line)
            if "summary" in told:
                return found
            if told.get("status") != "graded":  # ungraded or skipped: not what is to be measured
                raise RuntimeError(f"autograder grade {assignment}: {line}")
            found.seconds.append(time.monotonic() - began)
            if first:
                return found
            if sample_every and len(found.seconds) % sample_every == 0:
                found.memory.append((len(found.seconds), unshared(process.pid)))
    finally:
        end([process], patience=0 if first else 60)
    raise RuntimeError(f"autograder grade {assignment} ended without a summary")


def unshared(pid: int) -> int:
    """Bytes that this process alone holds (USS: private pages, clean and dirty)."""
    return psutil.Process(pid).memory_full_info().uss
