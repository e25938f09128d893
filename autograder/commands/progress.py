"""How a run goes on: rate, time left and counts on a terminal's stderr; nothing in a pipe."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograder.commands.summary import Summary
from autograder.verdict import Verdict


class Bar:
    """Told of each notebook when it is graded, and of each submission when it is written."""

    def __init__(self, bar: Progress, total: int | None):
        self._bar = bar
        self._task = bar.add_task("grading", total=total, told="")

    def notebook(self, student: str, name: str, verdicts: Sequence[Verdict]) -> None:
        """Show its points, until the first submission is written."""
        if not self._bar.tasks[self._task].completed:
            score, points = (sum(getattr(v, n) for v in verdicts) for n in ("score", "points"))
            self._bar.update(self._task, told=f"{student}, {name}: {score:g} of {points:g} points")

    def result(self, summary: Summary) -> None:
        """Show how many there are of each kind."""
        self._bar.update(self._task, completed=summary.done, told=summary.in_words())


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Results a minute, or a second where there are many."""
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("" if task.completed or task.fields["told"] else "warming up")
        return Text(f"{speed:.1f}/s" if speed >= 1 else f"{60 * speed:.1f}/min")


@contextmanager
def progress(terminal: Console, total: int | None) -> Iterator[Bar]:
    """A bar for the body, if `terminal` is one; tell what it yields of each result."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}" if total else ""),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[told]}", markup=False),
    )
    bar = Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal)
    with bar:
        yield Bar(bar, total)
