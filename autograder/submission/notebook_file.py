"""One submitted file -> a notebook of the current format, or one line that says why it is none.

What has an obvious meaning is mended (an old format, a cell without metadata or id).
Of a cell, only what grading reads is kept: id, source, nbgrader's metadata, the images of a written
answer. Outputs go, since the notebook is run again. Everything else is a SubmissionError, as is a
notebook so large that reading it would hold up the class.
"""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.errors import SubmissionError
from autograder.notebook.roles import CELL_TYPES, new_cell
from autograder.text import shorten

_MOST_VALUES = 5_000_000  # in all of the JSON; each takes some 100 bytes once it is read
_MOST_CELLS = 2_000
# Of the sources of all cells together: to parse one takes some 7 µs, and 500 bytes of memory.
_MOST_CHARACTERS, _MOST_LINES = 1_000_000, 50_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # as nbformat wants a cell's id


def read(path: Path, max_bytes: int) -> NotebookNode:
    """The notebook in `path`, in format 4.5, without outputs.

    Raises SubmissionError when the file is missing, is no regular file, is larger than `max_bytes`,
    is not JSON, or is not a notebook of a format that can be read.
    """
    return parse(read_bytes(path, max_bytes))


def parse(data: bytes) -> NotebookNode:
    """The notebook in a file's bytes, in format 4.5, without outputs.

    Raises SubmissionError when it is not JSON, or not a notebook of a format that can be read.
    """
    return _notebook(_json(data))


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The bytes of a submitted notebook, not yet looked into.

    Raises SubmissionError for what is no regular file, is empty, or is larger than `max_bytes`.
    """
    # A named pipe would block the reader for ever, so the kind of file is asked for first.
    if not path.is_file():
        raise SubmissionError("the notebook is not a regular file")
    size = path.stat().st_size
    if size > max_bytes:
        raise SubmissionError(
            f"the file has {size / 1e6:.0f} MB, more than the {max_bytes / 1e6:.0f} MB that "
            "CourseDirectory.max_file_size allows: clear its outputs"
        )
    if not size:
        raise SubmissionError("the file is empty")
    return path.read_bytes()


def _json(data: bytes) -> Any:
    # Each value stands behind one of these; those within text are counted too, which is cheap.
    if sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise SubmissionError(
            f"the file holds more than {_MOST_VALUES:,} values: clear its outputs"
        )
    try:
        content = json.loads(data)
        # JSON may hold half a surrogate pair ("\ud800"), which no file in UTF-8 can: mend it here.
        if b"\\ud" in data.lower():
            content = json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise SubmissionError("the file's JSON is nested too deeply") from None
    except ValueError as error:  # also what is not text in UTF-8
        raise SubmissionError(f"the file is not JSON: {error}") from None
    return content


def _notebook(content: Any) -> NotebookNode:
    if not isinstance(content, dict):
        raise SubmissionError(f"the file holds a JSON {type(content).__name__}, not a notebook")
    version = content.get("nbformat")
    if type(version) is not int or version < 1:
        raise SubmissionError("the file is not a notebook: it does not name its format (nbformat)")
    if version > 4:
        raise SubmissionError(f"the notebook's format is {version}, newer than 4: save it as 4")
    if version < 4:
        _refuse_too_many(_old_cells(content))
        content = _upgraded(content)
    if not isinstance(content.get("cells"), list):
        raise SubmissionError("the notebook has no list of cells")
    _refuse_too_many(content["cells"])
    try:
        cells = [_cell(cell, i) for i, cell in enumerate(content["cells"], start=1)]
        _refuse_too_long([cell.source for cell in cells])
        _make_ids_unique(cells)
        return nbformat.from_dict(v4.new_notebook(cells=cells))
    except nbformat.ValidationError as error:
        raise SubmissionError(f"the notebook is damaged: {_first_line(error)}") from None


def _refuse_too_many(cells: list) -> None:
    if len(cells) > _MOST_CELLS:
        raise SubmissionError(
            f"the notebook has {len(cells):,} cells, more than the {_MOST_CELLS:,} allowed"
        )


def _refuse_too_long(sources: list[str]) -> None:
    for what, has, most in (
        ("characters", sum(map(len, sources)), _MOST_CHARACTERS),
        ("lines", sum(len(source.splitlines()) for source in sources), _MOST_LINES),
    ):
        if has > most:
            raise SubmissionError(
                f"the notebook's cells have {has:,} {what} together, more than the {most:,} "
                "allowed: hand data in as a file"
            )


def _old_cells(content: dict) -> list:
    """The cells of a notebook of format 1, 2 or 3, whose sheets hold them."""
    sheets = content.get("worksheets")
    holders = [content, *(sheets if isinstance(sheets, list) else [])]
    lists = [holder.get("cells") for holder in holders if isinstance(holder, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def _upgraded(content: dict) -> dict:
    """The notebook of format 1, 2 or 3 in format 4."""
    try:
        old = nbformat.versions[content["nbformat"]].to_notebook_json(content)
        return nbformat.convert(old, 4)
    except Exception as error:  # what a damaged old notebook raises is anyone's guess
        raise SubmissionError(
            f"the notebook of format {content['nbformat']} cannot be read as one of format 4: "
            f"{_first_line(error)}"
        ) from None


def _cell(cell: Any, number: int) -> NotebookNode:
    """The cell with what grading reads of it; `number` counts from 1, for messages."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in CELL_TYPES:
        raise SubmissionError(f"cell {number} is not a code, markdown or raw cell")
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        raise SubmissionError(f"the source of cell {number} is not text")
    id_ = cell.get("id")
    if not (isinstance(id_, str) and _ID.fullmatch(id_)):
        id_ = f"cell-{number}"
    kept = new_cell(cell["cell_type"], source, NotebookNode(), id_)
    if isinstance(cell.get("metadata"), dict) and "nbgrader" in cell["metadata"]:
        kept.metadata["nbgrader"] = _flat(cell["metadata"]["nbgrader"])
    if cell["cell_type"] != "code" and isinstance(cell.get("attachments"), dict):
        kept["attachments"] = {
            name: {mime: data for mime, data in images.items() if isinstance(data, str)}
            for name, images in cell["attachments"].items()
            if isinstance(images, dict)
        }
    return kept


def _flat(marks: Any) -> dict[str, Any]:
    """nbgrader's metadata of a cell, which holds nothing that holds anything."""
    fields = marks.items() if isinstance(marks, dict) else ()
    return {name: value for name, value in fields if not isinstance(value, list | dict)}


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    seen: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        if cell.id in seen:
            cell.id = f"cell-{number}"
        seen.add(cell.id)


def _first_line(error: Exception) -> str:
    return shorten((str(error).splitlines() or [type(error).__name__])[0])
