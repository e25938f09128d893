"""`io.StringIO` and `io.BytesIO`: what they hold, and the place that they are read from."""

import io
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.kind import Kind

_BEYOND = 2**20  # what is written far beyond the end is preceded by as much of nothing


def _describe(_: Any, buffer: Any) -> Any:
    return [None, 0] if buffer.closed else [buffer.getvalue(), buffer.tell()]


def _build(kind: Any, content: Any, description: Any) -> Any:
    held, place = description
    if held is None:
        (closed := kind()).close()
        return closed
    if type(held) is not content or type(place) is not int:
        raise WireError("a buffer without content or place")
    if not 0 <= place <= len(held) + _BEYOND:
        raise WireError("a buffer that is read far beyond its end")
    buffer = kind(held)
    buffer.seek(place)
    return buffer


def _change(original: Any, changed: Any) -> None:
    if changed.closed:
        original.close()
    elif not original.closed:
        original.seek(0)
        original.truncate()
        original.write(changed.getvalue())
        original.seek(changed.tell())


def _kind(kind: Any, content: type) -> Kind:
    return Kind(
        kind.__name__.lower(),
        "io",
        lambda value: type(value) is kind,  # a subclass may do anything else
        _describe,
        lambda _, description: _build(kind, content, description),
        _change,
    )


KINDS = (_kind(io.StringIO, str), _kind(io.BytesIO, bytes))
