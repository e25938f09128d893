"""A cell of a notebook, run for so long and no longer."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from autograder.grading.shell.outputs import Outputs
from autograder.grading.shell.shell import Shell


class OutOfTime(BaseException):
    """Raised in the student's code when its time is up."""


class Done(NamedTuple):
    """A cell that ran to its end in a template, and what it showed."""

    source: str
    outputs: list[dict[str, Any]]


def run_cell(
    shell: Shell, source: str, seconds: float, room: int
) -> tuple[BaseException | None, list[dict[str, Any]]]:
    """What a cell raised, OutOfTime after so many seconds, and its outputs.

    room: the characters of text that are kept.
    """
    with shell.recording(Outputs(room)) as outputs, time_limit(seconds):
        try:
            error = shell.run(source).error
        except OutOfTime as ran_out:
            error = ran_out
    return error, outputs.collected()


def _out_of_time(signum, frame):
    raise OutOfTime


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the body when it has run for `seconds`; nested limits do not add up."""
    signal.signal(signal.SIGALRM, _out_of_time)
    before, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, before)


@contextmanager
def no_time_limit() -> Iterator[None]:
    """While a frame is on its way: half a frame would leave the socket of no use."""
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
