"""Whether a large class stays as fast and as small: `python -m benchmarks.many`.

Many submissions of one tiny notebook (`--submissions 10000` for the real thing). The last tenth is
held against the second: in the first, workers still start and caches fill.
"""

import statistics

from benchmarks import courses
from benchmarks.common import Row, options, say, scratch, show, spread
from benchmarks.stream import Stream, grade

TARGET = 10  # per cent
_MIB = 2**20


def rows(submissions: int, runs: int) -> list[Row]:
    """Per cent that time and the main process's memory have grown by the end."""
    slower, larger, memory, each = [], [], [], []
    with scratch() as root:
        course = courses.tiny_course(root / "course", submissions)
        for run in range(runs):
            fresh = courses.copy(course, root / "ours")
            found = grade(fresh, "tiny", sample_every=max(submissions // 100, 1))
            slower.append(_growth(*_times(found)))
            larger.append(_growth(*_memory(found)))
            each.append(1000 * found.each)
            memory.append(found.memory[-1][1] / _MIB)
            say(f"run {run}: {each[-1]:.1f} ms a submission, {memory[-1]:.0f} MiB at the end")
    of = f"{submissions:,} submissions of one notebook"
    return [
        Row(f"{of}: time, end against start", slower, "%", TARGET, False, spread(each, "ms each")),
        Row(
            f"{of}: main process's memory, end against start",
            *(larger, "%", TARGET, False),
            how=spread(memory, "MiB unshared at the end"),
        ),
    ]


def _times(found: Stream) -> tuple[float, float]:
    """Seconds that the second tenth of the results took, and the last."""
    tenth, seconds = max(len(found.seconds) // 10, 1), found.seconds
    return seconds[2 * tenth] - seconds[tenth], seconds[-1] - seconds[-1 - tenth]


def _memory(found: Stream) -> tuple[float, float]:
    """Bytes of the main process in the second tenth, and in the last."""
    held = [memory for _, memory in found.memory]
    tenth = len(held) // 10
    return statistics.fmean(held[tenth : 2 * tenth + 1]), statistics.fmean(held[-tenth - 1 :])


def _growth(before: float, after: float) -> float:
    return 100 * (after / before - 1)


def main() -> None:
    """Measure and print."""
    show(rows(**vars(options(__doc__ or "", submissions=500).parse_args())))


if __name__ == "__main__":
    main()
