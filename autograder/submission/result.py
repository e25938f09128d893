"""What came of one submission."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autograder.errors import AutograderError
from autograder.text import shorten
from autograder.verdict import Kind, Verdict


@dataclass(frozen=True)
class Marks:
    """What the gradebook holds of one submitted notebook, in points.

    score includes what graders gave by hand; penalty is for lateness, and not yet taken off it.
    """

    notebook: str
    score: float
    max_score: float
    penalty: float
    to_review: float  # the points that wait for a grader


@dataclass(frozen=True)
class Result:
    """Marks, or the reason why a submission stays ungraded.

    mistakes: the first mistake in each notebook that was handed in; "" where there is none.
    notes: what a grader may want to know, a sentence each.
    seconds: wall-clock time of a worker.
    """

    student: str
    marks: tuple[Marks, ...] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ungraded: str = ""
    skipped: bool = False  # graded in an earlier run, of the same
    seconds: float = 0.0

    def first_mistake(self, notebook: str | None = None) -> str:
        """The first misconception named in the notebook, else the first failure.

        notebook: where to look; otherwise it is the first in any, with its notebook's name.
        """
        if notebook is not None:
            return self.mistakes.get(notebook, "")
        return next((f"{name}: {told}" for name, told in self.mistakes.items() if told), "")

    @property
    def score(self) -> float:
        """The points of all notebooks, with penalties taken off."""
        return sum(max(0.0, m.score - m.penalty) for m in self.marks)

    @property
    def max_score(self) -> float:
        """The points that there are."""
        return sum(m.max_score for m in self.marks)

    @property
    def to_review(self) -> float:
        """The points that wait for a grader."""
        return sum(m.to_review for m in self.marks)


def reason(error: Exception) -> str:
    """Why a submission stays ungraded, in a line: what is no error of ours is named by its type."""
    told = isinstance(error, AutograderError)
    return str(error) if told else shorten(f"{type(error).__name__}: {error}", 500)


def first_mistake(verdicts: Iterable[Verdict]) -> str:
    """The first misconception that verdicts name, else the first failure; "" where all passed."""
    failed = [v for v in verdicts if v.score < v.points and v.kind is not Kind.WAITING]
    named = [v.finding.mistake for v in failed if v.finding and v.finding.mistake]
    return named[0] if named else _in_words(failed[0]) if failed else ""


def _in_words(verdict: Verdict) -> str:
    behaviour = verdict.finding.behaviour if verdict.finding else ""
    parts = dict.fromkeys(filter(None, (verdict.exercise, behaviour)))
    where = ", ".join(parts) or verdict.grade_id
    return where if verdict.kind is Kind.WRONG else f"{where}: {verdict.kind}"
