"""Tests that fail on the instructor's own solution: told before a run, and at its end."""

from collections.abc import Mapping

from autograder.commands.terminal import say
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Kind, Verdict

# What mends a test, by a part of its message; the first that fits is told.
_MENDS = (
    ("a test passes an object of type", "pass its parts, or build it in a given cell's function"),
    ("a mark lies between", "end that line with a semicolon, or drop it"),
    ("a given cell", "mend that cell: the test misses what it would have bound"),
    ("took longer", "let it do less, or raise c.Grade.cell_seconds"),
    ("is not defined", "bind the name in a solution cell, or in a given cell above the test"),
)
_ELSE = "mend the test or the solution"


class Faults:
    """Those of one run."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], str] = {}  # by notebook and cell, in words
        self.inside: list[str] = []

    def learn(self, rehearsals: Mapping[str, Rehearsal]) -> None:
        """Take them from the instructor's own run, and warn of them."""
        for name, rehearsal in sorted(rehearsals.items()):
            self.found |= {(name, cell): told for cell, told in in_words(rehearsal).items()}
            inside = (v.grade_id for v in rehearsal.verdicts if v.inside)
            self.inside += [f"{cell} of {name}.ipynb" for cell in inside]
        if self.found:
            say("The instructor's own solution does not pass every test:")
            self.tell()

    def tell(self) -> None:
        """Name each in a line."""
        for (name, _), told in self.found.items():
            say(f"{name}.ipynb, {told}")

    def tell_what_is_inside(self) -> None:
        """Say what was given up for the cells that ran in the student's process."""
        if self.inside:
            say(
                f"ASKED INSIDE THE STUDENT'S PROCESS: {', '.join(self.inside)}: a submission can "
                "read their hidden part and forge their marks"
            )

    def as_json(self) -> list[dict[str, str]]:
        """As plain data, for `--json`."""
        return [
            {"notebook": name, "cell": cell, "reason": told}
            for (name, cell), told in self.found.items()
        ]


def in_words(rehearsal: Rehearsal) -> dict[str, str]:
    """The tests at fault by grade_id: the cell, what it raised, and what mends it."""
    faults = rehearsal.faults.items()
    return {cell: _in_words(v, cell in rehearsal.pass_inside) for cell, v in faults}


def _in_words(verdict: Verdict, passes_inside: bool) -> str:
    if verdict.kind is Kind.PARTLY:
        return f"{verdict.grade_id}: gives {verdict.score:g} of {verdict.points:g} points"
    problem = verdict.finding.problem if verdict.finding else ""
    why = verdict.raised or problem
    mend = next((mend for sign, mend in _MENDS if sign in f"{why} {problem}"), _ELSE)
    if passes_inside:
        mend = f"it passes in one process, as in stock nbgrader: {mend}, or, giving up the wall for"
        mend += f" this cell, set c.Grade.inside = [{verdict.grade_id!r}]"
    elif not verdict.inside:
        mend = f"it fails in one process, too, as in stock nbgrader: {mend}"
    return f"{verdict.grade_id}: {verdict.kind}: {why} → {mend}"
