"""The outputs of one cell, as nbformat has them: text kept head and tail, the rest counted."""

import json
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from autograder.grading.shell.output_budget import bare, size
from autograder.grading.shell.stream_text import Stream, StreamTexts, utf8

_MOST_OUTPUTS = 500
_MORE = 2  # that say what was left out at the source: a line, and an error without its traceback
_MOST_BYTES = 8 * 2**20  # of all but text
_MOST_LINES, _MOST_IN_A_LINE = 100, 5_000  # of an error's traceback
_MOST_IN_A_NAME = 200  # of a MIME type
_NOTE = 200  # room for the note that says what was left out, where text is cut a second time


class Outputs:
    """Collects what a cell prints, shows and raises, in order, within its budget.

    It has one for the characters of its text, and one for the bytes of all else.
    """

    def __init__(self, most_characters: int = 100_000, most_outputs: int = _MOST_OUTPUTS):
        self._most_characters, self._most_outputs = most_characters, most_outputs
        self._clear_at_next = False
        self._forget()

    def _forget(self) -> None:
        self._texts = StreamTexts(self._most_characters)
        self._items: list[Stream | dict[str, Any]] = []
        self._left_out = 0
        self._room = _MOST_BYTES
        self._last_error: dict[str, Any] | None = None  # of those for which there was no room

    def stream(self, name: str, text: str, skipped: int = 0) -> None:
        """Add text of stdout or stderr; `skipped` characters before it are counted alone."""
        self._prepare()
        last = self._items[-1] if self._items else None
        if not (isinstance(last, Stream) and last.name == name):
            last = Stream(name)
            if not self._add(last):
                return
        self._texts.write(last, text, skipped)

    def rich(self, kind: str, data: dict, metadata: dict, **more: Any) -> None:
        """Add a display_data or an execute_result: a bundle of MIME types."""
        self._prepare()
        if (bundle := self._within(data)) is not None:
            self._add({"output_type": kind, "data": bundle, "metadata": {}, **more})

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add an error; that there was one is told in any case, of many with the last alone."""
        cut = [line[:_MOST_IN_A_LINE] for line in traceback[-_MOST_LINES:]]
        named = {"ename": name[:_MOST_IN_A_LINE], "evalue": value[:_MOST_IN_A_LINE]}
        found: dict[str, Any] = {"output_type": "error", **named, "traceback": cut}
        needed, full = size(found), len(self._items) >= self._most_outputs
        if needed <= self._room and not full and self._last_error is None:
            self._room -= needed
            self._items.append(found)
            return
        self._left_out += self._last_error is not None
        self._last_error = bare(found)

    def extend(self, outputs: Iterable[dict[str, Any]]) -> None:
        """Add outputs that another process collected, within this budget."""
        for output in outputs:
            if output["output_type"] == "stream":
                self.stream(output["name"], output["text"])
            elif output["output_type"] == "error":
                self.error(output["ename"], output["evalue"], output["traceback"])
            else:
                more = {k: v for k, v in output.items() if k == "execution_count"}
                self.rich(output["output_type"], output["data"], output["metadata"], **more)

    def update(self, display_id: str, data: dict, metadata: dict) -> None:
        """Replace the data of an earlier display of this id."""
        for item in self._items:
            if isinstance(item, dict) and item.get("display_id") == display_id:
                self._room += (before := size(item["data"]))
                if (bundle := self._within(data)) is None:
                    self._room -= before
                else:
                    item |= {"data": bundle, "metadata": {}}

    def clear(self, wait: bool = False) -> None:
        """Forget all outputs, at once or when the next one comes."""
        self._clear_at_next = wait
        if not wait:
            self._forget()

    def collected(self) -> list[dict[str, Any]]:
        """The outputs as nbformat dictionaries."""
        self._texts.finish()
        found = [item.output() if isinstance(item, Stream) else item for item in self._items]
        if self._left_out:
            note = f"… {self._left_out:,} outputs left out …\n"
            found.append({"output_type": "stream", "name": "stdout", "text": note})
        if self._last_error:
            found.append(self._last_error)
        return [{k: v for k, v in output.items() if k != "display_id"} for output in found]

    def _prepare(self) -> None:
        if self._clear_at_next:
            self.clear()

    def _add(self, item: Any) -> bool:
        if len(self._items) >= self._most_outputs:
            self._left_out += 1
            return False
        self._items.append(item)
        return True

    def _within(self, data: dict[Any, Any]) -> dict[str, Any] | None:
        """The bundle, if there is room for it."""
        raw = sum(len(value) for value in data.values() if isinstance(value, str | bytes))
        bundle = _as_text(data) if raw <= self._room else {}
        needed = size(bundle) if bundle else raw
        if needed > self._room:
            self._left_out += 1
            return None
        self._room -= needed
        return bundle


def _as_text(data: dict[Any, Any]) -> dict[str, Any]:
    """A bundle of MIME types as JSON has it: bytes in base64, as Jupyter's kernels send them."""
    return {
        str(mime): b64encode(value).decode() if isinstance(value, bytes) else _as_json(value)
        for mime, value in data.items()
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, str):
        return value
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return str(value)


def sanitised(
    raw: Any, stderr_as: str = "stderr", most_characters: int = 100_000
) -> list[dict[str, Any]]:
    """Outputs that another process claims, as well-formed nbformat ones; what is none is dropped.

    stderr_as: the stream that stderr becomes. In a test cell nbgrader reads it as a failure.
    most_characters: as for Outputs: the other process may not have kept to it.
    """
    claimed = raw if isinstance(raw, list) else []
    # What was cut at its source has notes that say so, one a run.
    notes = min(max(len(claimed), 1), _MOST_OUTPUTS)
    kept = Outputs(most_characters + _NOTE * notes, _MOST_OUTPUTS + _MORE)
    kept.extend(filter(None, (_one(output, stderr_as) for output in claimed)))
    return kept.collected()


def _one(output: Any, stderr_as: str) -> dict[str, Any] | None:
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = stderr_as if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": utf8(output.get("text", ""))}
    if kind == "error":
        lines = output.get("traceback")
        last = lines[-_MOST_LINES:] if isinstance(lines, list) else []
        traceback = [utf8(line)[:_MOST_IN_A_LINE] for line in last]
        named = {key: utf8(output.get(key, ""))[:_MOST_IN_A_LINE] for key in ("ename", "evalue")}
        return {"output_type": "error", **named, "traceback": traceback}
    if kind in ("display_data", "execute_result"):
        data = output.get("data")
        if not isinstance(data, dict):
            return None
        rich = {"output_type": kind, "data": _bundle(data), "metadata": {}}
        return rich | ({"execution_count": None} if kind == "execute_result" else {})
    return None


def _bundle(data: dict) -> dict[str, Any]:
    return {
        utf8(mime)[:_MOST_IN_A_NAME]: utf8(value)
        if not str(mime).endswith("json")
        else json.loads(utf8(json.dumps(value, ensure_ascii=False)))
        for mime, value in data.items()
    }
