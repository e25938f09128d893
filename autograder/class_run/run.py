"""Many submissions of an assignment: read, graded by workers, written by this process alone."""

import secrets
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograder import fast_imports  # noqa: F401  (comes before nbgrader)

# isort: split
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.utils import chdir

from autograder.class_run import fan_out
from autograder.class_run.workers.pool import Pool, SerialPool
from autograder.course.course import Course
from autograder.course.provenance import Record
from autograder.course.writer import Writer
from autograder.errors import AutograderError, CourseError, MissingLayer, SubmissionError
from autograder.plugin.assignment import Assignment, foreign_settings
from autograder.plugin.serial_loop import grade_one
from autograder.plugin.steps import Grade, configure
from autograder.submission.folder_check import check_folder, check_student, is_active
from autograder.submission.intake import collect, handed_in
from autograder.submission.messages import Outcome, Submission
from autograder.submission.result import Result, first_mistake
from autograder.verdict import Verdict

Seen = Callable[[str, str, Sequence[Verdict]], None]  # a student's notebook, and its verdicts


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
        if not any((self.root / name).exists() for name in ("nbgrader_config.py", "source")):
            raise CourseError(
                f"{self.root} is not a course folder: it has neither nbgrader_config.py nor "
                "source; go there first, or name it with --course"
            )
        with chdir(str(self.root)):
            self._app = _application(self.root)
        self.config = self._app.config
        if sandbox is not None:
            self.config.Grade.sandbox = str(sandbox)
        self.sandbox = Grade(config=self.config).sandbox
        self.course = Course(self._app.coursedir)
        self._converter = Autograde(coursedir=self._app.coursedir, parent=self._app)

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
            yield from self._by_nbgrader(assignment, students, force)
            return
        staying = set(self._without_excluded(self.course.students(assignment)))
        staying -= set(students) if force else set()
        run = _Run(self, assignment, force, seed, staying)
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

    def _by_nbgrader(
        self, assignment: str, students: Sequence[str], force: bool
    ) -> Iterator[Result]:
        expected = self.course.notebooks(assignment)
        for student in students:
            folder = self.course.submitted_folder(assignment, student)
            try:
                check_student(student)
                handed_in(folder, expected)
                check_folder(folder)  # before nbgrader copies what is in it
            except SubmissionError as error:
                self.course.forget_marks(assignment, student)
                yield Result(student, ungraded=str(error))
                continue
            result = grade_one(self.course, self._app, assignment, student, force)
            yield _with_notes(result, expected, folder)


class _Run:
    """One run over an assignment."""

    def __init__(
        self, runner: Runner, assignment: str, force: bool, seed: int | None, staying: Set[str]
    ):
        """
        staying: the students whose results, where they are there, are not made anew by force.
        """
        self._course, converter = runner.course, runner._converter
        self._assignment = Assignment(self._course, converter, assignment)
        self._writer = Writer(self._course, assignment, self._assignment.sources, converter)
        self._force = force
        self._digest = self._assignment.digest(self._writer.duedate)
        step = Grade(parent=converter)
        self._most_beside = step.submission_mib * 2**20
        given = step.seed if seed is None else seed
        self._seed = self._good_seed(staying) if given is None else given

    def _good_seed(self, staying: Set[str]) -> int:
        """That of the results which stay, so that all students have the same inputs."""
        found = self._writer.records.seed(self._digest, staying)
        return secrets.randbelow(2**31) if found is None else found

    def grade(self, students: Sequence[str], pool: Pool, seen: Seen) -> Iterator[Result]:
        """See Runner.grade."""
        told: list[Result] = []  # by reading alone: skipped or refused

        def part(key: Any, outcome: Outcome) -> None:
            for name, verdicts in outcome.verdicts.items():
                seen(key[0], name, verdicts)

        with self._writer:
            pool.open(self._assignment.with_seed(self._seed))
            for key, outcome in fan_out.grade(pool, self._to_grade(students, told), part):
                yield from _taken(told)
                yield self._written(key, outcome)  # type: ignore[arg-type]
            yield from _taken(told)

    def _to_grade(
        self, students: Sequence[str], told: list[Result]
    ) -> Iterator[tuple[tuple[str, datetime | None, Submission, Record], Submission]]:
        for student in students:
            try:
                submission, timestamp = self._read(student)
            except (SubmissionError, OSError) as error:
                self._writer.refuse(student, None, known=False)
                told.append(Result(student, ungraded=str(error)))
                continue
            data = submission.to_bytes()
            record = Record(self._key(student, data), self._digest, self._seed)
            if (result := self._earlier(student, record)) is not None:
                told.append(result)
            else:
                yield (student, timestamp, submission, record), submission

    def _key(self, student: str, data: bytes) -> str:
        extension = self._writer.extensions.get(student, "")
        return sha256(data + str(extension).encode()).hexdigest()

    def _read(self, student: str) -> tuple[Submission, datetime | None]:
        check_student(student)
        coursedir, name = self._course.coursedir, self._assignment.name
        folder = self._course.submitted_folder(name, student)
        most = coursedir.max_file_size * 1000  # nbgrader counts in thousands of bytes
        expected, ignore = self._assignment.notebooks, self._assignment.ignore
        submission = collect(folder, expected, most, ignore, self._most_beside)
        try:
            return submission, coursedir.get_existing_timestamp(str(folder))
        except (AttributeError, ValueError):  # nbgrader reports it by a method it does not have
            raise SubmissionError("timestamp.txt does not hold a date") from None

    def _earlier(self, student: str, record: Record) -> Result | None:
        """The result of an earlier run, where it is of the same and nothing of it is missing."""
        name = self._assignment.name
        found = None if self._force else self._writer.records.read(student)
        if found is None or found.determinants() != record.determinants():
            return None
        folder = self._course.autograded_folder(name, student)
        marks = self._writer.marks(student)
        if not marks or not all((folder / f"{n}.ipynb").exists() for n in found.mistakes):
            return None
        return self._result(student, marks=marks, mistakes=found.mistakes, skipped=True)

    def _written(
        self, key: tuple[str, datetime | None, Submission, Record], outcome: Outcome
    ) -> Result:
        student, timestamp, submission, record = key
        if outcome.fault == MissingLayer.__name__:  # it would be so for everybody
            raise MissingLayer(outcome.ungraded)
        try:
            if outcome.ungraded:
                self._writer.refuse(student, timestamp, known=True)
                return Result(student, ungraded=outcome.ungraded, seconds=outcome.seconds)
            mistakes = {name: first_mistake(found) for name, found in outcome.verdicts.items()}
            record = Record(record.submission, record.assignment, record.seed, mistakes)
            # Formgrader would serve a student's pages as its own; they stay where they came in.
            plain = {n: data for n, data in submission.files.items() if not is_active(n)}
            beside = {**plain, **self._assignment.beside}
            marks = self._writer.save(student, timestamp, outcome, beside, record)
        except CourseError:  # nothing can be written at all
            raise
        except AutograderError as error:
            self._writer.refuse(student, timestamp, known=True)
            return Result(student, ungraded=str(error), seconds=outcome.seconds)
        return self._result(student, marks=marks, mistakes=mistakes, seconds=outcome.seconds)

    def _result(self, student: str, **told: Any) -> Result:
        folder = self._course.submitted_folder(self._assignment.name, student)
        return _with_notes(Result(student, **told), self._assignment.notebooks, folder)


def _taken(results: list[Result]) -> Iterator[Result]:
    while results:
        yield results.pop(0)


def _application(root: Path) -> AutogradeApp:
    """nbgrader, with the configuration of the course, and silent."""
    app: Any = AutogradeApp()
    app.raise_config_file_errors = True
    try:
        app.initialize(["--quiet", f"--CourseDirectory.root={root}"])
    except (Exception, SystemExit) as error:
        raise CourseError(f"{root / 'nbgrader_config.py'} fails: {error}") from error
    steps = app.config.Autograde.get("autograde_preprocessors")
    if steps is None:
        configure(app.config)
    elif not any(str(getattr(step, "__name__", step)).endswith("Grade") for step in steps):
        raise CourseError(
            f"{root / 'nbgrader_config.py'} sets Autograde.autograde_preprocessors without "
            "autograder.plugin.Grade: put it in Execute's place, or call configure(c) last"
        )
    return app


def _known(kind: str, name: str, known: list[str], place: str) -> None:
    if name not in known:
        some = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
        raise CourseError(f"{kind} {name!r} has no {place}; there is: {some or 'none at all'}")


def _with_notes(result: Result, expected: Sequence[str], folder: Path) -> Result:
    if result.ungraded:
        return result
    there = {path.stem for path in folder.glob("*.ipynb")}
    missing = [f"{n}.ipynb is missing: 0 points" for n in sorted(set(expected) - there)]
    extra = sorted(there - set(expected))
    more = [f"{name}.ipynb is not part of the assignment: skipped" for name in extra]
    return replace(result, notes=(*missing, *more))
