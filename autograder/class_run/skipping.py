"""Is the result of an earlier run still good? Then its submission is not graded again."""

from autograder.class_run.reading import HandedIn
from autograder.course.course import Course
from autograder.course.provenance import Record
from autograder.course.writer import Writer
from autograder.submission.result import Result


class EarlierResults:
    """The results that earlier runs over one assignment have left."""

    def __init__(self, course: Course, assignment: str, writer: Writer):
        self._course, self._assignment, self._writer = course, assignment, writer

    def find(self, handed_in: HandedIn, wanted: Record) -> Result | None:
        """The student's result, made from what is `wanted`, and nothing of it gone."""
        student = handed_in.student
        found = self._writer.records.read(student)
        if found is None or found.determinants() != wanted.determinants():
            return None
        folder = self._course.autograded_folder(self._assignment, student)
        marks = self._writer.marks(student)
        if not marks or not all((folder / f"{n}.ipynb").exists() for n in found.mistakes):
            return None
        return Result(student, marks=marks, mistakes=found.mistakes, skipped=True)
