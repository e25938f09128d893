"""Tests that fail on the instructor's own solution: told before a run, and at its end."""

from collections.abc import Mapping

from autograder.commands.terminal import say
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Kind, Verdict

# What mends a test, by a part of its message; the first that fits is told.
_MENDS = (
    ("a test passes an object of type", "pass its parts, or build it in a given cell's function"),
    ("a mark lies between", ""),
    ("a given cell", "mend that cell: the test misses what it would have bound"),
    ("took longer", "let it do less, or raise c.Grade.cell_seconds"),
    ("is not defined", "bind the name in a solution cell, or in a given cell above the test"),
)
_ELSE = "mend the test or the solution"


class Faults:
    """Those of one run."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Verdict] = {}  # by notebook and cell

    def learn(self, rehearsals: Mapping[str, Rehearsal]) -> None:
        """Take them from the instructor's own run, and warn of them."""
        for name, rehearsal in sorted(rehearsals.items()):
            self.found |= {(name, cell): v for cell, v in rehearsal.faults.items()}
        if self.found:
            say("The instructor's own solution does not pass every test:")
            self.tell()

    def tell(self) -> None:
        """Name each in a line."""
        for (name, _), verdict in self.found.items():
            say(f"{name}.ipynb, {in_words(verdict)}")

    def as_json(self) -> list[dict[str, str]]:
        """As plain data, for `--json`."""
        return [
            {"notebook": name, "cell": cell, "reason": in_words(verdict)}
            for (name, cell), verdict in self.found.items()
        ]


def in_words(verdict: Verdict) -> str:
    """A test at fault: its cell, what it raised, and what mends it."""
    if verdict.kind is Kind.PARTLY:
        return f"{verdict.grade_id}: gives {verdict.score:g} of {verdict.points:g} points"
    problem = verdict.finding.problem if verdict.finding else ""
    why = verdict.raised or problem
    mend = next((mend for sign, mend in _MENDS if sign in f"{why} {problem}"), _ELSE)
    return f"{verdict.grade_id}: {verdict.kind}: {why}" + (f" → {mend}" if mend else "")
