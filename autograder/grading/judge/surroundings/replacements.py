"""What a test's replacement for a function may do while the student's code calls it.

A spy hands on what it is given: one on `open` would open what the student names, and one on `eval`
run what they wrote, here. So while one answers, an audit hook holds the judge to its own folders.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

# To call these in the judge would tell of it; only None, data and mocks may stand for them.
TELLING = {"globals", "locals", "vars", "dir", "getattr", "setattr", "delattr", "breakpoint"}
_REFUSED = (
    *("subprocess.", "socket.", "ctypes.", "pickle.", "marshal.", "sqlite3.", "pty.", "signal."),
    *("fcntl.", "mmap.", "gc.", "shutil.", "urllib.", "http.", "ftplib.", "code."),
)
_OF_PATHS = ("os.", "glob.", "pathlib.", "tempfile.")
_OF_LIBRARIES = ("site-packages", "dist-packages")
_PYTHONS = (os.path.join(sys.prefix, "lib"), os.path.join(sys.base_prefix, "lib"))
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Replacements:
    """Of one judge. The hook is there from the first replacement that may be called."""

    def __init__(self, folder: str):
        """folder: the working folder; what lies beside it may be used, too."""
        self._base = os.path.realpath(os.path.dirname(folder)) + os.sep
        self._awake = self._answering = False

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Run the body, which is a test's replacement, or calls one."""
        if not self._awake:
            self._awake = True
            sys.addaudithook(self._hear)
        before, self._answering = self._answering, True
        try:
            yield
        finally:
            self._answering = before

    @contextmanager
    def ours(self) -> Iterator[None]:
        """Run the body, which is ours, within `answering`."""
        before, self._answering = self._answering, False
        try:
            yield
        finally:
            self._answering = before

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._answering:
            return
        with self.ours():
            allowed = self._allows(event, arguments)
        if not allowed:
            raise PermissionError(f"a replacement for a function may not do this here ({event})")

    def _allows(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            path, _, flags = arguments
            return self._is_ours(path) or (_is_public(path) and not flags & _WRITES)
        if event in ("exec", "compile"):
            return _by_a_library(sys._getframe(2))
        if event.startswith(_OF_PATHS):
            return bool(arguments) and self._is_ours(arguments[0])
        return not event.startswith(_REFUSED)

    def _is_ours(self, path: Any) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False  # a descriptor may be anything
        return os.path.realpath(os.fsdecode(path)).startswith(self._base)


def _is_public(path: Any) -> bool:
    """Whether the student's process may read this, too: Python and its packages."""
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    place = os.path.realpath(os.fsdecode(path))
    return any(place.startswith(os.path.realpath(p) + os.sep) for p in _PYTHONS)


def _by_a_library(frame: FrameType | None) -> bool:
    if frame is None:
        return False
    top = str(frame.f_globals.get("__name__")).partition(".")[0]
    file = frame.f_code.co_filename
    return top in sys.stdlib_module_names or any(place in file for place in _OF_LIBRARIES)
