"""A student's failure, as it travels through a test cell to the verdict."""

from autograder.verdict import Kind


class StudentFailed(BaseException):
    """The student's process gave no answer. No test cell's `except Exception` swallows it.

    kind: TIMED_OUT, DIED or UNREADABLE; problem: one sentence for the student.
    """

    def __init__(self, kind: Kind, problem: str):
        self.kind, self.problem = kind, problem
        super().__init__(problem)


def mark_as_students(error: BaseException, traceback: str) -> BaseException:
    """Note on an exception that the student's code raised it, and where."""
    error.__dict__["_student_traceback"] = traceback
    return error


def students_traceback(error: BaseException) -> str | None:
    """Where the student's code raised this exception, or None if it was not the student's."""
    return error.__dict__.get("_student_traceback")
