"""What did this student hand in? Read once: the bytes that are graded are those that are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from autograder.course.course import Course
from autograder.course.timestamp import handed_in_at
from autograder.plugin.assignment import Assignment
from autograder.submission.folder_check import check_student
from autograder.submission.intake import collect
from autograder.submission.name_clashes import check_names
from autograder.submission.worker_messages import Submission


@dataclass(frozen=True, eq=False)
class HandedIn:
    """A submission that can be graded.

    timestamp: when it was handed in, where that is known.
    digest: of its bytes and of the student's extension.
    """

    student: str
    submission: Submission
    timestamp: datetime | None
    digest: str


class Reader:
    """Reads the submissions of one assignment."""

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        extensions: Mapping[str, object],
        most_beside: float,
    ):
        """
        extensions: by student, where one was granted.
        most_beside: bytes that the files beside a submission's notebooks may have together.
        """
        self._course, self._assignment = course, assignment
        self._extensions, self._most_beside = extensions, most_beside

    def read(self, student: str) -> HandedIn:
        """What lies in the student's folder.

        Raises SubmissionError or OSError where nothing of it can be graded.
        """
        check_student(student)
        folder = self._course.submitted_folder(self._assignment.name, student)
        most = self._course.coursedir.max_file_size * 1000  # nbgrader counts in thousands of bytes
        expected, ignore = self._assignment.notebooks, self._assignment.ignore
        submission = collect(folder, expected, most, ignore, self._most_beside)
        check_names(submission.files, self._assignment.names)
        timestamp = handed_in_at(folder)
        extension = str(self._extensions.get(student, ""))
        digest = sha256(submission.to_bytes() + extension.encode()).hexdigest()
        return HandedIn(student, submission, timestamp, digest)
