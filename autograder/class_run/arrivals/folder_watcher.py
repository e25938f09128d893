"""Folders in which submissions arrive: which are new or changed, and no longer being written.

A folder is known by a stamp of the names, sizes and times of its files. Events of the file system
only say where to look; where there are none (a network's file system), looking at all of them now
and then finds the same.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from autograder.submission.folder_check import MOST_DEEP

QUIET_SECONDS = 1.0  # without a change: a submission is there, not still being written
_MOST_ENTRIES = 2000  # of a folder: the check of submissions refuses more


class FolderWatcher:
    """Tells each submission once, and again when it has changed."""

    def __init__(
        self, every: Callable[[], Mapping[str, Path]], owner: Callable[[Path], str | None]
    ):
        """
        every: the folders that there are, by the name of what arrives.
        owner: the name of that in whose folder a path lies, or None.
        """
        self._every, self._owner = every, owner
        self._folders: Mapping[str, Path] = {}
        self._seen: dict[str, tuple[int, float]] = {}  # the stamp, and since when
        self._told: dict[str, int] = {}

    def look(self, paths: Iterable[Path] | None, now: float) -> list[str]:
        """What is there, whole, and was not told before.

        paths: where something happened since the last look; None looks at all folders.
        now: seconds of a monotonic clock.
        """
        return [name for name in self._candidates(paths) if self._is_new(name, now)]

    @property
    def waiting(self) -> bool:
        """Whether something has been seen that was not told yet."""
        return bool(self._seen)

    def forget(self, names: Iterable[str]) -> None:
        """Tell these again."""
        for name in names:
            self._told.pop(name, None)

    def _candidates(self, paths: Iterable[Path] | None) -> list[str]:
        if paths is None:
            self._folders = self._every()
            return list(self._folders)
        changed = {self._owner(path) for path in paths}
        if changed - set(self._folders):
            # New, or a folder above one: of what is put in at once, events do not tell.
            known, self._folders = self._folders, self._every()
            changed |= set(self._folders) - set(known)
        return [name for name in self._folders if name in changed or name in self._seen]

    def _is_new(self, name: str, now: float) -> bool:
        stamp = _stamp(self._folders[name])
        if self._told.get(name) == stamp:
            self._seen.pop(name, None)
            return False
        seen, since = self._seen.get(name, (None, now))
        if stamp != seen:
            self._seen[name] = stamp, now
            return False
        if now - since < QUIET_SECONDS:
            return False
        del self._seen[name]
        self._told[name] = stamp
        return True


def _stamp(folder: Path) -> int:
    """Changes when something in the folder does, or its owner: a time of change cannot be set."""
    found = []
    for path, status in _below(folder):
        found.append((path, status.st_ctime_ns, status.st_size, status.st_ino))
        if len(found) > _MOST_ENTRIES:
            break
    return hash(tuple(sorted(found)))


def _below(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """The folder and what lies in it, no deeper than a submission may be; no link is followed."""
    waiting = [(str(folder), 0)]
    while waiting:
        path, depth = waiting.pop()
        try:
            status = os.lstat(path)
        except OSError:  # gone meanwhile
            continue
        yield path, status
        if stat.S_ISDIR(status.st_mode) and depth <= MOST_DEEP:
            paths = _paths(path, _MOST_ENTRIES - len(waiting))
            waiting += [(below, depth + 1) for below in paths]


def _paths(folder: str, most: int) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return [entry.path for entry in islice(found, most)]
    except OSError:
        return []
