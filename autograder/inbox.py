"""What a student handed in, read once: the bytes that are graded are those that are kept."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.folder import check_folder
from autograder.job import Submission
from autograder.submission import read_bytes


def collect(
    folder: Path, expected: Sequence[str], max_bytes: int, ignore: Sequence[str]
) -> Submission:
    """The submission in `folder`.

    expected: the names of the assignment's notebooks; others are left out.
    max_bytes: what a notebook's file may have.
    ignore: patterns of names of files and folders that nbgrader passes over.

    Raises SubmissionError where nothing of it can be graded, or a file in it is not to be trusted.
    """
    names = [name for name in expected if (folder / f"{name}.ipynb").exists()]
    if not names:
        raise SubmissionError(f"none of its notebooks ({', '.join(expected)}) is in {folder}")
    check_folder(folder)
    notebooks = {}
    for name in names:
        try:
            notebooks[name] = read_bytes(folder / f"{name}.ipynb", max_bytes)
        except SubmissionError as error:
            raise SubmissionError(f"{name}.ipynb: {error}") from None
    return Submission(notebooks, files_beside(folder, ignore))


def files_beside(folder: Path, ignore: Sequence[str]) -> dict[str, bytes]:
    """The files in `folder` and below that nbgrader copies along: no notebooks, none ignored."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in _paths(folder, [*ignore, "*.ipynb"])
    }


def _paths(folder: Path, ignore: Sequence[str]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(name, ignore))
        paths = (Path(parent, name) for name in sorted(names) if not _ignored(name, ignore))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _ignored(name: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern matches, as in a shell: `*` does not match a leading dot."""
    hidden = name.startswith(".")
    return any(fnmatch(name, p) for p in patterns if not hidden or p.startswith("."))
