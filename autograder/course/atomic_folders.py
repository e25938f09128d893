"""Folders that change as a whole: a reader sees the old one or the new one, never half of one."""

import ctypes
import os
from collections.abc import Mapping
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def prepare(place: Path, files: Mapping[str, bytes], mode: int, shared: bool) -> Path:
    """Write a folder beside `place`, to be `put` there; returns where it is.

    mode: permissions of the files; shared: whether the folders are the group's to write in.
    """
    new = _beside(place, "new")
    discard(new)  # of a run that was killed
    place.parent.mkdir(parents=True, exist_ok=True)
    new.mkdir()
    try:
        _fill(new, files, mode)
    except BaseException:  # a full disk gets its room back
        discard(new)
        raise
    if shared:
        for folder in (new, *(path for path in new.rglob("*") if path.is_dir()), place.parent):
            folder.chmod((folder.stat().st_mode | 0o2770) & 0o2777)
    return new


def put(new: Path, place: Path) -> None:
    """Move the folder to its place, in one step where the file system can, and drop the old one."""
    if not place.exists():
        new.rename(place)
    elif _exchange(new, place):
        discard(new)
    else:
        old = _beside(place, "old")
        discard(old)
        place.rename(old)
        new.rename(place)
        discard(old)
    sync(place.parent)


def remove(place: Path) -> None:
    """Remove the folder, so that it is there as a whole or not at all."""
    if place.exists():
        old = _beside(place, "old")
        discard(old)
        place.rename(old)
        discard(old)


def discard(folder: Path) -> None:
    """Delete the folder and what is in it, if it is there; of a link, the link."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        _remove(folder)


def sync(folder: Path) -> None:
    """Make what was renamed, created or removed in the folder outlast a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_synced(path: Path, content: bytes) -> None:
    """Write the file so that it outlasts a loss of power."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _fill(folder: Path, files: Mapping[str, bytes], mode: int) -> None:
    for name, content in files.items():
        _write(folder / name, content, mode)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_synced(path, content)
    path.chmod(mode)


def _remove(folder: Path) -> None:
    """As shutil.rmtree, which calls itself for each folder in a folder: one can be too deep."""
    here, names = os.open(folder, _FOLDER), list[str]()
    try:
        while True:
            if below := _emptied(here):
                names.append(below)
                here = _moved(here, below)
            elif names:
                here = _moved(here, "..")
                os.rmdir(names.pop(), dir_fd=here)
            else:
                break
    finally:
        os.close(here)
    folder.rmdir()


def _emptied(folder: int) -> str:
    """Delete the files in the folder up to the first folder in it; returns its name, or ""."""
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            return entry.name
        os.unlink(entry.name, dir_fd=folder)
    return ""


def _moved(folder: int, name: str) -> int:
    to = os.open(name, _FOLDER, dir_fd=folder)
    os.close(folder)
    return to


def _beside(place: Path, suffix: str) -> Path:
    """Hidden, so that nbgrader does not take it for a submission."""
    return place.with_name(f".{place.name}.{suffix}")


def _exchange(one: Path, other: Path) -> bool:
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "renameat2"):
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return not libc.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE)
