"""Many submissions, one after the other: what `nbgrader autograde` does, and what came of each."""

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import chdir
from sqlalchemy.exc import SAWarning

from autograder.errors import AutograderError, CourseError, SubmissionError
from autograder.folder import check_folder, check_student
from autograder.gradebook import Course, Marks
from autograder.plugin import Grade, configure
from autograder.verdict import Kind, Verdict


@dataclass(frozen=True)
class Result:
    """What came of one submission: marks, or the reason why it stays ungraded.

    verdicts: of each notebook that was handed in, in the order of the cells.
    notes: what a grader may want to know, a sentence each.
    """

    student: str
    marks: tuple[Marks, ...] = ()
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ungraded: str = ""
    skipped: bool = False  # graded in an earlier run

    def first_mistake(self, notebook: str | None = None) -> str:
        """The first misconception named in the notebook (or in any), else the first failure."""
        names = [notebook] if notebook else list(self.verdicts)
        failed = [v for name in names for v in self.verdicts.get(name, []) if v.score < v.points]
        named = [v.finding.mistake for v in failed if v.finding and v.finding.mistake]
        return named[0] if named else _in_words(failed[0]) if failed else ""


def _in_words(verdict: Verdict) -> str:
    where = verdict.finding.behaviour if verdict.finding else ""
    where = where or verdict.grade_id
    return where if verdict.kind is Kind.WRONG else f"{where}: {verdict.kind}"


class _Autograde(Autograde):
    """nbgrader's converter, which logs why a submission failed; this one keeps the reason too."""

    failure: Exception | None = None
    where = ""  # the notebook in hand

    @contextmanager
    def _keeping_failure(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.failure = error
            raise

    def init_notebooks(self) -> None:
        """The one submission in hand. nbgrader would take a student's name for a glob pattern."""
        folder = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        names = sorted(p.name for p in Path(folder).glob(f"{self.coursedir.notebook_id}.ipynb"))
        self.assignments = {folder: [os.path.join(folder, name) for name in names]}

    def init_destination(self, *ids: str) -> bool:
        with self._keeping_failure():
            try:
                self.coursedir.get_existing_timestamp(self._format_source(*ids))
            except AttributeError:  # nbgrader would report it by a method that it does not have
                raise SubmissionError("timestamp.txt does not hold a date") from None
            return super().init_destination(*ids)

    def init_assignment(self, *ids: str) -> None:
        with self._keeping_failure():
            super().init_assignment(*ids)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        self.where = f"{Path(notebook_filename).name}: "
        with self._keeping_failure():
            super().convert_single_notebook(notebook_filename)


class Runner:
    """Grades the submissions of the course in `root`, as its nbgrader_config.py says.

    A course without one, or whose file does not call `autograder.plugin.configure`, is graded
    with the engine all the same. Raises CourseError when there is no course, or its file fails.
    """

    def __init__(self, root: Path):
        self.root = root.resolve()
        if not any((self.root / name).exists() for name in ("nbgrader_config.py", "source")):
            raise CourseError(
                f"{self.root} is not a course folder: it has neither nbgrader_config.py nor "
                "source; go there first, or name it with --course"
            )
        with chdir(str(self.root)):
            self._app = _application(self.root)
        self.config = self._app.config
        self.course = Course(self._app.coursedir)

    def students(self, assignment: str, wanted: Sequence[str] = ()) -> list[str]:
        """The students whose submissions to grade: those `wanted`, or all who handed in.

        Raises CourseError for an assignment or a student that is not there, or an empty class.
        """
        _known("assignment", assignment, self.course.assignments(), "source folder")
        self.course.notebooks(assignment)
        students = self.course.students(assignment)
        if not students:
            empty = self.course.submitted_folder(assignment, "*")
            raise CourseError(f"nobody handed in {assignment!r}: there is no folder {empty}")
        for student in wanted:
            _known("student", student, students, f"submission of {assignment!r}")
        return list(wanted) or students

    def grade(
        self, assignment: str, students: Sequence[str], *, force: bool = False
    ) -> Iterator[Result]:
        """Grade one submission after the other; what was graded before is skipped unless `force`
        is given or a newer one was handed in."""
        expected = self.course.notebooks(assignment)
        for student in students:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, one a submission
                yield self._grade(assignment, student, expected, force)

    def rehearse(self, assignment: str) -> Iterator[tuple[str, tuple[Verdict, ...]]]:
        """Grade the instructor's own notebooks: each one's name and the verdicts of its tests."""
        _known("assignment", assignment, self.course.assignments(), "source folder")
        step = Grade(config=self.config)
        for name in self.course.notebooks(assignment):
            yield name, step.rehearse(self.course, assignment, name).verdicts

    def _grade(self, assignment: str, student: str, expected: list[str], force: bool) -> Result:
        try:
            check_student(student)
        except SubmissionError as error:  # such a name does not even come near the gradebook
            return Result(student, ungraded=str(error))
        folder = self.course.submitted_folder(assignment, student)
        handed_in = {path.stem for path in folder.glob("*.ipynb")}
        if not handed_in & set(expected):
            reason = f"none of its notebooks ({', '.join(expected)}) is in {folder}"
            return self._ungraded(assignment, student, reason)
        try:
            check_folder(folder)  # before nbgrader copies what is in it
        except SubmissionError as error:
            return self._ungraded(assignment, student, str(error))
        coursedir = self._app.coursedir
        coursedir.assignment_id, coursedir.student_id = assignment, student
        graded = self.course.autograded_folder(assignment, student)
        before = graded.stat().st_mtime_ns if graded.exists() else None
        converter = _Autograde(coursedir=coursedir, parent=self._app)
        converter.force = force or converter.force
        try:
            converter.start()
        except NbGraderException as error:
            reason = converter.where + _reason(converter.failure or error)
            return self._ungraded(assignment, student, reason)
        return Result(
            student,
            tuple(self.course.marks(assignment, student)),
            {
                name: self.course.verdicts(assignment, student, name)
                for name in expected
                if name in handed_in
            },
            tuple(_notes(expected, handed_in)),
            skipped=before == graded.stat().st_mtime_ns,
        )

    def _ungraded(self, assignment: str, student: str, reason: str) -> Result:
        self.course.forget_marks(assignment, student)
        return Result(student, ungraded=reason)


def _reason(error: Exception) -> str:
    told = isinstance(error, AutograderError | NbGraderException)
    return str(error) if told else f"{type(error).__name__}: {error}"


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


def _notes(expected: Sequence[str], handed_in: set[str]) -> Iterator[str]:
    for name in sorted(set(expected) - handed_in):
        yield f"{name}.ipynb is missing: 0 points"
    for name in sorted(handed_in - set(expected)):
        yield f"{name}.ipynb is not part of the assignment: skipped"
