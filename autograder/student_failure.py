"""A student's failure, as it travels through a test cell to the verdict."""

from autograder.verdict import Kind

_MOST_TEXT = 10_000  # characters


class StudentFailed(BaseException):
    """The student's process gave no answer. No test cell's `except Exception` swallows it.

    kind: TIMED_OUT, DIED or UNREADABLE; problem: one sentence for the student.
    """

    def __init__(self, kind: Kind, problem: str):
        self.kind, self.problem = kind, problem
        super().__init__(problem)


def mark_as_students(error: BaseException, traceback: str, text: str) -> BaseException:
    """Note on an exception that the student's code raised it, where, and what it said."""
    error.__dict__ |= {"_student_traceback": traceback, "_student_text": text}
    return error


def students_traceback(error: BaseException) -> str | None:
    """Where the student's code raised this exception, or None if it was not the student's."""
    return error.__dict__.get("_student_traceback")


def text_of(value: object) -> str:
    """What an exception or another value says; never raises.

    The student's own exception is not asked again. A test's may hold an object of the student's,
    which may raise anything, or exit, when it is asked.
    """
    # By its true type: a stand-in would ask what it stands for.
    if issubclass(type(value), BaseException) and "_student_text" in vars(value):
        return vars(value)["_student_text"]
    try:
        return str(value)[:_MOST_TEXT]
    except BaseException as second:
        return f"<str() of it raised {type(second).__name__}>"
