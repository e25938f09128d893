"""The whole table, as Markdown on stdout: `python -m benchmarks.run [--quick | --full]`.

`--quick` only shows that every row works; `--full` takes the sizes that the targets speak of, and
hours. Each row is also a command of its own. Exits with 1 if a row could not be measured.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks import (
    first_result,
    floor,
    many,
    memory,
    otter,
    sandbox,
    stock,
    whole_floor,
)
from benchmarks.common import HEAD, Row, machine, say

SIZES = ("quick", "usual", "full")
Measure = Callable[[int, int], list[Row]]
# What is measured: its name, and how many submissions and runs of each size.
_PLAN: list[tuple[str, Measure, Sequence[tuple[int, int]]]] = [
    ("stock", stock.rows, ((1, 1), (10, 3), (200, 3))),
    ("stock, 2 processes", partial(stock.rows, processes=2), ((1, 1), (10, 3), (200, 3))),
    ("plugin", partial(stock.rows, plugin=True), ((1, 1), (10, 3), (200, 3))),
    ("floor", floor.rows, ((1, 1), (5, 3), (10, 5))),
    ("floor, whole job", whole_floor.rows, ((1, 1), (10, 3), (200, 3))),
    ("memory", memory.rows, ((1, 1), (1, 5), (1, 10))),
    ("many", many.rows, ((50, 1), (500, 3), (10_000, 3))),
    ("first result", first_result.rows, ((2, 1), (10, 5), (200, 10))),
    ("sandbox", sandbox.rows, ((4, 1), (20, 3), (100, 5))),
    ("otter", otter.rows, ((2, 1), (20, 3), (200, 3))),
]


def table(size: str) -> int:
    """Print the table, row by row as it is measured; how many measurements failed."""
    failed = 0
    print(f"Measured: {machine()}\n\n{HEAD}", flush=True)
    for name, measure, sizes in _PLAN:
        say(name)
        try:
            rows = measure(*sizes[SIZES.index(size)])
        except Exception as error:  # the other rows are measured all the same
            failed += 1
            say(f"{name}: {type(error).__name__}: {error}")
            rows = [Row(name, [], how=f"failed: {type(error).__name__}")]
        print(*rows, sep="\n", flush=True)
    return failed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    sizes = parser.add_mutually_exclusive_group()
    for size in ("quick", "full"):
        sizes.add_argument(f"--{size}", dest="size", action="store_const", const=size)
    sys.exit(1 if table(parser.parse_args().size or "usual") else 0)


if __name__ == "__main__":
    main()
