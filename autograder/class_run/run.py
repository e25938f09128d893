"""The story of a run: each submission is read, skipped if its result is good, graded and written.

`Run.grade` tells it; each of its stages is a module beside this one.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any, cast

from autograder.class_run import fan_out
from autograder.class_run.notes import with_notes
from autograder.class_run.reading import HandedIn, Reader
from autograder.class_run.rehearsing import Checked, rehearsals
from autograder.class_run.skipping import earlier_result
from autograder.class_run.workers.pool import Pool
from autograder.class_run.writing import write
from autograder.course.course import Course
from autograder.course.provenance import Record
from autograder.course.writer import Writer
from autograder.errors import CourseError, EngineError
from autograder.plugin.assignment import Assignment
from autograder.plugin.steps import Grade
from autograder.submission.rehearsal import Rehearsal
from autograder.submission.result import Result, reason
from autograder.submission.worker_messages import Outcome, Submission
from autograder.verdict import Verdict

Seen = Callable[[str, str, Sequence[Verdict]], None]  # a student's notebook, and its verdicts
Key = tuple[HandedIn, Record]  # a submission on its way, and what its result is made from


class Run:
    """One run over an assignment."""

    def __init__(
        self,
        course: Course,
        converter: Any,
        assignment: str,
        force: bool,
        seed: int | None,
        staying: Set[str],
    ):
        """
        converter: nbgrader's Autograde, with the course's configuration.
        staying: the students whose results, where they are there, are not made anew by force.
        """
        step = Grade(parent=converter)
        self._course, self._force = course, force
        self._assignment = Assignment(course, converter, assignment)
        self._writer = Writer(course, assignment, self._assignment.sources, converter)
        self._digest = self._assignment.digest(self._writer.duedate)
        beside = step.submission_mib * 2**20
        self._reader = Reader(course, self._assignment, self._writer.extensions, beside)
        given = step.seed if seed is None else seed
        self._seed = self._good_seed(staying) if given is None else given

    def _good_seed(self, staying: Set[str]) -> int:
        """That of the results which stay, so that all students have the same inputs.

        In a class that has none, that with which the instructor's solution was checked.
        """
        records = self._writer.records
        found = records.seed(self._digest, staying)
        if found is None and not self._force:
            found = records.rehearsed_seed(self._digest)
        return secrets.randbelow(2**31) if found is None else found

    def rehearse(self, pool: Pool) -> Iterator[tuple[str, Rehearsal | EngineError]]:
        """The instructor's own notebooks, graded or known from an earlier run."""
        with self._writer:
            yield from self._rehearsals(pool)

    def _rehearsals(self, pool: Pool) -> Iterator[tuple[str, Rehearsal | EngineError]]:
        records = self._writer.records
        return rehearsals(pool, self._assignment, records, self._digest, self._seed)

    def grade(
        self, students: Sequence[str], pool: Pool, seen: Seen, checked: Checked
    ) -> Iterator[Result]:
        """Each submission is read, skipped if its result is good, graded, written, and told."""
        told: list[Result] = []  # by reading alone: skipped or refused
        with self._writer:
            found = {n: r for n, r in self._rehearsals(pool) if isinstance(r, Rehearsal)}
            checked(found)
            pool.open(self._assignment.for_workers(self._seed, found))
            submissions = self._to_grade(students, told)
            for key, outcome in fan_out.grade(pool, submissions, _each_notebook(seen)):
                handed_in, record = cast(Key, key)
                yield from _taken(told)
                result = write(self._writer, self._assignment, handed_in, record, outcome)
                yield self._noted(result)
            yield from _taken(told)

    def _to_grade(
        self, students: Sequence[str], told: list[Result]
    ) -> Iterator[tuple[Key, Submission]]:
        """Read, and pass on what has no good result; the others are `told`."""
        for student in students:
            try:
                handed_in = self._reader.read(student)
            except CourseError:
                raise
            except Exception as error:  # whatever it is, it is this submission's
                self._writer.refuse(student, None, known=False)
                told.append(Result(student, ungraded=reason(error)))
                continue
            record = Record(handed_in.digest, self._digest, self._seed)
            earlier = None if self._force else self._earlier(student, record)
            if earlier is not None:
                told.append(self._noted(earlier))
            else:
                yield (handed_in, record), handed_in.submission

    def _earlier(self, student: str, record: Record) -> Result | None:
        folder = self._course.autograded_folder(self._assignment.name, student)
        return earlier_result(self._writer, folder, student, record)

    def _noted(self, result: Result) -> Result:
        folder = self._course.submitted_folder(self._assignment.name, result.student)
        return with_notes(result, self._assignment.notebooks, folder)


def _each_notebook(seen: Seen) -> fan_out.Seen:
    def part(key: Any, outcome: Outcome) -> None:
        handed_in, _ = key
        for name, verdicts in outcome.verdicts.items():
            seen(handed_in.student, name, verdicts)

    return part


def _taken(results: list[Result]) -> Iterator[Result]:
    while results:
        yield results.pop(0)
