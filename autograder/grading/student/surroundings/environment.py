"""The environment of the process, as a test has set it, while the student's code runs."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from autograder.grading.student.surroundings.files import Files

Node = Any


class Environment:
    """What the judge's tests want otherwise, and what was here before."""

    def __init__(self, files: Files):
        self._files = files
        self._before: dict[str, str | None] = {}
        self._cleared: dict[str, str] | None = None  # what there was before
        self._wanted: dict[str, Any] = {}
        self._input: io.StringIO | None = None

    def learn(self, told: Node) -> None:
        """Take note of what has changed, and of the input of the call that comes."""
        if "cleared" in told:
            self._clear(told["cleared"])
        for name, *value in told.get("variables", ()):
            self._set(name, value)
        if "folder" in told:
            with suppress(OSError):
                place = self._files.place(*(told["folder"] or ("work", "")))
                os.makedirs(place, exist_ok=True)
                os.chdir(place)
        self._wanted |= {w: told[w] for w in ("arguments", "floats") if w in told}
        self._input = None
        if "input" in told:
            self._input = io.StringIO(told["input"], newline="")

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Run the body, which is the student's code, with what is wanted."""
        arguments, stdin = sys.argv, sys.stdin
        floats = self._wanted.get("floats")
        before: Any = np.seterr(**floats) if floats else {}
        sys.argv = self._wanted.get("arguments") or arguments
        sys.stdin = self._input or stdin
        try:
            yield
        finally:
            if self._input:
                sys.stdin = stdin
            if self._wanted.get("arguments"):
                sys.argv = arguments
            np.seterr(**before)

    def position(self) -> int | None:
        """How far the input that was given has been read."""
        return None if self._input is None or self._input.closed else self._input.tell()

    def _clear(self, wanted: bool) -> None:
        if wanted and self._cleared is None:
            self._cleared = dict(os.environ)
            os.environ.clear()
        elif self._cleared is not None and not wanted:
            os.environ.clear()
            os.environ.update(self._cleared)
            self._cleared = None

    def _set(self, name: str, value: list[str | None]) -> None:
        if not value:
            wanted = self._before.pop(name, os.environ.get(name))
        else:
            self._before.setdefault(name, os.environ.get(name))
            wanted = value[0]
        if wanted is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = wanted
