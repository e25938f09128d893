"""What main process and workers send each other, as bytes: no worker needs the course or nbgrader.

The main process sends the assignment once (`Bundle`), then one student's files after the other
(`Submission`); a worker sends what came of each (`Outcome`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.choices import Choices
from autograder.limits import Limits
from autograder.notebook.imports import Modules
from autograder.submission.multipart import pack, unpack
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Verdict


@dataclass(frozen=True)
class Bundle:
    """From the main process: an assignment, and all else that determines its marks. Trusted.

    notebooks: the instructor's, by name, as JSON; files: what lies beside them, by path.
    settings: what an Engine is given beside limits, preload and seed, by name.
    ignore_pattern, max_lines, max_traceback: nbgrader's IgnorePattern and LimitOutput; "" and -1
        where a course has switched them off.
    rehearsals: what the instructor's own run of each notebook showed, where it was run already.
    """

    notebooks: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    preload: Sequence[str] = ()
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    ignore_pattern: str = ""
    max_lines: int = -1
    max_traceback: int = -1
    choices: Choices = field(default_factory=Choices)
    rehearsals: Mapping[str, Rehearsal] = field(default_factory=dict)

    @property
    def modules(self) -> Modules:
        """What its engine imports."""
        later, gpus = self.settings.get("later", ()), self.settings.get("gpus", False)
        return Modules(tuple(self.preload), tuple(later), gpus)

    def to_bytes(self) -> bytes:
        """The bundle for a worker, the same bytes for the same bundle."""
        return pack(self._head(), dict(sorted(self.files.items())))

    def _head(self) -> dict[str, Any]:
        names = ("seed", "ignore_pattern", "max_lines", "max_traceback")
        return {
            "notebooks": dict(sorted(self.notebooks.items())),
            "limits": asdict(self.limits),
            "preload": list(self.preload),
            "settings": dict(self.settings),
            "choices": self.choices.as_json(),
            "rehearsals": {n: found.as_json() for n, found in sorted(self.rehearsals.items())},
            **{name: getattr(self, name) for name in names},
        }

    @classmethod
    def from_bytes(cls, data: bytes) -> "Bundle":
        """The inverse of :meth:`to_bytes`."""
        head, files = unpack(data)
        rehearsals = {n: Rehearsal.from_json(told) for n, told in head.pop("rehearsals").items()}
        known = {"choices": Choices.from_json(head.pop("choices")), "rehearsals": rehearsals}
        return cls(**head | known | {"limits": Limits(**head["limits"]), "files": files})


@dataclass(frozen=True)
class Submission:
    """From the main process: what one student handed in. Untrusted, and not looked into there.

    notebooks: the bytes of those that belong to the assignment, by name without suffix.
    files: the other files, by path within the folder.
    rehearsal: the instructor's own notebooks, from which tests at fault are to be known.
    """

    notebooks: Mapping[str, bytes]
    files: Mapping[str, bytes] = field(default_factory=dict)
    rehearsal: bool = False

    def to_bytes(self) -> bytes:
        """The submission for a worker, the same bytes for the same files."""
        parts = {f"n/{name}": data for name, data in sorted(self.notebooks.items())}
        parts |= {f"f/{name}": data for name, data in sorted(self.files.items())}
        return pack({"rehearsal": True} if self.rehearsal else {}, parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Submission":
        """The inverse of :meth:`to_bytes`."""
        head, parts = unpack(data)
        kinds: dict[str, dict[str, bytes]] = {"n": {}, "f": {}}
        for name, part in parts.items():
            kinds[name[0]][name[2:]] = part
        return cls(kinds["n"], kinds["f"], head.get("rehearsal", False))


@dataclass(frozen=True)
class Outcome:
    """From a worker: the graded notebooks (JSON) and verdicts, or why there are none.

    rehearsals: of the instructor's own notebooks, in the place of both.
    fault: the class of the error that left it ungraded, such as "SubmissionError".
    seconds: wall-clock time that the worker took.
    """

    notebooks: Mapping[str, bytes] = field(default_factory=dict)
    verdicts: Mapping[str, Sequence[Verdict]] = field(default_factory=dict)
    rehearsals: Mapping[str, Rehearsal] = field(default_factory=dict)
    ungraded: str = ""
    fault: str = ""
    seconds: float = 0.0

    def to_bytes(self) -> bytes:
        """The outcome for the main process."""
        verdicts = {name: [v.as_json() for v in found] for name, found in self.verdicts.items()}
        head = {"ungraded": self.ungraded, "fault": self.fault, "seconds": self.seconds}
        rehearsals = {name: found.as_json() for name, found in self.rehearsals.items()}
        told = {"verdicts": verdicts, "rehearsals": rehearsals}
        return pack(head | told, self.notebooks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Outcome":
        """The inverse of :meth:`to_bytes`."""
        head, notebooks = unpack(data)
        verdicts = head.pop("verdicts")
        found = {name: [Verdict.from_json(v) for v in verdicts[name]] for name in verdicts}
        rehearsals = {n: Rehearsal.from_json(told) for n, told in head.pop("rehearsals").items()}
        return cls(notebooks, found, rehearsals, **head)
