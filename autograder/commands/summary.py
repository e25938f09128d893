"""What a run came to: counts, and the few results that are shown at its end."""

from dataclasses import dataclass, field
from typing import Any

from autograder.submission.result import Result

SMALL = 100  # a class of which each student is shown
SHOWN = 40  # of a larger one: the first of those who are ungraded, then of those who lost points


@dataclass
class Summary:
    """Counts of results; it keeps no more of them than are shown, whatever the class's size."""

    graded: int = 0
    skipped: int = 0
    lost: int = 0  # of the graded and skipped: those who lost points in an automatic test
    ungraded: int = 0
    noted: list[Result] = field(default_factory=list)
    _first: list[Result] = field(default_factory=list)
    _lost: list[Result] = field(default_factory=list)
    _ungraded: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count the result."""
        if result.ungraded:
            self.ungraded += 1
        elif result.skipped:
            self.skipped += 1
        else:
            self.graded += 1
        lost = bool(result.first_mistake())
        self.lost += lost
        _keep(self._first, result, SMALL)
        if result.ungraded:
            _keep(self._ungraded, result, SMALL)
        elif lost:
            _keep(self._lost, result, SHOWN)
        if result.notes:
            _keep(self.noted, result, SMALL)

    @property
    def done(self) -> int:
        """How many results there were."""
        return self.graded + self.skipped + self.ungraded

    def shown(self) -> list[Result]:
        """The results for the table, by student."""
        if self.done <= SMALL:
            return sorted(self._first, key=lambda result: result.student)
        return sorted((*self._ungraded, *self._lost)[:SHOWN], key=lambda result: result.student)

    def ungraded_students(self) -> str:
        """Who is ungraded, by name."""
        names = sorted(result.student for result in self._ungraded)
        more = self.ungraded - len(names)
        return ", ".join(names) + (f" and {more} more" if more else "")

    def in_words(self) -> str:
        """ "40 graded, 160 skipped (graded before, nothing changed), 2 ungraded"."""
        skipped = f", {self.skipped} skipped (graded before, nothing changed)"
        lost = f", {self.lost} lost points" if self.lost else ""
        ungraded = f", {self.ungraded} ungraded" if self.ungraded else ""
        return f"{self.graded} graded{skipped if self.skipped else ''}{lost}{ungraded}"

    def as_json(self) -> dict[str, int]:
        """The counts as plain data."""
        names = ("graded", "skipped", "lost", "ungraded")
        return {"lost_points" if n == "lost" else n: getattr(self, n) for n in names}


def result_json(result: Result) -> dict[str, Any]:
    """A result as plain data, in points and seconds, for `--json`."""
    if result.ungraded:
        return {"student": result.student, "status": "ungraded", "reason": result.ungraded}
    return {
        "student": result.student,
        "status": "skipped" if result.skipped else "graded",
        "score": result.score,
        "max_score": result.max_score,
        "to_review": result.to_review,
        "notebooks": {
            marks.notebook: {
                "score": marks.score,
                "max_score": marks.max_score,
                "penalty": marks.penalty,
                "to_review": marks.to_review,
                "mistake": result.mistakes.get(marks.notebook, ""),
            }
            for marks in result.marks
        },
        "notes": list(result.notes),
        "seconds": round(result.seconds, 3),
    }


def _keep(results: list[Result], result: Result, most: int) -> None:
    if len(results) < most:
        results.append(result)
