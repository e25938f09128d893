"""Text that a student writes in Markdown, which pages render with its HTML and all."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, PreformattedString
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.grading.clean.images import is_data_url

_MOST_CHARACTERS = 20_000  # as Markdown; its parser needs seconds for longer hostile text
_MOST_NESTED = 100
_TAG = re.compile(
    r"a|abbr|b|big|blockquote|br|center|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|input|ins|"
    r"kbd|li|mark|ol|p|pre|s|samp|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|u|"
    r"ul|var"
)
_CLASS = re.compile(
    r"[a-z][a-z0-9]{0,2}|highlight|anchor-link|language-[\w+#.-]+|task-list-item(-checkbox)?"
)
_ALLOWED = {  # what an attribute must match, in whole
    "alt": re.compile(r".*", re.DOTALL),
    "checked": re.compile(r""),
    "color": re.compile(r"[#\w]+"),
    "disabled": re.compile(r""),
    "height": re.compile(r"\d+(px|%)?"),
    "href": re.compile(r"(https?://|mailto:|#).*", re.DOTALL | re.IGNORECASE),
    "id": re.compile(r".*", re.DOTALL),
    "size": re.compile(r"[+-]?\d"),
    "start": re.compile(r"\d+"),
    "style": re.compile(r"text-align:\s*(left|right|center)"),
    "title": re.compile(r".*", re.DOTALL),
    "type": re.compile(r"checkbox"),
    "width": re.compile(r"\d+(px|%)?"),
}
_COMMENT = re.compile(r"(-?[^<>-])*")  # one that browsers end where our parser does
_AFTER = "<!-- \"' ]]> -->"  # what ends any quote, comment or section that was left open
# No way up, and no "//": behind "files/", which nbconvert cuts off, it would name another host.
_FILE_BESIDE = re.compile(r"(\w[\w -]*/)*\w[\w -]*\.(png|jpe?g|gif)", re.IGNORECASE)


def cleaned(text: str, attachments: Mapping[str, Any], taken_ids: Collection[str]) -> str:
    """The text, unchanged where nothing in it acts when rendered.

    Else its HTML is shown as text and its images are links; and if that is not enough, the whole
    is shown as it was typed.

    attachments: the cell's own images, by name. taken_ids: ids of elements that the page uses.
    """
    readable = [text, _without_html_and_images(text)] if len(text) <= _MOST_CHARACTERS else []
    for attempt in (*readable, fenced(text)):
        if _is_harmless(attempt, attachments, taken_ids):
            return attempt
    return "*(text left out: it cannot be shown)*"


def fenced(text: str) -> str:
    """The text in a block of its own, as it was typed."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _without_html_and_images(text: str) -> str:
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text).replace("![", r"\![")


def _is_harmless(text: str, attachments: Mapping[str, Any], taken_ids: Collection[str]) -> bool:
    """Whether the page's own parsers make harmless elements of the text, all closed within it."""
    try:
        renderer = IPythonRenderer(escape=False, attachments=dict(attachments))
        rendered = MarkdownWithMath(renderer=renderer).render(text)
    except Exception:  # an attachment that is missing, nesting without end
        return False
    # A stray </div> would end the page's own, an open <b> swallow what follows.
    page = BeautifulSoup(f"<div>{rendered}<hr id='end'></div>{_AFTER}", "html.parser")
    around, end = page.div, page.find(id="end")
    if around is None or end is None or end.parent is not around or len(page.contents) != 2:
        return False
    end.extract()
    hidden = (found for found in around.descendants if isinstance(found, PreformattedString))
    if not all(type(found) is Comment and _COMMENT.fullmatch(found) for found in hidden):
        return False
    return all(_is_harmless_tag(tag, taken_ids) for tag in around.find_all(True))


def _is_harmless_tag(tag: Tag, taken_ids: Collection[str]) -> bool:
    if not _TAG.fullmatch(tag.name) or len(list(tag.parents)) > _MOST_NESTED:
        return False
    return all(_is_harmless_attribute(tag, n, v, taken_ids) for n, v in tag.attrs.items())


def _is_harmless_attribute(tag: Tag, name: str, value: Any, taken_ids: Collection[str]) -> bool:
    if name == "class":
        return all(_CLASS.fullmatch(word) for word in value)
    if name == "src":  # an address elsewhere would tell who reads the page, and when
        return tag.name == "img" and bool(_FILE_BESIDE.fullmatch(value) or is_data_url(value))
    if name == "id" and value in taken_ids:
        return False
    return name in _ALLOWED and bool(_ALLOWED[name].fullmatch(str(value)))
