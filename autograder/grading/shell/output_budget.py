"""What the outputs of a whole notebook may take; what is over is counted, and told in its cell."""

import json
from collections import Counter
from typing import Any

_KINDS = {"stream": "texts", "error": "tracebacks"}
_MOST_IN_AN_ERROR = 200  # characters of its name and of its text, where there is no more room


def size(output: Any) -> int:
    """The bytes of an output as JSON, which no file and no frame exceeds."""
    return len(json.dumps(output))


def bare(error: dict[str, Any]) -> dict[str, Any]:
    """An error without its traceback: that a cell failed is told in any case."""
    name, value = error["ename"][:_MOST_IN_AN_ERROR], error["evalue"][:_MOST_IN_AN_ERROR]
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": []}


class OutputBudget:
    """The bytes that one notebook's outputs have left."""

    def __init__(self, most_bytes: int):
        self._most = self._left = most_bytes

    def fit(self, outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The outputs of one more cell: those for which there is room, and a line on the others."""
        kept, left_out = [], Counter[str]()
        failed: list[dict[str, Any]] = []
        for output in outputs:
            needed = size(output)
            if needed <= self._left:
                self._left -= needed
                kept.append(output)
                continue
            left_out[_KINDS.get(output["output_type"], "displays")] += 1
            if output["output_type"] == "error":
                failed = [bare(output)]  # of many the last
        return [*self._notes(left_out), *kept, *failed]

    def _notes(self, left_out: Counter[str]) -> list[dict[str, Any]]:
        """First, as nbgrader and people look for an error at the end."""
        if not left_out:
            return []
        counted = ", ".join(f"{what}: {count:,}" for what, count in left_out.items())
        most = f"the outputs of a notebook may have {self._most / 2**20:g} MiB together"
        text = f"… left out ({counted}): {most} …\n"
        return [{"output_type": "stream", "name": "stdout", "text": text}]
