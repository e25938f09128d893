"""Files: what a test writes goes to the student's process, and what that writes comes here.

What comes is bytes under a name that is checked; never a file of the instructor's, nor one that a
program would run or obey by its name alone. `guard` keeps what came from being run.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from autograder.errors import WireError
from autograder.grading.judge.surroundings.guard import Guard
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.folders import (
    DEEPEST,
    MOST_BYTES,
    MOST_FILES,
    Watch,
    content,
)

Node = Any
_MANY = 200  # given files, each of which would be looked at before every call
_NAME = 255  # bytes of a part of a path
# Settings that programs look for in the folder they are started in, and what Python would load.
_OBEYED = {
    *("conftest.py", "sitecustomize.py", "usercustomize.py", "matplotlibrc", "pytest.ini"),
    *("pyproject.toml", "setup.cfg", "tox.ini", "Makefile", "makefile", "GNUmakefile"),
}
_LOADED = {".so", ".pyc", ".pyd", ".pth", ".egg", ".egg-link"}


class Files:
    """The folder of one judge, and its temporary one, of which only what was named is shared."""

    def __init__(self, folder: str, most_bytes: int, guard: Guard):
        """
        folder: the working folder, as it is when the notebook begins.
        most_bytes: that what the student's code wrote may have, at a time.
        """
        self._most_bytes, self._guard = most_bytes, guard
        self._folder = folder
        self._temporary = os.path.join(os.path.dirname(folder), "tmp")
        self._given = frozenset(_names(self._folder))
        guard.given = {name: content(self._folder, name) or b"" for name in self._given}
        self._sizes: dict[tuple[str, str], int] = {}
        self.renew()

    def make_temporary(self) -> None:
        """Have this process's temporary files lie beside the working folder, gone with it."""
        os.makedirs(self._temporary, 0o700, exist_ok=True)
        tempfile.tempdir = self._temporary

    def renew(self) -> None:
        """A fresh process of the student's has the instructor's files, and no others."""
        many = self._given if len(self._given) > _MANY else frozenset()
        self._work = Watch(self._folder, given=many)
        for name in self._given - many:
            self._work.agree_on(name)
        self._lent: dict[str, Watch] = {}

    def start(self) -> Node:
        """What the student's process is told first: where the judge's folders are, and what lies
        in them."""
        return {"base": os.path.dirname(self._folder), "given": sorted(self._given)}

    def name_to_them(self, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> None:
        """From now on share the temporary files and folders that these arguments name."""
        for value in (*arguments, *keywords.values()):
            if type(value) is str or isinstance(value, Path):
                self.lend(str(value))

    def lend(self, path: str) -> None:
        """From now on share the temporary file or folder in which a path lies."""
        first, _, rest = path.partition(self._temporary + "/")
        if not first and (entry := rest.partition("/")[0]) and entry not in self._lent:
            self._lent[entry] = Watch(self._temporary, only=entry)

    def sent(self, encoder: Encoder) -> list[Node]:
        """What has changed here, to go with a question. What is too large stays."""
        found, left = [], MOST_BYTES
        for place, watch in self._watches():
            for name in watch.changes():
                watch.agree_on(name)
                data = None if name.endswith("/") else content(watch.root, name)
                if len(data or b"") <= left:
                    left -= len(data or b"")
                    there = os.path.lexists(os.path.join(watch.root, name))
                    found.append([place, name, there, encoder.node(data)])
        return found

    def take(self, claimed: Any, decoder: Decoder) -> None:
        """Write what the student's code claims to have written. Raises WireError for nonsense."""
        if len(claimed) > 2 * MOST_FILES:
            raise WireError(f"more than {MOST_FILES:,} files")
        for place, name, there, node in claimed:
            data = decoder.value(node)
            if place not in ("work", "tmp") or type(data) not in (bytes, type(None)):
                raise WireError("a file in no folder, or of no bytes")
            parts = _parts(name)
            lent = place == "work" or parts[0] in self._lent
            if not lent or (place == "work" and name in self._given) or _is_obeyed(parts):
                continue
            watch = self._work if place == "work" else self._lent[parts[0]]
            self._account(place, name, len(data or b"") if there else 0)
            with suppress(OSError):  # a link, or a folder where a file was to be
                _put(watch.root, parts, data, there=bool(there), folder=name.endswith("/"))
                path = os.path.join(watch.root, name)
                if data is not None and there:
                    self._guard.came(path)
                watch.agree_on(name)

    def _watches(self) -> Iterator[tuple[str, Watch]]:
        yield "work", self._work
        for watch in self._lent.values():
            yield "tmp", watch

    def _account(self, place: str, name: str, size: int) -> None:
        self._sizes[place, name] = size
        if sum(self._sizes.values()) > self._most_bytes or len(self._sizes) > 10 * MOST_FILES:
            raise WireError(f"files of more than {self._most_bytes:,} bytes, or too many")


def _names(folder: str) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(parent, name), folder) for name in names)


def _parts(name: Any) -> list[str]:
    """The parts of a relative path. Raises WireError for a name that leads anywhere else."""
    if type(name) is not str or not name.isprintable():
        raise WireError("a file without a name")
    parts = name.removesuffix("/").split("/")
    if len(parts) > DEEPEST or any(
        part in ("", ".", "..") or "\\" in part or len(part.encode()) > _NAME for part in parts
    ):
        raise WireError("a file whose name leads elsewhere")
    return parts


def _is_obeyed(parts: Sequence[str]) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    last = parts[-1]
    return hidden or last in _OBEYED or os.path.splitext(last)[1].lower() in _LOADED


def _put(root: str, parts: Sequence[str], data: bytes | None, *, there: bool, folder: bool) -> None:
    """Write, make or remove a file or a folder; no link is followed on the way."""
    with _parent(root, parts[:-1]) as inside:
        last = parts[-1]
        if not there:
            (os.rmdir if folder else os.unlink)(last, dir_fd=inside)
        elif folder:
            with suppress(FileExistsError):
                os.mkdir(last, 0o700, dir_fd=inside)
        else:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK
            with os.fdopen(os.open(last, flags, 0o600, dir_fd=inside), "wb") as file:
                file.write(data or b"")


@contextmanager
def _parent(root: str, parts: Sequence[str]) -> Iterator[int]:
    inside = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            with suppress(FileExistsError):
                os.mkdir(part, 0o700, dir_fd=inside)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            inside, outer = os.open(part, flags, dir_fd=inside), inside
            os.close(outer)
        yield inside
    finally:
        os.close(inside)
