"""The files beside a notebook: read once, written into the working folder of each process."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from autograder.errors import SubmissionError

Files = Mapping[str, bytes | bytearray]  # by path within the folder, with forward slashes


def read_files(
    folder: Path, ignore: Sequence[str], most_bytes: float = float("inf")
) -> dict[str, bytes]:
    """The regular files in `folder` and below, but for notebooks and what is ignored.

    They are those that nbgrader copies along. A link could point anywhere, so links are not
    followed.

    ignore: patterns of names of files and folders, as `CourseDirectory.ignore` has them.

    Raises SubmissionError when the files have more than `most_bytes` bytes together, before they
    are read.
    """
    paths = list(_paths(folder, [*ignore, "*.ipynb"]))
    size = sum(path.stat().st_size for path in paths)
    if size > most_bytes:
        raise SubmissionError(
            f"the files beside its notebooks have {size / 1e6:,.0f} MB, more than the "
            f"{most_bytes / 1e6:,.0f} MB that are allowed"
        )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def names_of_files(folder: Path, ignore: Sequence[str]) -> list[str]:
    """Of the files that `read_files` reads, their paths within the folder."""
    return [path.relative_to(folder).as_posix() for path in _paths(folder, [*ignore, "*.ipynb"])]


def write_files(files: Files, folder: Path) -> None:
    """Write the files into `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@contextmanager
def workspace(files: Files) -> Iterator[str]:
    """A fresh folder with these files, gone at the end; there is room for another beside it."""
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as made:
        folder = Path(made, "work")
        folder.mkdir()
        write_files(files, folder)
        yield str(folder)


def _paths(folder: Path, ignore: Sequence[str]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(name, ignore))
        paths = (Path(parent, name) for name in sorted(names) if not _ignored(name, ignore))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _ignored(name: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern matches, as in a shell: `*` does not match a leading dot."""
    hidden = name.startswith(".")
    return any(fnmatch(name, p) for p in patterns if not hidden or p.startswith("."))
