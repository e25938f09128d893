"""The text that a cell prints: its head and its tail stay, what lies between is counted."""

from collections import deque
from typing import Any


class Stream:
    """One run of text of stdout or stderr."""

    def __init__(self, name: str):
        self.name = name
        self.head: list[str] = []
        self.tail: list[str] = []
        self.dropped = 0

    def output(self) -> dict[str, Any]:
        """As nbformat has it."""
        note = f"\n… {self.dropped:,} characters left out …\n" if self.dropped else ""
        text = "".join(self.head) + note + "".join(self.tail)
        return {"output_type": "stream", "name": self.name, "text": utf8(text)}


class StreamTexts:
    """The runs of one cell, which share the room: many short ones have no more than one long."""

    def __init__(self, most_characters: int):
        self._room = self._head_room = most_characters // 2
        self._tail: deque[tuple[Stream, str]] = deque()
        self._tail_length = 0

    def write(self, stream: Stream, text: str, skipped: int = 0) -> None:
        """Add text to the last run; `skipped` characters before it are counted alone."""
        if skipped:
            while self._tail and self._tail[-1][0] is stream:
                self._drop(*self._tail.pop())
            stream.dropped += skipped
        head = "" if stream.dropped else text[: self._head_room]
        self._head_room -= len(head)
        stream.head.append(head)
        if rest := text[len(head) :]:
            self._tail.append((stream, rest))
            self._tail_length += len(rest)
        if self._tail_length > 2 * self._room:  # not at each short write
            self._trim()

    def finish(self) -> None:
        """Give each run its part of the tail, as it is now."""
        self._trim()
        for stream, _ in self._tail:
            stream.tail = []
        for stream, text in self._tail:
            stream.tail.append(text)

    def _trim(self) -> None:
        while self._tail_length > self._room:
            stream, text = self._tail.popleft()
            self._drop(stream, text)
            if (missing := self._room - self._tail_length) > 0:
                self._tail.appendleft((stream, text[-missing:]))
                self._tail_length += missing
                stream.dropped -= missing

    def _drop(self, stream: Stream, text: str) -> None:
        self._tail_length -= len(text)
        stream.dropped += len(text)


def utf8(value: Any) -> str:
    """A value as text that a file in UTF-8 can hold: half a surrogate pair is none."""
    return str(value).encode("utf-8", "replace").decode("utf-8")
