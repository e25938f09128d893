"""How a run goes on: rate, time left and counts on a terminal's stderr; nothing in a pipe."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograder.tally import Tally


class Show(Protocol):
    """Called after each result."""

    def __call__(self, tally: Tally) -> None: ...


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Results a minute, or a second where there are many."""
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("warming up" if not task.completed else "")
        return Text(f"{speed:.1f}/s" if speed >= 1 else f"{60 * speed:.1f}/min")


@contextmanager
def progress(terminal: Console, total: int | None) -> Iterator[Show]:
    """A bar for the body, if `terminal` is one; call what it yields after each result."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}" if total else ""),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    bar = Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal)
    with bar:
        task = bar.add_task("grading", total=total, counts="")
        yield lambda tally: bar.update(task, completed=tally.done, counts=tally.in_words())
