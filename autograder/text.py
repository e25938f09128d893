"""Text that may come from a student, made fit to be shown."""

import re
import reprlib
import unicodedata

_REPR = reprlib.Repr()
_REPR.maxother = _REPR.maxstring = 100

# What a terminal obeys: colours, the only ones that stay; commands such as a window's title or a
# link (OSC and its kin, up to their end); other control sequences; a lone ESC with what follows.
_COLOUR = r"\x1b\[(?:\d{1,3}(?:;\d{1,3}){0,7})?m"
_COMMAND = r"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"
_SEQUENCE = r"\x1b\[[0-?]*[ -/]*[@-~]?"
_ESCAPES = re.compile(rf"({_COLOUR})|{_COMMAND}|{_SEQUENCE}|\x1b.?", re.DOTALL)

# Controls, and what turns the direction of text: by it code reads other than it runs.
_CONTROLS = [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)]
_TURNS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_SHOWN = {code: rf"\x{code:02x}" for code in _CONTROLS} | {code: rf"\u{code:x}" for code in _TURNS}
_DROPPED = {code: None for code in _CONTROLS if code != 0x1B} | {
    code: text for code, text in _SHOWN.items() if code in _TURNS
}


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


def visible(text: str) -> str:
    """What somebody wrote, with each control character but newline and tab spelled out."""
    return _whole(text).replace("\r\n", "\n").translate(_SHOWN)


def printable(text: str) -> str:
    """What a program printed, as a terminal would leave it: colours stay, nothing else acts."""
    if "\r" in text:  # a progress bar writes its line anew: the last one counts
        lines = text.replace("\r\n", "\n").split("\n")
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return _ESCAPES.sub(lambda found: found[1] or "", _whole(text)).translate(_DROPPED)


def _whole(text: str) -> str:
    """The text without halves of surrogate pairs, which no file in UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
