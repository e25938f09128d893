"""A submission's folder before anything of it is opened: plain files, not too many, plain names."""

import mimetypes
import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.text import shorten

MOST_DEEP = 10  # folders in folders
MOST_FILES = 1000  # files and folders
_PAGES = {"application/xml", "text/html", "text/xml", "text/xsl"}
_PAGE_NAMES = (".htm", ".html", ".mht", ".mhtml", ".shtml", ".svg", ".svgz", ".xht", ".xhtml")
# Formgrader writes a student's id into its pages, scripts and addresses as it is.
_MEANINGFUL = re.compile(r"""[<>"&\\`%#?]|^[-.]|^$""")


def check_student(student: str) -> None:
    """Raise SubmissionError if a student's id could act in a page, a terminal or a command."""
    bad = _MEANINGFUL.search(student)
    if bad or not student.isprintable():
        what = repr(bad[0]) if bad else "a character that cannot be shown"
        raise SubmissionError(
            f"the student's id {shorten(student)!r} has {what} in it: rename the folder"
        )


def check_folder(folder: Path, most_files: int = MOST_FILES, most_bytes: int = 500_000_000) -> None:
    """Raise SubmissionError if the folder holds anything but a sensible number of plain files.

    nbgrader copies what a link points to: into the graded files, and from there to the student;
    and it would read a named pipe for ever. Archives are files like others: nobody unpacks them.

    most_files: files and folders, below `folder`. most_bytes: of all files together.
    """
    size = 0
    for count, entry in enumerate(_entries(folder, most_files + 1), start=1):
        _check_entry(entry, os.path.relpath(entry.path, folder))
        size += entry.stat().st_size if entry.is_file() else 0
        if count > most_files:
            raise SubmissionError(f"it has more than the {most_files:,} files that are allowed")
        if size > most_bytes:
            raise SubmissionError(
                f"its files have more than the {most_bytes / 1e6:,.0f} MB that are allowed"
            )


def check_name(name: str) -> None:
    """Raise SubmissionError for a file name that the wire and nbgrader's log cannot hold."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise SubmissionError(f"the file name {shorten(name)!r} is not UTF-8; rename it") from None


def _check_entry(entry: os.DirEntry, name: str) -> None:
    check_name(name)
    if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
        raise SubmissionError(f"{shorten(name)!r} is a link, or no regular file; hand in the file")


def active_files(folder: Path) -> list[Path]:
    """The files that a browser would run as pages of their own, if a server sent them to it."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and is_active(path.name)]


def is_active(name: str) -> bool:
    """Whether a browser would run a file of this name as a page."""
    kind = mimetypes.guess_type(name.lower())[0] or ""
    return kind in _PAGES or kind.endswith("+xml") or name.lower().endswith(_PAGE_NAMES)


def _entries(folder: Path, most: int, depth: int = 0) -> Iterator[os.DirEntry]:
    """What lies in the folder and below, by name, at most `most` of a folder; no link followed."""
    if depth > MOST_DEEP:
        raise SubmissionError(f"it has folders in folders, more than {MOST_DEEP} deep")
    try:
        with os.scandir(folder) as found:
            entries = sorted(islice(found, most), key=lambda entry: entry.name)
    except OSError as error:
        raise SubmissionError(f"its folder cannot be read: {error.strerror}") from None
    for entry in entries:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), most, depth + 1)
