"""From the command to the first result on the screen: `python -m benchmarks.first_result`.

On a terminal the first notebook's points are shown while the others of its submission run; beside
them, when the first submission is in the gradebook. Each run is a new process on a class that is
not graded yet, stopped there. The files that it reads may lie in the system's cache, as after the
course was made.
"""

import os
import pty
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from benchmarks import courses
from benchmarks.common import BIN, Row, end, options, say, scratch, show, start
from benchmarks.stream import grade

TARGET = 6  # seconds
_POINTS = re.compile(rb"[\d.]+ of [\d.]+ points")


def rows(submissions: int, runs: int) -> list[Row]:
    """Seconds from the start of `autograder grade softmax`."""
    notebooks, whole = [], []
    with scratch() as root:
        course = courses.softmax_course(root / "course", submissions)
        for run in range(runs):
            notebooks.append(first_points(courses.copy(course, root / "ours")))
            whole += grade(courses.copy(course, root / "ours"), "softmax", first=True).seconds
            say(f"run {run}: a notebook after {notebooks[-1]:.2f} s, a submission {whole[-1]:.2f}")
    how = f"`autograder grade softmax`, {submissions} submissions of 5 notebooks"
    return [
        Row("first result after the command is typed", notebooks, "s", TARGET, False, how),
        Row("first submission in the gradebook", whole, "s", how=how),
    ]


def first_points(course: Path) -> float:
    """Seconds until a terminal shows a notebook's points.

    Raises RuntimeError if the command ends without.
    """
    ours, terminal = pty.openpty()
    began = time.monotonic()
    process = start((BIN / "autograder", "grade", "softmax"), course, terminal)
    os.close(terminal)
    shown = b""
    try:
        for text in _read(ours):
            shown += text
            if _POINTS.search(shown):
                return time.monotonic() - began
    finally:
        os.close(ours)
        end([process])
    raise RuntimeError(f"autograder grade showed no points:\n{shown[-2000:].decode()}")


def _read(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):  # nobody writes any more
        while text := os.read(terminal, 2**16):
            yield text


def main() -> None:
    """Measure and print."""
    show(rows(**vars(options(__doc__ or "", runs=5).parse_args())))


if __name__ == "__main__":
    main()
