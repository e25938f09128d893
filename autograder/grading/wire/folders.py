"""The files of a working folder, as both sides look at their own: what has changed since."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from time import time_ns  # the true one, whatever a test puts in its place
from typing import NamedTuple

MOST_FILES = 1000  # files and folders that are looked at, of those that are not given
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

    def __init__(self, root: str, only: str = "", given: Iterable[str] = ()):
        """
        only: the one name in it that is looked at; all without.
        given: names in it that are not looked at.
        """
        self.root, self._only, self._given = root, only, frozenset(given)
        # Folders without files to look at, and theirs: nothing was added while their time stays.
        self._quiet: dict[str, tuple[int, list[str]]] = {}
        self._agreed: dict[str, Stamp] = {}
        self._fresh: dict[str, bytes] = {}  # digests of files that were written just now

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
        """All that is looked at; nothing where it is more than that may be."""
        found = list(islice(self._below(self._only and self._only + "/", DEEPEST), MOST_FILES + 1))
        if self._only:
            found += _lone_file(self.root, self._only)
        return iter(found if len(found) <= MOST_FILES else self._agreed.items())

    def _below(self, folder: str, depth: int) -> Iterator[tuple[str, Stamp]]:
        folders: list[str] = []
        with suppress(OSError):
            folders, files = self._listed(folder)
            for name in files:
                with suppress(OSError):
                    yield name, _stamp(os.lstat(os.path.join(self.root, name)))
        for inner in folders if depth > 1 else ():
            yield inner, Stamp(0, 0, 0)
            yield from self._below(inner, depth - 1)

    def _listed(self, folder: str) -> tuple[list[str], list[str]]:
        """The folders and files in a folder, but for those that are given."""
        path = os.path.join(self.root, folder)
        written = os.stat(path).st_mtime_ns
        if self._quiet.get(folder, (0, []))[0] == written:
            return self._quiet[folder][1], []
        folders, files = [], []
        with os.scandir(path) as entries:
            for entry in entries:
                name = folder + entry.name
                if entry.name[0] == "." or entry.name == "__pycache__" or not _is_text(name):
                    continue  # settings and caches of programs
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name + "/")
                elif entry.is_file(follow_symlinks=False) and name not in self._given:
                    files.append(name)
        if not files and time_ns() - written > _JUST_NOW:
            self._quiet[folder] = written, folders
        return folders, files


def _lone_file(root: str, name: str) -> list[tuple[str, Stamp]]:
    with suppress(OSError):
        info = os.lstat(os.path.join(root, name))
        if stat.S_ISDIR(info.st_mode):
            return [(name + "/", Stamp(0, 0, 0))]
        if stat.S_ISREG(info.st_mode):
            return [(name, _stamp(info))]
    return []


def content(root: str, name: str) -> bytes | None:
    """A file's bytes; None where there is no such file, or none that can be read."""
    with suppress(OSError):
        return Path(root, name).read_bytes()
    return None


def _stamp(info: os.stat_result) -> Stamp:
    return Stamp(info.st_mtime_ns, info.st_size, info.st_ino)


def _is_text(name: str) -> bool:
    return name.isprintable() and len(name) < 1000


def _digest(root: str, name: str) -> bytes:
    return blake2b(content(root, name) or b"").digest()
