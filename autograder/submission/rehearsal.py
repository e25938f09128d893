"""What the instructor's own run of a notebook shows: the tests that are themselves at fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.notebook.ownership import NOTHING, Owned
from autograder.verdict import Finding, Kind, Verdict


@dataclass(frozen=True)
class Rehearsal:
    """The verdicts on the instructor's own solution, one for each test cell.

    Whatever does not earn full marks there is the course's fault or ours, and costs no student.

    pass_inside: those of the tests at fault that earn them in the student's process, as in stock
        nbgrader: by grade_id.
    owned: what of the given things is the student's.
    """

    verdicts: tuple[Verdict, ...] = ()
    pass_inside: frozenset[str] = frozenset()
    owned: Owned = NOTHING

    @property
    def faults(self) -> dict[str, Verdict]:
        """The verdicts without full marks, by grade_id."""
        return {v.grade_id: v for v in self.verdicts if v.score < v.points}

    def excused(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """A student's verdicts, where one that no better answer could have earned waits instead."""
        faults = self.faults
        return tuple(_excused(v, faults.get(v.grade_id)) for v in verdicts)

    def as_json(self) -> dict[str, Any]:
        """The rehearsal as plain data."""
        verdicts = [verdict.as_json() for verdict in self.verdicts]
        owned = self.owned.as_json()
        return {"verdicts": verdicts, "pass_inside": sorted(self.pass_inside), "owned": owned}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rehearsal":
        """The inverse of :meth:`as_json`."""
        verdicts = tuple(Verdict.from_json(dict(verdict)) for verdict in data["verdicts"])
        return cls(verdicts, frozenset(data["pass_inside"]), Owned.from_json(data["owned"]))


_LEAST = 1e-9  # points: nobody's zero is as good as the instructor's own


def _excused(verdict: Verdict, instructors: Verdict | None) -> Verdict:
    """A student who did as well as the instructor, or better, has what the test gave."""
    if instructors is None or verdict.score >= max(instructors.score, _LEAST):
        return replace(verdict, raised="")
    behaviour = verdict.finding.behaviour if verdict.finding else verdict.grade_id
    why = instructors.finding.problem if instructors.finding else "it does not give full marks"
    problem = f"this test fails on the instructor's own solution, too: {why}"
    finding = Finding(behaviour, problem)
    return replace(verdict, score=0.0, kind=Kind.WAITING, finding=finding, raised="")
