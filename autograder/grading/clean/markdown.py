"""Text that a student writes in Markdown, which pages render with its HTML and all.

Renderers differ about what is HTML, and HTML parsers about what a tag is. So a text stays as it is
only if what two renderers make of it is harmless, and so is every tag that a third could find.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.grading.clean import elements, tag_starts
from autograder.grading.clean.images import is_data_url

_MOST_CHARACTERS = 20_000  # as Markdown; its parser needs seconds for longer hostile text
_MOST_BRACKETS = 2_000  # CommonMark's parser looks from each for its end
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
# No way up, and no "//": behind "files/", which nbconvert cuts off, it would name another host.
_FILE_BESIDE = re.compile(r"(\w[\w -]*/)*\w[\w -]*\.(png|jpe?g|gif)", re.IGNORECASE)
# What is harmless where no page of nbconvert's is made: $E[X](t)$ is a link where formulas are
# unknown, and Lab puts in the cell's own pictures later.
_ELSEWHERE = {"href": re.compile(r"[^:\\\s]*"), "src": re.compile(r"attachment:[^:/\\]*")}


def cleaned(text: str, attachments: Mapping[str, Any], taken_ids: Collection[str]) -> str:
    """The text, unchanged where nothing in it acts when rendered.

    Else its HTML is shown as text and its images are links; and if that is not enough, the whole
    is shown as it was typed.

    attachments: the cell's own images, by name. taken_ids: ids of elements that the page uses.
    """
    is_short = len(text) <= _MOST_CHARACTERS and text.count("[") <= _MOST_BRACKETS
    attempts = [text, tag_starts.escaped(text).replace("![", r"\![")] if is_short else []
    for attempt in attempts:
        if _is_harmless(attempt, attachments, taken_ids):
            return attempt
    shown = fenced(text)
    harmless = _renders_harmless(shown, _by_nbconvert(attachments), taken_ids)
    return shown if harmless else "*(text left out: it cannot be shown)*"


def fenced(text: str) -> str:
    """The text in a block of its own, as it was typed."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _is_harmless(text: str, attachments: Mapping[str, Any], taken_ids: Collection[str]) -> bool:
    return (
        not any(_may_act(text, start) for start in tag_starts.outside_code(text))
        and _renders_harmless(text, _by_nbconvert(attachments), taken_ids)
        and _renders_harmless(text, _by_commonmark, (), elsewhere=True)
    )


def _may_act(text: str, start: int) -> bool:
    """Whether what begins there would be more than text, in HTML, and not harmless."""
    if tag_starts.is_inert(text, start) or elements.is_plain_comment(text, start):
        return False
    tag = elements.plain_tag(text, start)
    return tag is None or not _is_harmless_tag(tag, (), elsewhere=False)


def _by_nbconvert(attachments: Mapping[str, Any]) -> Callable[[str], str]:
    renderer = IPythonRenderer(escape=False, attachments=dict(attachments))
    return MarkdownWithMath(renderer=renderer).render


def _by_commonmark(text: str) -> str:
    """As JupyterLab's and GitHub's renderers, but without what they take out afterwards."""
    return str(_commonmark().render(text))


@cache
def _commonmark() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MOST_NESTED})
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser.enable(["table", "strikethrough"])


def _renders_harmless(
    text: str,
    render: Callable[[str], str],
    taken_ids: Collection[str],
    elsewhere: bool = False,
) -> bool:
    """Whether the renderer makes harmless elements of the text, all closed within it."""
    try:
        rendered = render(text)
        found = all(_is_harmless_tag(tag, taken_ids, elsewhere) for tag in elements.tags(rendered))
        return found and elements.closes_what_it_opens(rendered, _MOST_NESTED)
    except Exception:  # an attachment that is missing, nesting without end, a tag in no plain form
        return False


def _is_harmless_tag(tag: elements.Tag, taken_ids: Collection[str], elsewhere: bool) -> bool:
    if not _TAG.fullmatch(tag.name):
        return False
    return all(
        _is_harmless_attribute(tag.name, name, value, taken_ids)
        or (elsewhere and name in _ELSEWHERE and bool(_ELSEWHERE[name].fullmatch(value)))
        for name, value in tag.attributes
    )


def _is_harmless_attribute(tag: str, name: str, value: str, taken_ids: Collection[str]) -> bool:
    if name == "class":
        return all(_CLASS.fullmatch(word) for word in value.split())
    if name == "src":  # an address elsewhere would tell who reads the page, and when
        return tag == "img" and bool(_FILE_BESIDE.fullmatch(value) or is_data_url(value))
    if name == "id" and value in taken_ids:
        return False
    return name in _ALLOWED and bool(_ALLOWED[name].fullmatch(value))
