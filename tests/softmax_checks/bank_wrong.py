"""Wrong answers to notebooks 1 and 2, as students really write them, and what each must lose.

`loses` is exact: every other behaviour of the exercise is kept.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: the exercise, its story, its source, and the behaviours it loses."""

    exercise: str
    story: str
    source: str
    loses: str  # names joined by ", "; "*" is every behaviour

