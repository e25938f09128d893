"""HTML as all parsers read it: tags in the plainest form, and how an HTML5 parser nests them."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

import nh3

# Where a tag, a comment or a declaration may begin; any other "<" is text to everybody.
START = re.compile(r"<(?=[A-Za-z/!?])")
# In this form no two parsers differ about where the tag ends and what its attributes are.
_SPACE = r"[ \t\n]"
_VALUE = r"\"[^\"<>]*+\"|'[^'<>]*+'|[^ \t\n\f\"'=<>`]++"
_ATTRIBUTE = rf"{_SPACE}++([A-Za-z][A-Za-z-]*+)(?:=({_VALUE}))?+"
_TAG = re.compile(
    rf"<(/?+)([A-Za-z][A-Za-z0-9]*+)((?:{_ATTRIBUTE.replace('(', '(?:', 1)})*+){_SPACE}*+/?>"
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_COMMENT = re.compile(r"<!--(?!-?>)(?:-?[^<>-])*+-->")
# What HTML5 opens anew wherever it was left open: so a few of them multiply what stands behind.
_FORMATS = "a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_FORMATTING = re.compile(rf"<(?:{_FORMATS})[\s/>]", re.IGNORECASE)
_QUOTED = r"""(?:[^<>"']|"[^<>"]*"|'[^<>']*')*"""
_AT_ONCE = re.compile(rf"<({_FORMATS})(?:\s{_QUOTED})?>[^<]*</\1>", re.IGNORECASE)
_MOST_TAGS, _MOST_OPEN, _MOST_ANEW = 5_000, 10, 5_000
_VOID = frozenset({"br", "col", "hr", "img", "input"})
_END = '<hr id="end">'  # as nh3 writes it


@dataclass(frozen=True)
class Tag:
    """A tag. attributes: pairs of names in lower case and values without entities."""

    name: str
    closes: bool
    attributes: tuple[tuple[str, str], ...]


class NotPlainError(Exception):
    """Something that may be a tag, in no form that all parsers read alike."""


def tags(text: str) -> Iterator[Tag]:
    """The tags of HTML, in order. Raises NotPlainError at what some parser may read otherwise."""
    for start in START.finditer(text):
        if found := plain_tag(text, start.start()):
            yield found
        elif not _COMMENT.match(text, start.start()):
            raise NotPlainError


def plain_tag(text: str, start: int) -> Tag | None:
    """The tag that begins at `start`, or None where what is there has not the plainest form."""
    match = _TAG.match(text, start)
    if match is None or (match[1] and match[3]):
        return None
    pairs = ((name.lower(), value) for name, value in _ATTRIBUTES.findall(match[3]))
    attributes = tuple((name, html.unescape(_unquoted(value))) for name, value in pairs)
    return Tag(match[2].lower(), bool(match[1]), attributes)


def is_plain_comment(text: str, start: int) -> bool:
    """Whether a comment begins at `start` that ends for every parser at the same place."""
    return bool(_COMMENT.match(text, start))


def _unquoted(value: str) -> str:
    return value[1:-1] if value[:1] in ("'", '"') else value


def closes_what_it_opens(text: str, most_nested: int) -> bool:
    """Whether the elements of HTML in plain form end within it, and are nowhere nested deeper.

    A stray </div> would end an element of the page's own, an open <b> swallow what follows.
    """
    if not _balanced(text, most_nested):
        return False
    known = {tag.name for tag in tags(text)}
    page = nh3.clean(
        f"<div>{text}{_END}</div>",
        tags=known | {"div", "hr"},
        clean_content_tags=set(),
        attributes={"hr": {"id"}},
        link_rel=None,
    )
    before, _, after = page.rpartition(_END)
    return after == "</div>" and _balanced(before.removeprefix("<div>"), 2 * most_nested)


def is_cheap(text: str, most_nested: int) -> bool:
    """Whether an HTML5 parser needs time and memory in proportion to the text.

    It walks through all that is open at a tag, and clones it: so all is closed, or there is little.
    """
    try:
        if _balanced(text, most_nested):
            return True
    except NotPlainError:
        pass
    left = text
    for _ in range(5):  # those that are closed before anything else begins, from within
        left = _AT_ONCE.sub("", left)
    anew = (len(_FORMATTING.findall(left)) - _MOST_OPEN) * text.count("<")
    return len(START.findall(text)) <= _MOST_TAGS and anew <= _MOST_ANEW


def _balanced(text: str, most_nested: int) -> bool:
    opened: list[str] = []
    for tag in tags(text):
        if tag.name in _VOID:
            continue
        if not tag.closes:
            opened.append(tag.name)
        elif not opened or opened.pop() != tag.name:
            return False
        if len(opened) > most_nested:
            return False
    return not opened
