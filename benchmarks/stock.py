"""Against stock nbgrader: `python -m benchmarks.stock [--processes 2] [--plugin]`.

The same submissions of the softmax course, by stock `nbgrader autograde` (a course whose
nbgrader_config.py does not name our plugin) and by ours, in turn. Of stock's time its start is
taken off, which is that of the same command once more, when all is graded; of ours nothing is: so
few submissions make our ratio look worse than that of a class.
"""

from collections.abc import Sequence
from pathlib import Path

from benchmarks import courses
from benchmarks.common import BIN, Row, options, say, scratch, seconds_of, show, spread

_AUTOGRADE = (BIN / "nbgrader", "autograde", "softmax")
_GRADE = (BIN / "autograder", "grade", "softmax")
TARGETS = {("grade", 1): 40, ("grade", 2): 20, ("autograde", 1): 10}


def rows(
    submissions: int,
    runs: int,
    *,
    processes: int = 1,
    plugin: bool = False,
    kinds: int | None = None,
) -> list[Row]:
    """The ratio of seconds a submission, stock's over ours.

    processes: of stock, each with a gradebook and submissions of its own.
    plugin: ours is `nbgrader autograde` with the plugin, in the place of `autograder grade`.
    kinds: how many of `courses.KINDS` are handed in; each process of stock grades one of each. By
        default two, which takes minutes; all of them for a hundred submissions or more.
    """
    kinds = kinds or (len(courses.KINDS) if submissions >= 100 else min(2, submissions))
    submissions = max(submissions // kinds, 1) * kinds  # so that both have the same mix
    ours, stock = [], []
    with scratch() as root:
        told = courses.KINDS[:kinds]
        course = courses.softmax_course(root / "course", submissions, told)
        folders = [courses.stock(course, root / f"stock-{i}", kinds) for i in range(processes)]
        for run in range(runs):
            fresh = courses.copy(course, root / "ours")
            seconds = seconds_of(_AUTOGRADE if plugin else _GRADE, folders=[fresh])
            ours.append(seconds / submissions)
            stock.append(_stock_seconds(folders, root, kinds))
            say(f"run {run}: ours {ours[-1]:.2f} s, stock {stock[-1]:.2f} s a submission")
    command = "autograde" if plugin else "grade"
    ratios = [theirs / mine for theirs, mine in zip(stock, ours, strict=True)]
    how = f"{submissions} submissions: {spread(ours, 's')} each; stock: {spread(stock, 's')} each"
    name = "`nbgrader autograde`, plugin," if plugin else "`autograder grade`"
    what = f"{name} against stock nbgrader" + (f" in {processes} processes" * (processes > 1))
    return [Row(what, ratios, "times", TARGETS.get((command, processes)), how=how)]


def _stock_seconds(folders: Sequence[Path], root: Path, submissions: int) -> float:
    """Seconds a submission of stock nbgrader, all folders at once; its start is not counted."""
    commands = [_AUTOGRADE] * len(folders)
    fresh = [courses.copy(folder, root / f"run-{folder.name}") for folder in folders]
    whole = seconds_of(*commands, folders=fresh)
    start = seconds_of(*commands, folders=fresh)  # again: it finds nothing left to grade
    _all_graded(fresh, submissions)
    return (whole - start) / (submissions * len(folders))


def _all_graded(folders: Sequence[Path], submissions: int) -> None:
    for folder in folders:
        graded = len(list((folder / "autograded").glob("*/softmax")))
        if graded != submissions:
            raise RuntimeError(f"stock nbgrader graded {graded} of {submissions} submissions")


def main() -> None:
    """Measure and print."""
    parser = options(__doc__ or "")
    parser.add_argument("--processes", type=int, default=1, help="of stock nbgrader")
    parser.add_argument("--plugin", action="store_true", help="nbgrader autograde, with the plugin")
    parser.add_argument("--kinds", type=int, help="of submissions; stock has one each")
    show(rows(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
