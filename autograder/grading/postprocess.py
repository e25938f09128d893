"""The last steps of nbgrader's chain, on a graded notebook: IgnorePattern, LimitOutput; to JSON."""

import re
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode, v4


@dataclass(frozen=True)
class LastSteps:
    """nbgrader's IgnorePattern and LimitOutput; "" and -1 where a course has switched them off."""

    ignore_pattern: str = ""
    max_lines: int = -1
    max_traceback: int = -1


def finish(notebook: NotebookNode, steps: LastSteps) -> bytes:
    """The notebook as nbgrader would write it, once its chain has been through it.

    Raises nbformat.ValidationError for a notebook that is not valid.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _drop_ignored(cell, steps.ignore_pattern)
            _limit_streams(cell, steps.max_lines)
            _limit_tracebacks(cell, steps.max_traceback)
    nbformat.validate(notebook, relax_add_props=True)
    return (v4.writes(notebook) + "\n").encode()


def _drop_ignored(cell: NotebookNode, pattern: str) -> None:
    if pattern:
        cell.outputs = [o for o in cell.outputs if not _is_ignored(o, pattern)]


def _is_ignored(output: NotebookNode, pattern: str) -> bool:
    stderr = output.output_type == "stream" and output.name == "stderr"
    return stderr and bool(re.search(pattern, output.text))


def _limit_streams(cell: NotebookNode, most: int) -> None:
    """At most this many lines of all the cell's streams together, the last one saying so."""
    left, kept = most, []
    for output in cell.outputs:
        if output.output_type == "stream" and most != -1:
            if not left:
                continue
            lines = output.text.split("\n")
            if len(lines) > left:
                lines = [*lines[: left - 1], "... Output truncated ..."]
                output.text = "\n".join(lines)
            left -= len(lines)
        kept.append(output)
    cell.outputs = kept


def _limit_tracebacks(cell: NotebookNode, most: int) -> None:
    """The first and the last lines of a traceback that is longer."""
    for output in cell.outputs:
        if output.output_type == "error" and most != -1 and len(output.traceback) > most:
            start = most // 2
            last = output.traceback[-(most - start - 1) :]
            output.traceback = [*output.traceback[:start], "... Traceback truncated ...", *last]
