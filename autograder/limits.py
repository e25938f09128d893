"""How much a submission may use. A limit reached is a verdict, never a crash of the run."""

from dataclasses import dataclass, fields

from autograder.errors import CourseError


@dataclass(frozen=True)
class Limits:
    """All times are wall-clock seconds."""

    cell_seconds: float = 30  # one cell, and all the calls that one test cell makes together
    notebook_seconds: float = 600  # one notebook; then its remaining tests score nothing
    grace_seconds: float = 2  # between asking code that ran out of time to stop, and killing it
    restarts: int = 3  # fresh processes for a notebook whose process died
    output_characters: int = 100_000  # of text kept of a cell; half of them from its end
    callbacks: int = 1_000_000  # calls of a test's own functions that one test cell allows

    def __post_init__(self):
        for field in fields(self):
            if getattr(self, field.name) <= 0 and field.name != "restarts":
                value = getattr(self, field.name)
                raise CourseError(f"the limit {field.name} is {value}; it must be above zero")
