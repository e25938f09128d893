"""The outputs of one cell, as nbformat has them: text kept head and tail, the rest counted."""

import json
from base64 import b64encode
from typing import Any

_MOST_OUTPUTS = 500
_MOST_RICH_BYTES = 8 * 2**20
_MOST_LINES, _MOST_IN_A_LINE = 100, 5_000  # of an error's traceback
_NOTE = 200  # room for the note that says what was left out, where text is cut a second time


class _Stream:
    """The text of one run of a stream, of which only the first and last `room` characters stay."""

    def __init__(self, name: str, room: int):
        self.name, self._room = name, room
        self._head, self._tail, self._dropped = "", "", 0

    def write(self, text: str, skipped: int = 0) -> None:
        if skipped:
            self._dropped += skipped + len(self._tail)
            self._tail = ""
        missing = 0 if self._dropped else self._room - len(self._head)
        self._head += text[:missing]
        tail = self._tail + text[missing:]
        self._tail = tail[-self._room :]
        self._dropped += len(tail) - len(self._tail)

    def output(self) -> dict[str, Any]:
        note = f"\n… {self._dropped:,} characters left out …\n" if self._dropped else ""
        text = _text(self._head + note + self._tail)
        return {"output_type": "stream", "name": self.name, "text": text}


class Outputs:
    """Collects what a cell prints, shows and raises, in order, within a budget of characters."""

    def __init__(self, most_characters: int = 100_000):
        self._room = most_characters // 2
        self._items: list[_Stream | dict[str, Any]] = []
        self._left_out = 0
        self._rich_room = _MOST_RICH_BYTES
        self._clear_at_next = False

    def stream(self, name: str, text: str, skipped: int = 0) -> None:
        """Add text of stdout or stderr; `skipped` characters before it are counted alone."""
        self._prepare()
        last = self._items[-1] if self._items else None
        if not (isinstance(last, _Stream) and last.name == name):
            last = self._add(_Stream(name, self._room))
        if last is not None:
            last.write(text, skipped)

    def rich(self, kind: str, data: dict, metadata: dict, **more: Any) -> None:
        """Add a display_data or an execute_result: a bundle of MIME types."""
        self._prepare()
        self._rich_room -= sum(len(str(value)) for value in data.values())
        if self._rich_room < 0:
            self._left_out += 1
            return
        self._add({"output_type": kind, "data": _as_text(data), "metadata": {}, **more})

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add an error; there is always room for it."""
        self._items.append(
            {"output_type": "error", "ename": name, "evalue": value, "traceback": traceback}
        )

    def extend(self, outputs: list[dict[str, Any]]) -> None:
        """Add outputs that another process collected, within this budget."""
        for output in outputs:
            if output["output_type"] == "stream":
                self.stream(output["name"], output["text"])
            elif output["output_type"] == "error":
                self._add(output)
            else:
                more = {k: v for k, v in output.items() if k == "execution_count"}
                self.rich(output["output_type"], output["data"], output["metadata"], **more)

    def update(self, display_id: str, data: dict, metadata: dict) -> None:
        """Replace the data of an earlier display of this id."""
        for item in self._items:
            if isinstance(item, dict) and item.get("display_id") == display_id:
                item |= {"data": _as_text(data), "metadata": {}}

    def clear(self, wait: bool = False) -> None:
        """Forget all outputs, at once or when the next one comes."""
        self._clear_at_next = wait
        if not wait:
            self._items.clear()

    def collected(self) -> list[dict[str, Any]]:
        """The outputs as nbformat dictionaries."""
        found = [item.output() if isinstance(item, _Stream) else item for item in self._items]
        if self._left_out:
            note = f"… {self._left_out:,} outputs left out …\n"
            found.append({"output_type": "stream", "name": "stdout", "text": note})
        return [{k: v for k, v in output.items() if k != "display_id"} for output in found]

    def _prepare(self) -> None:
        if self._clear_at_next:
            self.clear()

    def _add(self, item: Any) -> Any:
        if len(self._items) >= _MOST_OUTPUTS:
            self._left_out += 1
            return None
        self._items.append(item)
        return item


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
    found = [_one(output, stderr_as) for output in raw] if isinstance(raw, list) else []
    kept = Outputs(most_characters + _NOTE)
    kept.extend([output for output in found if output is not None])
    return kept.collected()


def _one(output: Any, stderr_as: str) -> dict[str, Any] | None:
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = stderr_as if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(output.get("text", ""))}
    if kind == "error":
        lines = output.get("traceback")
        last = lines[-_MOST_LINES:] if isinstance(lines, list) else []
        traceback = [_text(line)[:_MOST_IN_A_LINE] for line in last]
        named = {key: _text(output.get(key, ""))[:_MOST_IN_A_LINE] for key in ("ename", "evalue")}
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
        _text(mime): _text(value)
        if not str(mime).endswith("json")
        else json.loads(_text(json.dumps(value, ensure_ascii=False)))
        for mime, value in data.items()
    }


def _text(value: Any) -> str:
    """A value as text that a file in UTF-8 can hold: half a surrogate pair is none."""
    return str(value).encode("utf-8", "replace").decode("utf-8")
