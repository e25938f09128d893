"""nbgrader's own loop, for a course whose configuration has steps or hooks that only it can do."""

import errno
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.plugin.intake_guard import check_submission
from autograder.submission.folder_check import check_student
from autograder.submission.intake import handed_in
from autograder.submission.result import Result, first_mistake, reason

_FULL = (errno.ENOSPC, errno.EDQUOT)  # the disk, and no submission's fault


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
            check_submission(course, assignment, student)  # before nbgrader copies what is in it
            result = grade_one(course, app, assignment, student, force)
        except (CourseError, SQLAlchemyError):
            raise
        except Exception as error:  # whatever it is, it is this submission's
            course.forget_marks(assignment, student)
            result = Result(student, ungraded=reason(error))
        yield result


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
        failure = converter.failure
        if isinstance(failure, OSError) and failure.errno in _FULL:
            raise CourseError(
                f"{graded} cannot be written ({failure.strerror}); make room on the disk, and run "
                "the same command again: what is done is kept"
            ) from failure
        told = reason(failure) if failure else str(error)
        return Result(student, ungraded=converter.where + told)
    return Result(
        student,
        tuple(course.marks(assignment, student)),
        {
            path.stem: first_mistake(course.verdicts(assignment, student, path.stem))
            for path in sorted(graded.glob("*.ipynb"))
        },
        skipped=before == graded.stat().st_mtime_ns,
    )
