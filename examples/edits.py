"""For the edit.py of a story: a notebook as plain JSON data, to be damaged at will."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SHORTEST = "3-repeated-softmax"  # the notebook that takes least time to grade


@contextmanager
def opened(folder: Path, name: str = SHORTEST) -> Iterator[dict[str, Any]]:
    """The submitted notebook as JSON data; it is written back as the body leaves it."""
    path = folder / f"{name}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    yield notebook
    path.write_text(json.dumps(notebook), encoding="utf-8")


def tests_of(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells that are scored by running them, in order."""
    return [
        cell
        for cell in notebook["cells"]
        if (marks := cell["metadata"].get("nbgrader")) and marks["grade"] and not marks["solution"]
    ]


def cell_of(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    """The cell that nbgrader knows by this id."""
    marked = (cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"])
    return next(cell for cell in marked if cell["metadata"]["nbgrader"]["grade_id"] == grade_id)
