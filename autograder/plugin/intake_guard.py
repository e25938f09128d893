"""A look at each submission before nbgrader's converter reads, copies or records anything of it."""

import logging
from typing import Any

from autograder.course.course import Course
from autograder.course.timestamp import handed_in_at
from autograder.errors import SubmissionError
from autograder.submission.folder_check import active_files, check_folder, check_student
from autograder.submission.name_clashes import check_names
from autograder.text import visible
from autograder.working_folder import names_of_files


def guard(converter: Any) -> None:
    """Make nbgrader's autograde converter refuse what the checks of `folder_check` refuse.

    It makes the student, reads timestamp.txt and copies the files before it asks for a notebook, so
    an exporter's own methods come too late; but it makes its exporter before all of that.
    """
    begin = converter.init_destination

    def checked(assignment: str, student: str) -> bool:
        try:
            check_student(student)
            _check_folder(Course(converter.coursedir), assignment, student)
        except SubmissionError as error:
            converter.log.error("%s stays ungraded: %s", student, error)
            raise
        return begin(assignment, student)

    converter.init_destination = checked
    log = getattr(converter.log, "logger", converter.log)
    if _spell_out not in log.filters:
        log.addFilter(_spell_out)


def drop_active_files(course: Course, assignment: str, student: str) -> None:
    """Remove from the graded files the student's pages: formgrader would serve them as its own.

    They stay where they were handed in; the course's own stay in both places.
    """
    graded = course.autograded_folder(assignment, student)
    source = course.source_folder(assignment)
    for path in active_files(graded):
        if not (source / path.relative_to(graded)).exists():
            path.unlink()


def check_submission(course: Course, assignment: str, student: str) -> None:
    """Raise SubmissionError where nbgrader's converter cannot take the submission's folder."""
    folder, source = course.submitted_folder(assignment, student), course.source_folder(assignment)
    check_folder(folder)
    ignore = course.coursedir.ignore
    notebooks = (path.name for path in source.glob("*.ipynb"))
    ours = [*names_of_files(source, ignore), *notebooks]
    check_names(names_of_files(folder, ignore), ours)
    handed_in_at(folder)


def _check_folder(course: Course, assignment: str, student: str) -> None:
    try:
        check_submission(course, assignment, student)
    except SubmissionError:
        course.forget_marks(assignment, student)
        raise


def _spell_out(record: logging.LogRecord) -> bool:
    """A log's filter: names and messages from a submission write no escapes to the terminal."""
    record.msg, record.args = visible(record.getMessage()), ()
    return True
