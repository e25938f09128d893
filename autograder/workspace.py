"""The files beside a notebook: read once, written into the working folder of each process."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import SubmissionError

Files = Mapping[str, bytes | bytearray]  # by path within the folder, with forward slashes


def read_files(folder: Path, most_bytes: float = float("inf")) -> dict[str, bytes]:
    """The regular files in `folder` and below, notebooks apart.

    A link could point anywhere, so links are not followed. Raises SubmissionError when the files
    have more than `most_bytes` bytes together, before they are read.
    """
    return read_paths(
        folder, [path for path in sorted(folder.rglob("*")) if _taken(path)], most_bytes
    )


def read_paths(folder: Path, paths: Sequence[Path], most_bytes: float) -> dict[str, bytes]:
    """These files below `folder`. Raises SubmissionError as `read_files` does."""
    size = sum(path.stat().st_size for path in paths)
    if size > most_bytes:
        raise SubmissionError(
            f"the files beside its notebooks have {size / 1e6:,.0f} MB, more than the "
            f"{most_bytes / 1e6:,.0f} MB that are allowed"
        )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def write_files(files: Files, folder: Path) -> None:
    """Write the files into `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@contextmanager
def workspace(files: Files) -> Iterator[str]:
    """A fresh folder with these files, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as made:
        write_files(files, Path(made))
        yield made


def _taken(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.suffix != ".ipynb"
