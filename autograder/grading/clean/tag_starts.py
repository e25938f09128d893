"""Where a renderer of Markdown, whichever it is, could find a tag in a text."""

import re
from collections.abc import Iterator

from autograder.grading.clean.elements import START

_FENCE = re.compile(r"[ \t>]*(?:(?P<backticks>`{3,}+)|(?P<tildes>~{3,}+))[ \t]*[\w+.-]*[ \t]*$")
_SPAN = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
_FORMULA = re.compile(r"\$\$[^$]+\$\$|\$[^$\n]+\$")
_LINK = re.compile(r"<(?:https?://|mailto:)[^\s<>\"'`]*+>|<[\w.+-]++@[\w.-]++>", re.IGNORECASE)
# Up to what may be another tag: so all of a text is looked at once.
_REST = re.compile(r"(?:[^<>]|<(?![A-Za-z/!?]))*+")
# What HTML knows has letters, digits and hyphens in its names, and two of them or more; of shorter
# elements only b, i, a, p, q, s and u, which without an attribute only look otherwise.
_ELEMENT = re.compile(r"<[A-Za-z][A-Za-z0-9:-]+(?![^\s/])")
_VALUED = re.compile(r"(?<![A-Za-z:-])[A-Za-z:-]{2,}+\s*+=")


def outside_code(text: str) -> Iterator[int]:
    """Where a tag may begin, but in code that is marked in the plainest way."""
    code = [False] * (len(text) + 1)
    for start, end in [*_fenced(text), *(match.span() for match in _SPAN.finditer(text))]:
        code[start:end] = [True] * (end - start)
    return (match.start() for match in START.finditer(text) if not code[match.start()])


def is_inert(text: str, start: int) -> bool:
    """Whether what begins there is no tag of HTML's, or one that does nothing: "a<b and c>d"."""
    if _LINK.match(text, start):
        return True
    if text[start + 1] in "/!?":
        return False
    rest = _REST.match(text, start + 1)
    inside = text[start : rest.end() if rest else start + 1]
    return not _ELEMENT.match(inside) and not _VALUED.search(inside)


def escaped(text: str) -> str:
    """The text with no place where a tag may begin.

    In a formula an entity would be read as its letters; a space does the same there.
    """
    spaced = _FORMULA.sub(lambda found: START.sub("< ", found[0]), text)
    return START.sub("&lt;", spaced)


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """From where to where blocks of code reach; not one that is left open."""
    place, opened, marks = 0, 0, ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        found = (match["backticks"] or match["tildes"]) if match else ""
        place += len(line) + 1
        if not marks and found:
            opened, marks = place, found
        elif marks and found.startswith(marks) and line.rstrip().endswith(found):
            yield opened, place
            marks = ""
