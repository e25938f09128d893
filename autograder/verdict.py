"""What the judge says of one test cell, and what it can tell the student about it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Why a test cell got the score it got. Everything but PASSED and PARTLY scores nothing.

    WAITING has no score yet: the test is itself at fault, and a person decides.
    """

    PASSED = "passed"
    PARTLY = "partly right"
    WRONG = "wrong answer"
    EMPTY = "not written yet"
    NOT_DEFINED = "not defined"
    RAISED = "raised an error"
    TIMED_OUT = "took too long"
    DIED = "the process died"
    UNREADABLE = "unreadable answer"
    WAITING = "waits for a grader"


@dataclass(frozen=True)
class Finding:
    """What a failed check shows a student. All fields are short plain text; empty means unknown."""

    behaviour: str  # the name of what was checked: "large logits"
    problem: str  # one sentence: what is wrong
    input: str = ""  # the call that shows it, shortened: "mean(tensor([1., 2., 3.]))"
    got: str = ""
    expected: str = ""
    first_bad: str = ""  # index, got, expected and input of the first bad element, with ULPs
    reproduce: str = ""  # one line of Python to paste into the notebook
    mistake: str = ""  # the misconception's name, where one gives these very numbers
    advice: str = ""  # its advice, a sentence or two
    traceback: str = ""  # of the student's own code, where it raised

    def lines(self) -> list[str]:
        """The finding as labelled lines of text, for a terminal, a traceback or a page."""
        labelled = [
            ("", self.problem),
            ("input", self.input),
            ("got", self.got),
            ("expected", self.expected),
            ("first bad", self.first_bad),
            ("mistake", self.mistake),
            ("advice", self.advice),
            ("try", self.reproduce),
        ]
        return [f"{label + ':':<10} {text}" if label else text for label, text in labelled if text]


class CheckFailed(AssertionError):  # noqa: N818 - pytest's Failed has no suffix either
    """A check found a mistake. IPython shows the finding in place of a traceback."""

    def __init__(self, finding: Finding, kind: Kind = Kind.WRONG):
        self.finding = finding
        self.kind = kind
        super().__init__("\n".join(finding.lines()))

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self.finding.behaviour}", *self.finding.lines()]


@dataclass(frozen=True)
class Verdict:
    """The mark of one test cell, 0 <= score <= points, and its reason."""

    grade_id: str
    points: float
    score: float
    kind: Kind
    finding: Finding | None = None
    hidden: bool = False  # whether it failed in the hidden part
    raised: str = ""  # of the instructor's own run alone: the error, as the test saw it
    exercise: str = ""  # what was asked for, as the student knows it
    inside: bool = False  # it ran in the student's process, and is that process's claim
    advice: str = ""  # what no test failed by, and is worth a look

    def as_json(self) -> dict:
        """The verdict as plain data: cell metadata of an autograded notebook."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Verdict":
        """The inverse of :meth:`as_json`."""
        finding = Finding(**data["finding"]) if data["finding"] else None
        return cls(**{**data, "kind": Kind(data["kind"]), "finding": finding})


def waits(cell: Mapping[str, Any]) -> bool:
    """Whether a graded cell's own verdict, which is ours, leaves its mark to a person."""
    return cell["metadata"].get("autograder", {}).get("kind") == Kind.WAITING
