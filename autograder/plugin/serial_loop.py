"""nbgrader's own loop, for a course whose configuration has steps or hooks that only it can do."""

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import SAWarning

from autograder.course.course import Course
from autograder.errors import AutograderError, SubmissionError
from autograder.submission.folder_check import check_folder, check_student
from autograder.submission.intake import handed_in
from autograder.submission.result import Result, first_mistake


class Converter(Autograde):
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


def grade_all(
    course: Course,
    app: Any,
    assignment: str,
    expected: Sequence[str],
    students: Sequence[str],
    force: bool,
) -> Iterator[Result]:
    """Grade one submission after the other, in this process.

    app: nbgrader's AutogradeApp. expected: the names of the assignment's notebooks.
    """
    for student in students:
        folder = course.submitted_folder(assignment, student)
        try:
            check_student(student)
            handed_in(folder, expected)
            check_folder(folder)  # before nbgrader copies what is in it
        except SubmissionError as error:
            course.forget_marks(assignment, student)
            yield Result(student, ungraded=str(error))
        else:
            yield grade_one(course, app, assignment, student, force)


def grade_one(course: Course, app: Any, assignment: str, student: str, force: bool) -> Result:
    """Grade one submission as `nbgrader autograde` does; `app` is nbgrader's AutogradeApp."""
    coursedir = course.coursedir
    coursedir.assignment_id, coursedir.student_id = assignment, student
    graded = course.autograded_folder(assignment, student)
    before = graded.stat().st_mtime_ns if graded.exists() else None
    converter = Converter(coursedir=coursedir, parent=app)
    converter.force = force or converter.force
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, one a submission
            converter.start()
    except NbGraderException as error:
        course.forget_marks(assignment, student)
        return Result(student, ungraded=converter.where + _reason(converter.failure or error))
    return Result(
        student,
        tuple(course.marks(assignment, student)),
        {
            path.stem: first_mistake(course.verdicts(assignment, student, path.stem))
            for path in sorted(graded.glob("*.ipynb"))
        },
        skipped=before == graded.stat().st_mtime_ns,
    )


def _reason(error: Exception) -> str:
    told = isinstance(error, AutograderError | NbGraderException)
    return str(error) if told else f"{type(error).__name__}: {error}"
