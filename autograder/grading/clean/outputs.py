"""Outputs of a cell, of which nothing acts in a page or a terminal."""

import json
from typing import Any

from nbformat import NotebookNode

from autograder.grading.clean import html, images, markdown, svg
from autograder.text import printable, shorten


def cleaned(output: NotebookNode) -> NotebookNode:
    """The output with clean text, and of its rich forms those that can be made harmless."""
    if output.output_type == "stream":
        output.text = printable(output.text)
    elif output.output_type == "error":
        output.ename = shorten(output.ename)
        output.evalue = printable(output.evalue)
        output.traceback = [printable(line) for line in output.traceback]
    else:
        output.data = NotebookNode(_bundle(output.data))
        output.metadata = NotebookNode()
    return output


def _bundle(data: dict[str, Any]) -> dict[str, str]:
    """The forms of one value that can be shown; a line that says so where there is none."""
    forms = {mime: _form(mime, value) for mime, value in data.items()}
    kept = {mime: form for mime, form in forms.items() if form is not None}
    if not kept and "application/json" in data:
        kept["text/plain"] = printable(json.dumps(data["application/json"])[:10_000])
    if kept:
        return kept
    names = ", ".join(shorten(mime, 50) for mime in data) or "nothing"
    return {"text/plain": f"(output left out: {shorten(names)})"}


def _form(mime: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    if mime in ("text/plain", "text/latex"):
        return printable(value)
    if mime == "text/html":
        return html.cleaned(value)
    if mime == "text/markdown":
        return markdown.cleaned(printable(value), {}, ())
    if mime == "image/svg+xml":
        return svg.cleaned(value)
    return images.checked(mime, value)
