"""What an HTML5 parser finds in pages of hostile text: nothing that acts, nothing left open."""

import re

import pytest
import tinyhtml5
from cells import notebook
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from vectors import MARKDOWN, TAGS, TEXTS

from autograder.grading.clean import clean, html, markdown

ACTIVE = re.compile(
    "script|style|iframe|frame|frameset|object|embed|applet|form|button|select|textarea|base|meta|"
    "link|svg|math|video|audio|source|template|noscript|xmp|plaintext|marquee|body|head|html|"
    "details|title|dialog|portal|image"
)
ADDRESSES = {"href", "src", "xlink:href", "action", "formaction", "data", "poster", "srcset"}
SAFE = re.compile(
    r"https?://|mailto:|#|attachment:|data:image/(png|jpeg|gif);base64,|(?!//)[\w ./-]*$"
)


def commonmark(text):
    renderer = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    renderer.validateLink = lambda url: True  # as renderers that take out bad links elsewhere
    return renderer.render(text)


def acting(tree):
    """What of a tree acts: its element or its attribute."""
    for element in tree.iter():
        if element.tag in ("html", "head", "body") and len(element.attrib) == 0:
            continue  # what a parser adds of itself
        if not isinstance(element.tag, str):  # a comment
            continue
        name = element.tag.rpartition("}")[2]
        if ACTIVE.fullmatch(name):
            yield name
        for attribute, value in element.attrib.items():
            attribute = str(attribute)
            if attribute.startswith("on") or (attribute == "style" and not colours(value)):
                yield f"{name} {attribute}={value}"
            if attribute in ADDRESSES and (attribute == "srcset" or not SAFE.match(value)):
                yield f"{name} {attribute}={value}"


def colours(style):
    return re.fullmatch(r"[\w\s:;#.,%()-]*", style) and "url" not in style and "fixed" not in style


def parsed(page):
    return tinyhtml5.parse(page, namespace_html_elements=False)


def found_in(rendered):
    """What acts in a page that holds this, and whether what follows it is still where it was."""
    page = parsed(f"<div id=before>{rendered}<hr id=after></div>")
    body = page.find("body")
    (around,) = body.findall("div[@id='before']")[:1]
    problems = list(acting(page))
    if around[-1].get("id") != "after" or len(body) != 1:
        problems.append("an element left open, or one too many closed")
    return problems


RENDERERS = [markdown2html_mistune, commonmark]


@pytest.mark.parametrize("text", [*TAGS, *MARKDOWN])
def test_each_vector_acts_where_nothing_cleans_it(text):
    """In a block of HTML, or in one of the renderers: else the tests below would prove nothing."""
    written = [text, f"<div>\n{text}\n</div>"]
    assert any(found_in(render(each)) for render in RENDERERS for each in written)


@pytest.mark.parametrize("text", TEXTS)
def test_no_vector_acts_in_any_renderer(text):
    cleaned = markdown.cleaned(text, {}, ())
    assert [found_in(render(cleaned)) for render in RENDERERS] == [[], []]
    if not cleaned.startswith("```"):  # a renderer that takes all but plain code for HTML
        assert list(acting(parsed(f"<p>{re.sub('`[^`]*`', '', cleaned)}"))) == []


PIECES = [
    *TAGS[:30],
    *"<>`~$[]()!\"'=/\\&;:#*_-|\n\t ",
    "```",
    "~~~",
    "<!--",
    "-->",
    "\n\n",
    "    ",
]
PIECES += [
    "<b",
    "<a href=",
    "<img src=x ",
    " onerror=a",
    "</",
    "<div>",
    "</div>",
    "javascript:",
    "a",
]
PIECES += [
    "> ",
    "- ",
    "$$",
    "\\begin{a}",
    "\\end{a}",
    "&lt;",
    "\u00a0",
    "<pre>",
    "</pre>",
    "](",
    "]:",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_mixture_of_them_acts(text):
    cleaned = markdown.cleaned(text, {}, ())
    assert [found_in(render(cleaned)) for render in RENDERERS] == [[], []], (text, cleaned)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_mixture_acts_in_an_output(text):
    assert found_in(html.cleaned(text) or "") == []


def test_no_vector_acts_in_the_whole_page_of_a_notebook():
    cells = [new_markdown_cell(text) for text in TEXTS]
    cells += [new_raw_cell(text, metadata={"raw_mimetype": "text/html"}) for text in TAGS]
    bundles = [
        {kind: tag} for tag in TEXTS for kind in ("text/html", "text/markdown", "text/latex")
    ]
    bundles += [
        {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{tag}</svg>"} for tag in TAGS
    ]
    cells.append(new_code_cell(outputs=[new_output("display_data", data) for data in bundles]))
    graded = notebook(*cells)
    clean(graded, notebook())

    page, _ = HTMLExporter(template_name="classic").from_notebook_node(graded)

    body = parsed(page).find("body")
    shown = body.findall(".//div[@id='notebook-container']/div")
    assert len(shown) == len(cells)  # each cell's own element: none closed another's
    problems = [problem for cell in shown for problem in acting(cell)]
    assert [p for p in problems if not p.startswith("img src=data:image/svg+xml;base64")] == []


def test_html_that_a_parser_would_multiply_is_left_out():
    opened = "".join(f"<b id=x{number}>" for number in range(3000))
    assert html.cleaned(f"<p>{opened}" + "</p><p>x" * 3000) is None
    assert html.cleaned("<div>" * 300_000) is None
    assert html.cleaned("<span>" * 200_000 + "</i>" * 200_000) is None


def test_a_large_table_is_none_of_those():
    rows = "<tr><td><b>1</b></td><td>2</td></tr>" * 20_000
    kept = html.cleaned(f"<table><tbody>{rows}</tbody></table>")
    assert kept is not None
    assert kept.count("<b>") == 20_000
