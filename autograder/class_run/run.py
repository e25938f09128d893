"""Many submissions of an assignment: read, graded by workers, written by this process alone.

`Run.grade` is the story; each of its stages is a module beside this one.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence, Set
from pathlib import Path
from typing import Any, cast

from autograder import fast_imports  # noqa: F401  (comes before nbgrader)

# isort: split
from nbgrader.converters import Autograde

from autograder.class_run import by_nbgrader, fan_out
from autograder.class_run.configuration import application
from autograder.class_run.reading import HandedIn, Reader
from autograder.class_run.skipping import EarlierResults
from autograder.class_run.telling import with_notes
from autograder.class_run.workers.pool import Pool, SerialPool
from autograder.class_run.writing import write
from autograder.course.course import Course
from autograder.course.provenance import Record
from autograder.course.writer import Writer
from autograder.errors import CourseError, SubmissionError
from autograder.plugin.assignment import Assignment, foreign_settings
from autograder.plugin.steps import Grade
from autograder.submission.messages import Outcome, Submission
from autograder.submission.result import Result
from autograder.verdict import Verdict

Seen = Callable[[str, str, Sequence[Verdict]], None]  # a student's notebook, and its verdicts
Key = tuple[HandedIn, Record]  # a submission on its way, and what its result is made from


def _unseen(student: str, notebook: str, verdicts: Sequence[Verdict]) -> None: ...


class Runner:
    """Grades the submissions of the course in `root`, as its nbgrader_config.py says.

    A course without one, or whose file does not call `autograder.plugin.configure`, is graded
    with the engine all the same. Raises CourseError when there is no course, or its file fails.
    """

    def __init__(self, root: Path, sandbox: str | None = None):
        """
        sandbox: "on" or "off", in the place of what the configuration says.
        """
        self.root = root.resolve()
        self.app = application(self.root, sandbox)
        self.config = self.app.config
        self.sandbox = Grade(config=self.config).sandbox
        self.course = Course(self.app.coursedir)
        self._converter = Autograde(coursedir=self.app.coursedir, parent=self.app)

    def check_assignment(self, assignment: str) -> None:
        """Raise CourseError for an assignment that is not there, or was not released."""
        _known("assignment", assignment, self.course.assignments(), "source folder")
        self.course.notebooks(assignment)

    def students(self, assignment: str, wanted: Sequence[str] = ()) -> list[str]:
        """The students whose submissions to grade: those `wanted`, or all who handed in.

        Raises CourseError for an assignment or a student that is not there, or an empty class.
        """
        self.check_assignment(assignment)
        students = self.course.students(assignment)
        if not students:
            empty = self.course.submitted_folder(assignment, "*")
            raise CourseError(f"nobody handed in {assignment!r}: there is no folder {empty}")
        for student in wanted:
            _known("student", student, students, f"submission of {assignment!r}")
        return list(wanted) or students

    def own_loop(self) -> str:
        """What in the configuration makes nbgrader's own loop grade, not workers; mostly ""."""
        return foreign_settings(self._converter)

    def grade(
        self,
        assignment: str,
        students: Sequence[str],
        *,
        force: bool = False,
        seed: int | None = None,
        pool: Pool | None = None,
        seen: Seen = _unseen,
    ) -> Iterator[Result]:
        """Grade the submissions; results come as they are written, in no order.

        A submission whose result is there, of the same files, course, engine and seed, is skipped
        unless `force` is given.
        seed: draws hidden inputs; by default the configured one, that of the good results that
            stay, or a new one.
        pool: the workers; by default this process grades one after the other.
        seen: is told of each notebook as soon as it is graded; nothing is written yet.
        """
        force = force or self._converter.force
        students = self._without_excluded(students)
        if self.own_loop():
            yield from by_nbgrader.grade(self.course, self.app, assignment, students, force)
            return
        staying = set(self._without_excluded(self.course.students(assignment)))
        staying -= set(students) if force else set()
        run = Run(self.course, self._converter, assignment, force, seed, staying)
        yield from run.grade(students, pool or SerialPool(), seen)

    def _without_excluded(self, students: Sequence[str]) -> list[str]:
        excluded = self.course.coursedir.student_id_exclude.split(",")
        return [student for student in students if student not in excluded]

    def rehearse(self, assignment: str) -> Iterator[tuple[str, tuple[Verdict, ...]]]:
        """Grade the instructor's own notebooks: each one's name and the verdicts of its tests."""
        _known("assignment", assignment, self.course.assignments(), "source folder")
        step = Grade(config=self.config)
        for name in self.course.notebooks(assignment):
            yield name, step.rehearse(self.course, assignment, name).verdicts


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
        self._earlier = EarlierResults(course, assignment, self._writer)
        given = step.seed if seed is None else seed
        self._seed = self._good_seed(staying) if given is None else given

    def _good_seed(self, staying: Set[str]) -> int:
        """That of the results which stay, so that all students have the same inputs."""
        found = self._writer.records.seed(self._digest, staying)
        return secrets.randbelow(2**31) if found is None else found

    def grade(self, students: Sequence[str], pool: Pool, seen: Seen) -> Iterator[Result]:
        """Each submission is read, skipped if its result is good, graded, written, and told."""
        told: list[Result] = []  # by reading alone: skipped or refused
        with self._writer:
            pool.open(self._assignment.with_seed(self._seed))
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
            except (SubmissionError, OSError) as error:
                self._writer.refuse(student, None, known=False)
                told.append(Result(student, ungraded=str(error)))
                continue
            record = Record(handed_in.digest, self._digest, self._seed)
            earlier = None if self._force else self._earlier.find(handed_in, record)
            if earlier is not None:
                told.append(self._noted(earlier))
            else:
                yield (handed_in, record), handed_in.submission

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


def _known(kind: str, name: str, known: list[str], place: str) -> None:
    if name not in known:
        some = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
        raise CourseError(f"{kind} {name!r} has no {place}; there is: {some or 'none at all'}")
