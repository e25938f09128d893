"""What was graded with what: a small hidden file beside each student's graded folder.

What the instructor's own solution got lies in another, above them.

It lies beside the folder, not in it, because nbgrader hands the files in there on to the student
with the feedback. It is written last: where it is missing, the submission is graded again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.atomic_folders import sync, write_synced
from autograder.course.course import Course
from autograder.submission.rehearsal import Rehearsal


@dataclass(frozen=True)
class Record:
    """What one result was made from, and what it says of the student's mistakes.

    submission, assignment: digests of what was handed in, and of all else but the seed.
    mistakes: by notebook that was handed in; "" where there is none.
    """

    submission: str
    assignment: str
    seed: int
    mistakes: Mapping[str, str] = field(default_factory=dict)

    def determinants(self) -> tuple[str, str, int]:
        """All that determines the result."""
        return self.submission, self.assignment, self.seed


class Records:
    """The records of an assignment's results, one a student."""

    def __init__(self, course: Course, assignment: str):
        self._course, self._assignment = course, assignment

    def read(self, student: str) -> Record | None:
        """The record of the student's result; None where there is none, or none that is whole."""
        try:
            return Record(**json.loads(self._path(student).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, student: str, record: Record) -> None:
        """Say that the student's result, gradebook and files, is there."""
        _replace(self._path(student), asdict(record))

    def drop(self, student: str) -> None:
        """The student's result is about to change."""
        path = self._path(student)
        with suppress(FileNotFoundError):
            path.unlink()
            sync(path.parent)

    def seed(self, assignment: str, students: Iterable[str]) -> int | None:
        """The seed of most of the results that are still good for this digest of an assignment."""
        found = (self.read(student) for student in students)
        seeds = Counter(r.seed for r in found if r and r.assignment == assignment)
        return seeds.most_common(1)[0][0] if seeds else None

    def rehearsals(self, assignment: str, seed: int) -> dict[str, Rehearsal]:
        """What the instructor's own notebooks got with this seed, by name; {} if not known.

        assignment: the digest of an assignment that it must have been made from.
        """
        kept = self._kept_rehearsals()
        if (kept.get("assignment"), kept.get("seed")) != (assignment, seed):
            return {}
        return {name: Rehearsal.from_json(told) for name, told in kept["rehearsals"].items()}

    def rehearsed_seed(self, assignment: str) -> int | None:
        """The seed of the rehearsals that are kept of this digest of an assignment."""
        kept = self._kept_rehearsals()
        return kept["seed"] if kept.get("assignment") == assignment else None

    def keep_rehearsals(
        self, assignment: str, seed: int, rehearsals: Mapping[str, Rehearsal]
    ) -> None:
        """Keep them in the place of earlier ones."""
        told = {name: found.as_json() for name, found in rehearsals.items()}
        path = self._rehearsals_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, {"assignment": assignment, "seed": seed, "rehearsals": told})

    def _kept_rehearsals(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._rehearsals_path().read_bytes())
            return kept if {"assignment", "seed", "rehearsals"} == kept.keys() else {}
        except (OSError, ValueError, AttributeError):
            return {}

    def _rehearsals_path(self) -> Path:
        folder = self._course.autograded_folder(self._assignment, "*")
        return folder.parent.parent / f".{self._assignment}.rehearsal.json"

    def _path(self, student: str) -> Path:
        folder = self._course.autograded_folder(self._assignment, student)
        return folder.with_name(f".{folder.name}.graded.json")


def _replace(path: Path, content: Mapping[str, Any]) -> None:
    new = path.with_name(f"{path.name}.new")
    write_synced(new, json.dumps(content).encode())
    new.replace(path)
