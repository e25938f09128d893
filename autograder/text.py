"""Text that may come from a student, made fit to be shown."""

import reprlib
import unicodedata

_REPR = reprlib.Repr()
_REPR.maxother = _REPR.maxstring = 100


def shorten(text: str, limit: int = 200) -> str:
    """`text` on one line of at most `limit` characters, none of them a control character."""
    text = text[: 4 * limit]  # a message of megabytes is not worth walking through
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def describe(value: object) -> str:
    """A value of any type as short text, or its type's name where it cannot be shown."""
    try:
        return shorten(_REPR.repr(value))
    except BaseException:  # a student's object may raise anything when it is shown
        return f"a {shorten(type(value).__name__)}"


def plain_lines(text: str, most: int = 40) -> list[str]:
    """The last lines of a text, indented as they were, without control characters."""
    lines = text.expandtabs(4).splitlines()[-most:]
    keep = "".join
    return [keep(c for c in line if unicodedata.category(c)[0] != "C")[:500] for line in lines]
