"""What a student handed in, read once: the bytes that are graded are those that are kept."""

from collections.abc import Sequence
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.submission.folder_check import check_folder
from autograder.submission.notebook_file import read_bytes
from autograder.submission.worker_messages import Submission
from autograder.working_folder import read_files


def collect(
    folder: Path,
    expected: Sequence[str],
    max_bytes: int,
    ignore: Sequence[str],
    most_beside: float,
) -> Submission:
    """The submission in `folder`.

    expected: the names of the assignment's notebooks; others are left out.
    max_bytes: what a notebook's file may have.
    ignore: patterns of names of files and folders that nbgrader passes over.
    most_beside: bytes that the other files may have together.

    Raises SubmissionError where nothing of it can be graded, or a file in it is not to be trusted.
    """
    names = handed_in(folder, expected)
    check_folder(folder)
    notebooks = {}
    for name in names:
        try:
            notebooks[name] = read_bytes(folder / f"{name}.ipynb", max_bytes)
        except SubmissionError as error:
            raise SubmissionError(f"{name}.ipynb: {error}") from None
    return Submission(notebooks, read_files(folder, ignore, most_beside))


def handed_in(folder: Path, expected: Sequence[str]) -> list[str]:
    """Those of the notebooks that are in `folder`, by name. Raises SubmissionError for none."""
    names = [name for name in expected if (folder / f"{name}.ipynb").exists()]
    if not names:
        raise SubmissionError(f"none of its notebooks ({', '.join(expected)}) is in {folder}")
    return names
