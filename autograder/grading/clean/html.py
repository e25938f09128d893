"""HTML that a student's code shows: tables, their colours and simple formatting, and no more."""

import re

import nh3

from autograder.grading.clean.css import declarations, styles_by_id
from autograder.grading.clean.elements import is_cheap
from autograder.grading.clean.images import is_data_url

_MOST_CHARACTERS = 2_000_000
_MOST_NESTED = 200  # elements; nbconvert's own reader gives up at about a thousand
_INLINE = "a abbr b big code del em font i img ins kbd mark s samp small span strong sub sup u var"
_BLOCKS = "blockquote br center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre ul"
_TABLES = "caption col colgroup table tbody td tfoot th thead tr"
_DROPPED_WHOLE = "iframe math noembed noframes noscript object script select style svg template "
_CELL = {"align", "bgcolor", "colspan", "headers", "rowspan", "scope", "valign"}
_ATTRIBUTES = {
    "*": {"class", "dir", "id", "style", "title"},
    "a": {"href"},
    "font": {"color", "size"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    **dict.fromkeys(("td", "th", "tr", "col", "colgroup"), _CELL),
}
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_ID = re.compile(r' id="([\w-]+)"')
_OPENED = re.compile(r"<(/?)([a-z][a-z0-9]*)")


def cleaned(html: str) -> str | None:
    """The harmless part of an HTML fragment; None where nothing would be seen of it.

    Without scripts, forms, frames, classes and ids of the page, addresses outside (but for links to
    click), and styles that leave their place. Colours that a style sheet gives to single elements,
    as pandas' Styler does, go into the elements.
    """
    if len(html) > _MOST_CHARACTERS or not is_cheap(html, _MOST_NESTED):
        return None
    styles = styles_by_id("".join(_style_sheets(html)))
    kept = nh3.clean(
        html,
        tags=set(f"{_INLINE} {_BLOCKS} {_TABLES}".split()),
        clean_content_tags={*_DROPPED_WHOLE.split(), "textarea", "title", "xmp"},
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(name, value, styles),
        url_schemes={"data", "http", "https", "mailto"},
        url_relative="deny",
    )
    kept = _ID.sub(lambda found: f' style="{styles.get(found[1], "")}"', kept)
    seen = "<img" in kept or re.sub(r"<[^>]*>", "", kept).strip()
    return kept if seen and _nested(kept) <= _MOST_NESTED else None


def _style_sheets(html: str) -> list[str]:
    """The texts of the style elements; no pattern for both ends, which could take for ever."""
    before_ends = re.split("</style", html, flags=re.IGNORECASE)[:-1]
    starts = (re.split(r"<style\b", text, flags=re.IGNORECASE) for text in before_ends)
    return [pieces[-1].partition(">")[2] for pieces in starts if len(pieces) > 1]


def _attribute(name: str, value: str, styles: dict[str, str]) -> str | None:
    """The attribute's value, or None where it must go."""
    if name == "style":
        return declarations(value) or None
    if name == "id":
        return value if value in styles else None
    if name == "class":  # the page's own classes could cover it, or stand for its buttons
        return "dataframe" if "dataframe" in value.split() else None
    if name == "src":
        return value if is_data_url(value) else None
    if name == "href":
        return value if _LINK.match(value) else None
    return value


def _nested(html: str) -> int:
    """How deep the elements of clean, closed HTML lie in each other."""
    depth = deepest = 0
    for closing, name in _OPENED.findall(html):
        if name not in ("br", "hr", "img", "col"):
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest
