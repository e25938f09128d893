"""What a student handed in, read once: the bytes that are graded are those that are kept."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.folder import check_folder
from autograder.job import Submission
from autograder.submission import read_bytes
from autograder.workspace import read_paths


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
    return Submission(notebooks, files_beside(folder, ignore, most_beside))


def handed_in(folder: Path, expected: Sequence[str]) -> list[str]:
    """Those of the notebooks that are in `folder`, by name. Raises SubmissionError for none."""
    names = [name for name in expected if (folder / f"{name}.ipynb").exists()]
    if not names:
        raise SubmissionError(f"none of its notebooks ({', '.join(expected)}) is in {folder}")
    return names


def files_beside(
    folder: Path, ignore: Sequence[str], most_bytes: float = float("inf")
) -> dict[str, bytes]:
    """The files in `folder` and below that nbgrader copies along: no notebooks, none ignored.

    Raises SubmissionError when they have more than `most_bytes` bytes together.
    """
    return read_paths(folder, list(_paths(folder, [*ignore, "*.ipynb"])), most_bytes)


def _paths(folder: Path, ignore: Sequence[str]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(name, ignore))
        paths = (Path(parent, name) for name in sorted(names) if not _ignored(name, ignore))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _ignored(name: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern matches, as in a shell: `*` does not match a leading dot."""
    hidden = name.startswith(".")
    return any(fnmatch(name, p) for p in patterns if not hidden or p.startswith("."))
