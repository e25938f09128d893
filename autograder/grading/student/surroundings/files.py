"""Files: what the judge's test wrote is written here, and what is written here is told."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.folders import MOST_BYTES, Watch, content

Node = Any


class Files:
    """The working folder, and the temporary files that the judge shares, by the judge's names."""

    def __init__(self):
        self._folder = os.getcwd()
        self._work: Watch | None = None
        self._temporary = ""
        self._lent: dict[str, Watch] = {}

    def start(self, told: Node) -> None:
        """Lay the judge's names for both folders; only what is given is not told of."""
        base = told["base"]
        self._work = Watch(self._folder, given=told["given"])
        with suppress(OSError):  # where it may not be written: relative names do
            os.makedirs(base, exist_ok=True)
            os.symlink(self._folder, os.path.join(base, "work"))
        self._temporary = os.path.join(base, "tmp")

    def place(self, place: str, name: str) -> str:
        """The path here of what is so called in one of the judge's folders."""
        return os.path.join(self._folder if place == "work" else self._temporary, name)

    def learn(self, changes: list[Node], decoder: Decoder) -> None:
        """Write, make or remove what the judge has."""
        for place, name, there, node in changes:
            data = decoder.value(node)
            with suppress(OSError):
                self._put(Path(self.place(place, name)), data, there=there, name=name)
            if watch := self._watch(place, name):
                watch.agree_on(name)

    def changes(self, encoder: Encoder) -> list[Node]:
        """What has changed here. What is too large stays."""
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

    def _put(self, path: Path, data: bytes | None, *, there: bool, name: str) -> None:
        if not there:
            path.rmdir() if name.endswith("/") else path.unlink()
        elif data is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def _watch(self, place: str, name: str) -> Watch | None:
        if place == "work":
            return self._work
        entry = name.partition("/")[0]
        if entry not in self._lent:
            self._lent[entry] = Watch(self._temporary, only=entry)
        return self._lent[entry]

    def _watches(self) -> Iterator[tuple[str, Watch]]:
        if self._work:
            yield "work", self._work
        for watch in self._lent.values():
            yield "tmp", watch
