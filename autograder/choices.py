"""What a course chooses about how its tests are asked, and what becomes of those at fault."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Choices:
    """Those of an assignment.

    faulty_tests: what is done where a test that fails, fails on the instructor's own solution too:
        "manual" has that cell wait for a grader, "ungraded" refuses the submission.
    inside: the test cells, by grade_id, that run in the student's own process.
    """

    faulty_tests: str = "manual"
    inside: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """The choices as plain data, the same for the same choices."""
        return asdict(self) | {"inside": sorted(self.inside)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Choices":
        """The inverse of :meth:`as_json`."""
        return cls(**{**data, "inside": frozenset(data["inside"])})
