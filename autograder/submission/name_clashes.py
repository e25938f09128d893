"""Submitted names beside the course's: neither may be a file where the other is a folder."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from autograder.errors import SubmissionError
from autograder.text import shorten


def check_names(handed_in: Iterable[str], of_course: Iterable[str]) -> None:
    """Raise SubmissionError for a file where the course has a folder, or the reverse.

    Both are written into one folder: that of the notebook, and that of the graded files.

    handed_in, of_course: paths of files within the folder, with forward slashes.
    """
    theirs, ours = set(handed_in), set(of_course)
    for name in sorted(theirs & _folders(ours)):
        raise SubmissionError(
            f"{shorten(name)!r} is a file, and the course has a folder of that name: rename it"
        )
    for name in sorted(ours & _folders(theirs)):
        raise SubmissionError(
            f"{shorten(name)!r} is a folder, and the course has a file of that name: rename it"
        )


def _folders(paths: Iterable[str]) -> set[str]:
    return {str(parent) for path in paths for parent in PurePosixPath(path).parents}
