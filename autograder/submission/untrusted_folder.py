"""A folder that its owner may change while it is read: with our rights, nothing else is read.

A path is looked up anew at each use, and by then a link may lie there. So everything is opened by
its name in the open folder above it, no link is followed, and what was opened is looked at: its
kind, its owner, its names. Sizes are counted as they are read.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.submission.folder_check import MOST_DEEP, MOST_FILES, check_name
from autograder.text import shorten

_SAFELY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NO_FILE = "is a link, or no regular file; hand in the file"
_CHANGED = "changed while it was read"


@dataclass(frozen=True)
class Wanted:
    """What is read of a folder.

    ignored: whether to pass over a name, of a folder (True) or a file.
    most_in_file: bytes; larger files are passed over, but count.
    most_bytes: of all files together.
    """

    ignored: Callable[[str, bool], bool]
    most_in_file: float
    most_bytes: float


@dataclass
class Read:
    """The bytes of a folder's files, by path within it, with forward slashes.

    changed: when something in it was last changed, in seconds since 1970. Nobody can choose that
    time, as one can choose what a name, a text or a time of modification says.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    changed: float = 0.0


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """The folder's descriptor. Raises SubmissionError for a link or a file, and OSError."""
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        raise SubmissionError("it is a link or a file, not a folder")
    with _open(path, folder=True) as descriptor:
        yield descriptor


def read(top: int, wanted: Wanted) -> Read:
    """What the open folder holds of what is wanted.

    Raises SubmissionError for anything in it but folders and plain files of its owner's, for more
    of them than a submission may have, or what changes meanwhile; and OSError.
    """
    reader = _Reader(os.fstat(top), wanted)
    folders: list[tuple[str, ...]] = [()]  # a stack of our own: recursion has an end
    while folders:
        folders += reader.read(top, folders.pop())
    return reader.found


class _Reader:
    def __init__(self, top: os.stat_result, wanted: Wanted):
        self.found = Read(changed=top.st_ctime)
        self._owner, self._wanted = top.st_uid, wanted
        self._entries_left, self._bytes_left = MOST_FILES, wanted.most_bytes

    def read(self, top: int, parts: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Read the files of the folder that these names lead to; returns the folders in it."""
        if len(parts) > MOST_DEEP:
            raise SubmissionError(f"it has folders in folders, more than {MOST_DEEP} deep")
        folders = []
        with _descend(top, parts) as folder:
            self._check("/".join(parts) or ".", os.fstat(folder))
            for entry in self._entries(folder):
                path = "/".join((*parts, entry.name))
                if entry.is_dir(follow_symlinks=False):
                    folders.append((*parts, entry.name))
                elif not entry.is_file(follow_symlinks=False):
                    raise SubmissionError(f"{shorten(path)!r} {_NO_FILE}")
                else:
                    self._read_file(folder, entry.name, path)
        return folders

    def _entries(self, folder: int) -> Iterator[os.DirEntry]:
        with os.scandir(folder) as found:
            entries = list(islice(found, self._entries_left + 1))
        self._entries_left -= len(entries)
        if self._entries_left < 0:
            raise SubmissionError(f"it has more than the {MOST_FILES:,} files that are allowed")
        for entry in entries:
            check_name(entry.name)
            if not self._wanted.ignored(entry.name, entry.is_dir(follow_symlinks=False)):
                yield entry

    def _read_file(self, folder: int, name: str, path: str) -> None:
        with _open(name, parent=folder) as descriptor:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise SubmissionError(f"{shorten(path)!r} {_NO_FILE}")
            self._check(path, before)
            if before.st_nlink != 1:  # of somebody's file, made where we can read it
                raise SubmissionError(f"{shorten(path)!r} has another name, too: hand in a copy")
            content = self._content(descriptor, before.st_size)
            after = os.fstat(descriptor)
        if content is not None:
            if (after.st_ctime_ns, after.st_size) != (before.st_ctime_ns, len(content)):
                raise SubmissionError(f"{shorten(path)!r} {_CHANGED}")
            self.found.files[path] = content

    def _content(self, descriptor: int, size: int) -> bytes | None:
        """The bytes, never more of them than fit; None of a file that is passed over."""
        self._bytes_left -= size
        if self._bytes_left < 0:
            most = self._wanted.most_bytes / 1000
            raise SubmissionError(f"it has more than the {most:,.0f} kB that are allowed")
        if size > self._wanted.most_in_file:
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(size + 1)

    def _check(self, path: str, status: os.stat_result) -> None:
        if status.st_uid != self._owner:
            raise SubmissionError(f"{shorten(path)!r} belongs to somebody else than its folder")
        self.found.changed = max(self.found.changed, status.st_ctime)


@contextmanager
def _descend(top: int, parts: tuple[str, ...]) -> Iterator[int]:
    """The folder that these names lead to, each a folder in the one before it."""
    here = os.open(".", _SAFELY | os.O_DIRECTORY, dir_fd=top)
    try:
        for name in parts:
            with _open(name, parent=here, folder=True) as below:
                os.dup2(below, here, inheritable=False)
        yield here
    finally:
        os.close(here)


@contextmanager
def _open(name: str | Path, *, parent: int | None = None, folder: bool = False) -> Iterator[int]:
    flags = _SAFELY | (os.O_DIRECTORY if folder else 0)
    try:
        descriptor = os.open(name, flags, dir_fd=parent)
    except (FileNotFoundError, NotADirectoryError, BlockingIOError):
        raise SubmissionError(f"{shorten(str(name))!r} {_CHANGED}") from None
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise SubmissionError(f"{shorten(str(name))!r} {_NO_FILE}") from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)
