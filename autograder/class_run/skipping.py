"""Is the result of an earlier run still good? Then its submission is not graded again."""

from pathlib import Path

from autograder.course.provenance import Record
from autograder.course.writer import Writer
from autograder.submission.result import Result


def earlier_result(writer: Writer, folder: Path, student: str, wanted: Record) -> Result | None:
    """The student's result, made from what is `wanted`, and nothing of it gone.

    folder: of the graded notebooks.
    """
    found = writer.records.read(student)
    if found is None or found.determinants() != wanted.determinants():
        return None
    marks = writer.marks(student)
    if not marks or not all((folder / f"{name}.ipynb").exists() for name in found.mistakes):
        return None
    return Result(student, marks=marks, mistakes=found.mistakes, skipped=True)
