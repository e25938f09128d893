"""Notebooks that are hostile before any of their code runs: what is read, planned or cleaned.

Each is a function that makes the file of a submission from the instructor's notebook, by its name.
"""

import copy
import json
from collections.abc import Callable

from nbformat import NotebookNode

Attack = Callable[[NotebookNode], bytes]


def answering(text: str) -> Attack:
    """With this text in the solution cell."""

    def make(source: NotebookNode) -> bytes:
        found = copy.deepcopy(source)
        found.cells[0].source = text
        return json.dumps(found).encode()

    return make


def with_words(text: str, times: int = 1) -> Attack:
    """With these written answers."""

    def make(source: NotebookNode) -> bytes:
        more = [{"cell_type": "markdown", "metadata": {}, "source": text}] * times
        return json.dumps({**source, "cells": [*source.cells, *more]}).encode()

    return make


def with_parts(**parts: object) -> Attack:
    """With these parts of the file in the place of its own."""
    return lambda source: json.dumps({**source, **parts}).encode()


def of_the_cell(**parts: object) -> Attack:
    """With these parts of the solution cell in the place of its own."""

    def make(source: NotebookNode) -> bytes:
        first, *others = source.cells
        return json.dumps({**source, "cells": [{**first, **parts}, *others]}).encode()

    return make


def of_text(text: bytes) -> Attack:
    """This file."""
    return lambda source: text


OLD_CELL = {"cell_type": "code", "input": "x = 1", "outputs": [{}], "language": "python", "x": 1}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"

# Refused, in these words: the submission stays ungraded, and is named.
REFUSED = {
    "comprehensions without end": (answering("[x for x in y]\n" * 45_000), "reading_seconds"),
    "lines without end": (answering("x\n" * 400_000), "lines together"),
    "a long line": (answering("x;" * 10**6), "characters together"),
    "long cells": (with_words("x" * 10**5, 50), "characters together"),
    "a million cells": (with_parts(cells=[{}] * 10**6), "1,000,000 cells"),
    "values without end": (with_parts(metadata={"a": [0] * 6_000_000}), "5,000,000 values"),
    "nesting without end": (of_text(b'{"a":' * 10**6), "nested too deeply"),
    "a number without end": (of_text(b'{"nbformat": ' + b"4" * 10**6 + b"}"), "not JSON"),
    "old cells, all of them damaged": (
        with_parts(nbformat=3, worksheets=[{"cells": [OLD_CELL] * 1900}]),
        "format 3 cannot be read",
    ),
}
# Objects, of some 260 bytes each.
BY_THE_MILLION = with_parts(metadata={"a": [{"": 0}] * 2_400_000})
# Graded: what Python cannot make sense of costs its cell.
GRADED = {
    "parentheses": answering("(" * 300),
    "parentheses that are closed": answering("(" * 10_000 + ")" * 10_000),
    "a null byte": answering("x = 1\0"),
    "signs without end": answering("-" * 100_000 + "1"),
    "attributes without end": answering("x" + ".a" * 100_000),
    "calls without end": answering("x" + "()" * 100_000),
    "a sum without end": answering("1" + "+1" * 200_000),
    "branches without end": answering("if 1: pass\n" + "elif 1: pass\n" * 20_000),
    "functions in functions": answering("lambda:" * 5000 + "1"),
    "digits without end": answering("x = " + "1" * 5000),
    "half a character": answering("x = '\ud800'"),
    "indentation": answering("".join(f"{' ' * depth}if 1:\n" for depth in range(200))),
    "a format string in another": answering("f'{" * 200),
    "ends of lines": answering("x = 1\r\x0b\x0c\x1c\x85\u2028?\n" * 500),
    "escapes": answering("'\\d'\n" * 10_000),
    "no numbers": with_parts(metadata={"a": float("nan"), "b": float("inf")}, nbformat_minor=1e308),
    "outputs by the hundred thousand": of_the_cell(source="", outputs=[{}] * 10**5),
    "metadata without end": of_the_cell(source="", metadata={"a": "x" * 10**7}),
    "a name twice": lambda source: answering("")(source).replace(
        b'"nbformat": 4', b'"cells": [], "nbformat": 3, "nbformat": 4'
    ),
    "pictures by the thousand": of_the_cell(
        cell_type="markdown", attachments={f"{i}.png": {"image/png": PIXEL} for i in range(3000)}
    ),
    "a picture without end": of_the_cell(
        cell_type="markdown", attachments={"a.png": {"image/png": "A" * 10**7}}
    ),
}
# One or the other, as fast as the readers of magics and of Markdown are.
EITHER = {
    "magics without end": answering("%x\n" * 6000),
    "more magics than IPython takes": answering("%x\n" * 600),
    "magics within a loop": answering("for i in range(3):\n" + "    !true\n" * 700),
    "questions without end": answering("x?\n" * 2000),
    "headings without end": with_words("a\n-\n" * 600, 40),
    "brackets without end": with_words("[" * 19_000, 40),
    "stars without end": with_words("*a _b " * 3000, 40),
    "quotes in quotes": with_words(">" * 19_000, 40),
    "tags without end": with_words("<b>" * 6000, 40),
    "tables without end": with_words("|a|b|\n|-|-|\n" * 600, 40),
    "back ticks without end": with_words("".join("`" * n + " " for n in range(190)), 40),
}
