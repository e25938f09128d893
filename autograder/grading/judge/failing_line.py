"""Where in a test cell an error arose: the statement, and whether the student can see it."""

import ast
import linecache
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType

from autograder.text import shorten


@dataclass(frozen=True)
class FailingLine:
    """statement: the innermost one of the notebook's cells on the way to the error, or "".

    hidden: whether the student sees neither it, nor the line of the test cell that led there.
    """

    statement: str
    hidden: bool


def failing_line(error: BaseException, source: str, hidden: Collection[int]) -> FailingLine:
    """Where the error left the notebook's own code.

    source: of the test cell. hidden: the numbers, from 1, of its lines that students do not see.
    """
    frames = list(_cell_frames(error))
    if not frames:
        return FailingLine("", bool(hidden))
    # IPython drops the blank lines that a cell begins with, and counts from there.
    dropped = len(source) - len(source.lstrip()) if source.strip() else 0
    skipped = source[:dropped].count("\n")
    own = frames[0][0].f_code.co_filename
    theirs = [place for place in frames if place[0].f_code.co_filename == own]
    concealed = any(line + skipped in hidden for _, line in theirs)
    frame, line = theirs[-1]
    statement, last = _statement(frame.f_code.co_filename, line)
    concealed = concealed or any(n + skipped in hidden for n in range(line, last + 1))
    return FailingLine(statement, concealed)


def _cell_frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """The frames of cells on the way to the error, outermost first, and their lines."""
    place = error.__traceback__
    while isinstance(place, TracebackType):
        if "ipython-input" in place.tb_frame.f_code.co_filename:
            yield place.tb_frame, place.tb_lineno
        place = place.tb_next


def _statement(filename: str, line: int) -> tuple[str, int]:
    """The smallest statement around a line of a cell, on one line, and the number of its last."""
    text = "".join(linecache.getlines(filename))
    try:
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    except (SyntaxError, ValueError, RecursionError):
        nodes = []
    around = [n for n in nodes if n.lineno <= line <= (n.end_lineno or n.lineno)]
    if not around:
        return shorten(linecache.getline(filename, line).strip()), line
    found = min(around, key=lambda n: (n.end_lineno or n.lineno) - n.lineno)
    if isinstance(found, ast.FunctionDef | ast.ClassDef | ast.With | ast.For | ast.If | ast.While):
        return shorten(linecache.getline(filename, line).strip()), line
    return shorten(ast.get_source_segment(text, found) or ""), found.end_lineno or line
