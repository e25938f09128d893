"""What the sandbox costs: `python -m benchmarks.sandbox`.

The same submissions with the sandbox (and templates, which need it) and without, in turn; seconds
a submission from the first result to the last, so that the start of the command hides nothing.
"""

from benchmarks import courses
from benchmarks.common import Row, options, say, scratch, show, spread
from benchmarks.stream import grade

TARGET = 10  # per cent


def rows(submissions: int, runs: int) -> list[Row]:
    """Per cent that a submission takes longer with the sandbox than without."""
    found: dict[str, list[float]] = {"on": [], "off": []}
    with scratch() as root:
        course = courses.softmax_course(root / "course", submissions)
        for run in range(runs):
            for sandbox in ("on", "off") if run % 2 else ("off", "on"):
                fresh = courses.copy(course, root / "ours")
                found[sandbox].append(grade(fresh, "softmax", "--sandbox", sandbox).each)
                say(f"run {run}: {found[sandbox][-1]:.2f} s a submission, sandbox {sandbox}")
    both = zip(found["on"], found["off"], strict=True)
    costs = [100 * (on / off - 1) for on, off in both]
    how = f"{submissions} submissions; on: {spread(found['on'], 's')}, "
    how += f"off: {spread(found['off'], 's')} each"
    return [Row("the sandbox costs, in throughput", costs, "%", TARGET, False, how)]


def main() -> None:
    """Measure and print."""
    show(rows(**vars(options(__doc__ or "", submissions=20).parse_args())))


if __name__ == "__main__":
    main()
