"""Notebooks as nbgrader marks them: the roles of cells, and a submission put back in order.

Everything in a submission is untrusted: its cells may be deleted, doubled, moved, retyped or
edited, and its metadata may be anything. What is the instructor's is put back from the source.
"""

import copy
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id
from nbformat.v4 import new_notebook

CELL_TYPES = ("code", "markdown", "raw")
_HIDDEN_BEGIN, _HIDDEN_END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def marks(cell: NotebookNode) -> Mapping[str, Any]:
    """nbgrader's metadata of a cell; empty where there is none, or none that can be read."""
    found = cell.get("metadata", {}).get("nbgrader", {})
    return found if isinstance(found, Mapping) else {}


def grade_id(cell: NotebookNode) -> str | None:
    """The id by which nbgrader knows a graded, solution, task or locked cell."""
    found = marks(cell)
    known = any(found.get(role) for role in ("grade", "solution", "locked", "task"))
    return str(found["grade_id"]) if known and found.get("grade_id") else None


def is_solution(cell: NotebookNode) -> bool:
    """Whether the student writes this cell, be it code or words."""
    return bool(marks(cell).get("solution"))


def is_test(cell: NotebookNode) -> bool:
    """Whether this cell is scored by running it."""
    return bool(marks(cell).get("grade")) and not is_solution(cell) and cell.cell_type == "code"


def is_written_answer(cell: NotebookNode) -> bool:
    """Whether this cell is scored by a person."""
    return bool((marks(cell).get("grade") and is_solution(cell)) or marks(cell).get("task"))


def is_as_released(cell: NotebookNode) -> bool:
    """Whether the student left an answer alone: it has the checksum that nbgrader released it with.

    The checksum is nbgrader's own (`nbgrader.utils.compute_checksum`).
    """
    found = marks(cell)
    if not found.get("checksum") or not grade_id(cell):
        return False
    roles = [str(bool(found.get(role))) for role in ("grade", "solution", "locked")]
    parts = [cell.source, cell.cell_type, *roles, str(found["grade_id"])]
    if found.get("grade"):
        parts.append(str(float(found["points"])))
    return hashlib.md5("".join(parts).encode()).hexdigest() == found["checksum"]


def points(cell: NotebookNode) -> float:
    """What a graded cell is worth."""
    return float(marks(cell)["points"])


def hidden_lines(source: str) -> set[int]:
    """The numbers, from 1, of the lines of a cell's hidden tests, delimiters included."""
    found, inside = set(), False
    for number, line in enumerate(source.split("\n"), 1):
        inside = inside or _HIDDEN_BEGIN in line
        if inside:
            found.add(number)
        inside = inside and _HIDDEN_END not in line
    return found


def visible_part(source: str) -> str:
    """A test cell as students see it: without its hidden tests."""
    hidden = hidden_lines(source)
    lines = source.split("\n")
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in hidden)


def restore(source: NotebookNode, submitted: NotebookNode) -> NotebookNode:
    """The submission with the instructor's cells as they are in the source.

    Test cells (visible parts), locked cells, tasks and written answers that are missing come back;
    tests come no earlier than the cells that precede them in the source, in the source's order.
    What follows a solution cell that is missing comes as late as it may: the student may have
    written the solution in any cell before the next that is marked.
    Solution cells keep the student's text; doubled or foreign grade ids become plain cells. The
    result is a new notebook that nbgrader's validators accept.
    """
    originals = {id_: cell for cell in source.cells if (id_ := grade_id(cell))}
    cells, tests = _students_cells(submitted, originals)
    present = {id_: index for index, cell in enumerate(cells) if (id_ := grade_id(cell))}
    before: dict[int, list[NotebookNode]] = defaultdict(list)  # what goes before cells[index]
    after = 0
    for id_, original in originals.items():
        if id_ in present:
            after = max(after, present[id_] + 1)
        elif is_test(original):
            after = max(after, tests.get(id_, 0))
            before[after].append(_as_released(original, None))
        elif not is_solution(original) or is_written_answer(original):
            before[after].append(_as_released(original, None))
        else:
            after = max(after, _next_place(id_, originals, present | tests, default=len(cells)))
    ordered = []
    for index, cell in enumerate([*cells, None]):
        ordered += before[index] if cell is None else [*before[index], cell]
    _make_ids_unique(ordered)
    return new_notebook(cells=ordered, metadata=_kept_metadata(source))


def _next_place(
    id_: str, originals: dict[str, NotebookNode], places: dict[str, int], default: int
) -> int:
    """The place of the first cell that is there of those that follow `id_` in the source."""
    later = list(originals)[list(originals).index(id_) :]
    return next((places[name] for name in later if name in places), default)


def _students_cells(
    submitted: NotebookNode, originals: dict[str, NotebookNode]
) -> tuple[list[NotebookNode], dict[str, int]]:
    """The submission's cells but for its tests, with trusted metadata, and where its tests stood.

    Of cells with one id the last one keeps it, as in nbgrader.
    """
    claimed = [_claimed_id(cell, originals) for cell in submitted.get("cells", [])]
    last = {id_: index for index, id_ in enumerate(claimed) if id_}
    cells: list[NotebookNode] = []
    tests: dict[str, int] = {}
    for index, cell in enumerate(submitted.get("cells", [])):
        id_ = claimed[index]
        if id_ is None or last[id_] != index:
            cells.append(_plain_cell(cell))
        elif is_test(originals[id_]):
            tests[id_] = len(cells)
        else:
            cells.append(_as_released(originals[id_], cell))
    return cells, tests


def _claimed_id(cell: NotebookNode, originals: dict[str, NotebookNode]) -> str | None:
    """The grade id that a cell claims, by nbgrader's metadata or else by its own cell id."""
    found = marks(cell).get("grade_id")
    if isinstance(found, str) and found in originals:
        return found
    same = (id_ for id_, original in originals.items() if original.get("id") == cell.get("id"))
    return next(same, None) if cell.get("id") else None


def _as_released(original: NotebookNode, submitted: NotebookNode | None) -> NotebookNode:
    """A marked cell: the source's metadata and type; the student's text where it is theirs."""
    text = visible_part(original.source) if is_test(original) else original.source
    if submitted is not None and is_solution(original):
        text = _text(submitted)
    elif is_solution(original):
        text = ""
    metadata, id_ = copy.deepcopy(original.metadata), original.get("id", "")
    cell = new_cell(original.cell_type, text, metadata, id_)
    _keep_images(cell, submitted if is_solution(original) else original)
    return cell


def new_cell(kind: str, text: str, metadata: NotebookNode, id_: str = "") -> NotebookNode:
    """As nbformat's new_code_cell and its kin, without their validation, of 1 ms a cell.

    A whole notebook is validated in 2 ms. `id_`: by default a random one.
    """
    name = id_ or generate_corpus_id()
    cell = NotebookNode(id=name, cell_type=kind, metadata=metadata, source=text)
    if kind == "code":
        cell.update(execution_count=None, outputs=[])
    return cell


def _plain_cell(cell: NotebookNode) -> NotebookNode:
    kind = cell.get("cell_type")
    plain = new_cell(kind if kind in CELL_TYPES else "raw", _text(cell), NotebookNode())
    _keep_images(plain, cell)
    return plain


def _keep_images(cell: NotebookNode, other: NotebookNode | None) -> None:
    """The pictures pasted into a written answer are part of it."""
    if cell.cell_type == "markdown" and other is not None and other.get("attachments"):
        cell["attachments"] = copy.deepcopy(other["attachments"])


def _text(cell: NotebookNode) -> str:
    text = cell.get("source", "")
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""


def _kept_metadata(source: NotebookNode) -> dict[str, Any]:
    names = ("kernelspec", "language_info")
    return {name: copy.deepcopy(source.metadata[name]) for name in names if name in source.metadata}


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        if cell.id in seen:
            cell.id = f"{cell.id[:50]}-{number}"
        seen.add(cell.id)
