"""The files of a working folder, as both sides look at their own: what has changed since."""

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from time import time_ns  # the true one, whatever a test puts in its place
from typing import NamedTuple

MOST_FILES = 1000  # files and folders that are looked at
MOST_BYTES = 64 * 2**20  # of the files of one message
DEEPEST = 10
# The kernel's clock for files ticks in some ms: what was written just now may change unseen.
_JUST_NOW = 50_000_000  # ns


class Stamp(NamedTuple):
    """What tells one state of a file from another. Of a folder, all is 0."""

    written: int
    size: int
    inode: int


class Watch:
    """One folder, and what lay in it when the two sides last agreed."""

    def __init__(self, root: str, only: str = ""):
        """only: the one name in it that is looked at; all without."""
        self.root, self._only = root, only
        self._agreed: dict[str, Stamp] = {}
        self._fresh: dict[str, bytes] = {}  # digests of files that were written just now

    def agree(self) -> None:
        """What there is now, the other side has, too."""
        self._agreed = dict(self._stamps())
        self._fresh = {n: _digest(self.root, n) for n in self._agreed if self._is_fresh(n)}

    def agree_on(self, name: str) -> None:
        """The other side has this file or folder as it is now, or does not have it either."""
        self._agreed.pop(name, None)
        self._fresh.pop(name, None)
        with suppress(OSError):
            info = os.lstat(os.path.join(self.root, name))
            is_file = not name.endswith("/")
            self._agreed[name] = _stamp(info) if is_file else Stamp(0, 0, 0)
            if is_file and self._is_fresh(name):
                self._fresh[name] = _digest(self.root, name)

    def changes(self) -> list[str]:
        """Files, and folders with a slash at their end, that are new, changed or gone: parents
        first."""
        now = dict(self._stamps())
        if now == self._agreed and not self._fresh:
            return []
        changed = [name for name, stamp in now.items() if self._has_changed(name, stamp)]
        return sorted(changed) + sorted((n for n in self._agreed if n not in now), reverse=True)

    def _has_changed(self, name: str, stamp: Stamp) -> bool:
        if self._agreed.get(name) != stamp:
            return True
        if (digest := self._fresh.get(name)) is None:
            return False
        if not self._is_fresh(name):
            del self._fresh[name]
        return digest != _digest(self.root, name)

    def _is_fresh(self, name: str) -> bool:
        return time_ns() - self._agreed[name].written < _JUST_NOW and name[-1] != "/"

    def _stamps(self) -> Iterator[tuple[str, Stamp]]:
        left = MOST_FILES
        for name, stamp in _walk(self.root, "", DEEPEST):
            if not self._only or name.partition("/")[0] == self._only:
                yield name, stamp
                left -= 1
            if not left:
                return


def content(root: str, name: str) -> bytes | None:
    """A file's bytes; None where there is no such file, or none that can be read."""
    with suppress(OSError):
        return Path(root, name).read_bytes()
    return None


def _walk(root: str, below: str, depth: int) -> Iterator[tuple[str, Stamp]]:
    folders = []
    with suppress(OSError), os.scandir(os.path.join(root, below)) as entries:
        for entry in entries:
            name = below + entry.name
            if name[0] == "." or entry.name == "__pycache__" or not _is_text(name):
                continue  # settings and caches of programs
            if entry.is_dir(follow_symlinks=False):
                folders.append(name + "/")
            elif entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    yield name, _stamp(entry.stat(follow_symlinks=False))
    for folder in folders if depth > 1 else ():
        yield folder, Stamp(0, 0, 0)
        yield from _walk(root, folder, depth - 1)


def _stamp(info: os.stat_result) -> Stamp:
    return Stamp(info.st_mtime_ns, info.st_size, info.st_ino)


def _is_text(name: str) -> bool:
    return name.isprintable() and len(name) < 1000


def _digest(root: str, name: str) -> bytes:
    return blake2b(content(root, name) or b"").digest()
