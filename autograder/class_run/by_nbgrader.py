"""A class whose configuration only nbgrader's own loop can follow: one submission at a time."""

from collections.abc import Iterator, Sequence

from nbgrader.apps import AutogradeApp

from autograder.class_run.telling import with_notes
from autograder.course.course import Course
from autograder.errors import SubmissionError
from autograder.plugin.serial_loop import grade_one
from autograder.submission.folder_check import check_folder, check_student
from autograder.submission.intake import handed_in
from autograder.submission.result import Result


def grade(
    course: Course, app: AutogradeApp, assignment: str, students: Sequence[str], force: bool
) -> Iterator[Result]:
    """Grade the submissions in this process, and tell of each.

    app: nbgrader, with the course's configuration.
    """
    expected = course.notebooks(assignment)
    for student in students:
        folder = course.submitted_folder(assignment, student)
        try:
            check_student(student)
            handed_in(folder, expected)
            check_folder(folder)  # before nbgrader copies what is in it
        except SubmissionError as error:
            course.forget_marks(assignment, student)
            yield Result(student, ungraded=str(error))
            continue
        result = grade_one(course, app, assignment, student, force)
        yield with_notes(result, expected, folder)
