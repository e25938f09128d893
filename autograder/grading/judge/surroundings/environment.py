"""The environment of the process, where a test has changed it, as it goes over with a call."""

import io
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

Node = Any


class Environment:
    """Of one judge: of its own environment, only what tests have set is ever told."""

    def __init__(self, folder: str, lend: Callable[[str], None]):
        """
        folder: the working folder, as it is when the notebook begins.
        lend: is told the one that a test has gone to.
        """
        self._lend, self._base = lend, os.path.dirname(folder)
        self.settle()
        self.renew()

    def settle(self) -> None:
        """What is now, both sides have: given cells set it on both."""
        self._variables = dict(os.environ)
        self._usual = {**self._process(), "folder": ["work", ""]}

    def renew(self) -> None:
        """A fresh process of the student's knows of nothing."""
        self._told = dict(self._usual)
        self._told_variables: dict[str, str] = dict(self._variables)
        self._raw: Any = None  # to be looked at again
        self._read: Any = None

    def sent(self) -> Node:
        """What has changed since it was last told; None if nothing."""
        told: dict[str, Any] = {}
        if (raw := _raw()) != self._raw:
            self._raw = raw
            told["variables"] = self._changed_variables()
            told["cleared"] = self._is_cleared()
        now = self._process() | {"folder": self._where()}
        for what, value in now.items():
            if value != self._told[what]:
                told[what] = None if value == self._usual[what] else value
        self._told = now
        if (text := self._input()) is not None:
            told["input"] = text
        return told or None

    def take(self, position: Any) -> None:
        """How much of its standard input the student's code claims to have read."""
        if self._read is not None and type(position) is int and position >= 0:
            stdin, start = self._read
            stdin.seek(start)
            stdin.read(min(position, 2**31))

    def _process(self) -> dict[str, Any]:
        arguments = sys.argv if isinstance(sys.argv, list) else []
        return {"arguments": list(map(str, arguments)), "floats": np.geterr()}

    def _changed_variables(self) -> list[list[str | None]]:
        now, before = dict(os.environ), self._told_variables
        self._told_variables = now
        return [
            [name] if now.get(name) == self._variables.get(name) else [name, now.get(name)]
            for name in sorted(now.keys() | before.keys())
            if now.get(name) != before.get(name) and not (self._is_cleared() and name not in now)
        ]

    def _is_cleared(self) -> bool:
        """Whether nothing is left of what there was, which is then not told by name."""
        return not any(name in self._told_variables for name in self._variables)

    def _where(self) -> list[str]:
        """The working folder, by the name that the student's process knows it by."""
        try:
            folder = os.getcwd()
        except FileNotFoundError:  # a test has removed it
            return ["work", ""]
        self._lend(folder)
        for place in ("work", "tmp"):
            root = os.path.join(self._base, place)
            if folder == root or folder.startswith(root + "/"):
                return [place, folder[len(root) + 1 :]]
        return ["work", ""]

    def _input(self) -> Node:
        """The rest of the text that a test has put into standard input; None where it has not."""
        stdin, self._read = sys.stdin, None
        text_of = io.StringIO | io.TextIOWrapper
        if stdin is sys.__stdin__ or not isinstance(stdin, text_of) or stdin.closed:
            return None
        start = stdin.tell()
        text = stdin.read()
        stdin.seek(start)
        self._read = stdin, start
        return text


def _raw() -> dict[Any, Any]:
    """A copy of the variables, quick to make and to compare: to decode them all takes longer."""
    return dict(getattr(os.environ, "_data", os.environ))
