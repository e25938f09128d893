"""The time that a cell, a call and the notebook have left, and the failure of what used it up."""

import time

from autograder.limits import Limits
from autograder.student_failure import StudentFailed
from autograder.verdict import Kind

_SOON = 0.1  # seconds: a limit of a call that ends with the cell's is the cell's


class TimeLimits:
    """Of one notebook, in seconds of time.monotonic()'s clock."""

    def __init__(self, limits: Limits, notebook_ends: float):
        """notebook_ends: when the notebook's time is used up."""
        self._limits, self._notebook_ends = limits, notebook_ends
        self._cell_ends = 0.0

    def start_cell(self) -> None:
        """A cell begins now: it, and all the calls that it makes together, have so long."""
        self._cell_ends = min(time.monotonic() + self._limits.cell_seconds, self._notebook_ends)

    def left(self) -> float:
        """What the cell has left, in seconds; 0 or less when that is used up."""
        return self._cell_ends - time.monotonic()

    def out_of_time(self) -> StudentFailed:
        """The failure of a call or a cell whose time is up, or the notebook's."""
        now, limits = time.monotonic(), self._limits
        if now >= self._notebook_ends:
            seconds = limits.notebook_seconds
            problem = f"used up the {seconds:g} s that the whole notebook may take"
            return StudentFailed(Kind.TIMED_OUT, problem)
        what, seconds = "cell", limits.cell_seconds
        if now < self._cell_ends - _SOON:
            what, seconds = "call", limits.call_seconds
        return StudentFailed(
            Kind.TIMED_OUT, f"took longer than the {seconds:g} s that a {what} may take"
        )
