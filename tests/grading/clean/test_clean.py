"""What is shown is harmless, and what honest students write and show stays as it was."""

import base64
import io
import time

import pytest
from cells import check, given, notebook, solution, words
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from nbgrader.utils import compute_checksum
from PIL import Image

from autograder.grading.clean import clean, css, html, images, markdown, outputs, svg
from autograder.text import printable, visible


def picture(kind="PNG", size=(3, 2)):
    file = io.BytesIO()
    Image.new("1" if kind == "PNG" else "L", size).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


PNG = picture()


# -- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("plain\n\ttext é → 漢", "plain\n\ttext é → 漢"),
        ("\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"),
        ("\x1b]0;title\x07a\x1b]8;;http://evil.test\x1b\\b\x1b]8;;\x1b\\", "ab"),
        ("\x1b[2J\x1b[1;1Ha\x1b[?25lb\x1bc", "ab"),
        ("\x1b\x1b[31mm\x1b", "[31mm"),
        ("\x1b[31", ""),
        ("\x9b31ma\x07\x08\x00b", "31mab"),
        ("10 %\r50 %\r100 %\nnext\r\n", "100 %\nnext\n"),
        ("abc\u202ecba", "abc\\u202ecba"),
        ("half \ud800", "half ?"),
    ],
)
def test_of_printed_escapes_only_colours_stay(printed, seen):
    assert printable(printed) == seen


def test_what_is_written_shows_its_control_characters():
    assert visible("a\r\n\tb\x1b[31m\x07\u202e") == "a\n\tb\\x1b[31m\\x07\\u202e"


# -- HTML ---------------------------------------------------------------------------------------

TABLE = (
    '<div><style scoped>.dataframe th {text-align: right}</style><table border="1" '
    'class="dataframe"><thead><tr style="text-align: right;"><th>a</th></tr></thead>'
    '<tbody><tr><td colspan="2">1 &lt; 2</td></tr></tbody></table></div>'
)


def test_a_table_keeps_its_form():
    kept = html.cleaned(TABLE)
    for part in ('<table border="1" class="dataframe">', "text-align: right", 'colspan="2"'):
        assert part in kept
    assert "1 &lt; 2" in kept
    assert ".dataframe" not in kept


def test_the_colours_of_pandas_styler_go_into_the_cells():
    sheet = (
        "<style>#T_1_row0_col0, #T_1_row1_col0 {color: red;} #T_1_row1_col0 {width: 10em}</style>"
    )
    cells = "".join(f'<td id="T_1_row{i}_col0" class="data row{i}">{i}</td>' for i in range(3))
    kept = html.cleaned(f"{sheet}<table><tr>{cells}</tr></table>")
    assert '<td style="color: red">0</td>' in kept
    assert '<td style="color: red; width: 10em">1</td>' in kept
    assert "<td>2</td>" in kept


def test_an_image_that_is_one_is_kept_and_no_other():
    kept = html.cleaned(
        f'<img src="data:image/png;base64,{PNG}" alt="a"><img src="data:image/svg+xml,x">'
    )
    assert kept.count("src=") == 1
    assert PNG in kept


def test_links_to_click_lead_outside_only():
    kept = html.cleaned(
        '<a href="https://example.org">a</a><a href="/logout">b</a><a href="x.html">c</a>'
    )
    assert kept.count("href") == 1


@pytest.mark.parametrize(
    "gone", ["<script>alert(1)</script>", "<b></b>", "<iframe src=x></iframe>", ""]
)
def test_html_of_which_nothing_is_left_is_left_out(gone):
    assert html.cleaned(gone) is None
    output = new_output("display_data", {"text/html": gone, "text/plain": "<HTML object>"})
    assert outputs.cleaned(output).data == {"text/plain": "<HTML object>"}


@pytest.mark.parametrize(
    "style",
    [
        "background: url(http://evil.test)",
        "background: URL (http://evil.test)",
        "background:u\\72l(http://evil.test)",
        "background: image-set('a' 1x)",
        "color: var(--a)",
        "width: expression(alert(1))",
        "position: fixed",
        "margin-top: -10px",
        "height: 0",
        'color: red" onclick="alert(1)',
        "color: red}</style>",
    ],
)
def test_a_style_that_loads_covers_or_ends_is_dropped(style):
    assert css.declarations(style) == ""


def test_a_style_that_colours_is_kept():
    bar = "background: linear-gradient(90deg, #d65f5f 50%, transparent 50%); color: rgb(1, 2, 3)"
    assert css.declarations(bar) == bar


# -- images -------------------------------------------------------------------------------------


def test_images_of_the_kinds_that_pages_show():
    for mime, kind in images.FORMATS.items():
        data = picture(kind)
        assert images.checked(mime, f"{data[:10]}\n{data[10:]}\n") == data


@pytest.mark.parametrize(
    ("mime", "data"),
    [
        ("image/png", '" onerror="alert(1)'),
        ("image/png", base64.b64encode(b"<svg onload=alert(1)>").decode()),
        ("image/png", picture("GIF")),
        ("image/svg+xml", PNG),
        ("image/png", ""),
        ("image/png", picture(size=(10_000, 10_000))),  # 100 million pixels in a few kB
    ],
)
def test_what_is_no_image_or_far_too_large_is_none(mime, data):
    assert images.checked(mime, data) is None


def test_a_drawing_keeps_its_shapes():
    drawing = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/svg11.dtd">'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'viewBox="0 0 9 9" onload="a()"><script>a()</script><defs><path id="p" d="M 0 0"/></defs>'
        '<g clip-path="url(#c)"><use xlink:href="#p" onclick="a()"/></g>'
        '<image xlink:href="http://evil.test/x.png"/><foreignObject><b/></foreignObject>'
        "<style>@import url(http://evil.test)</style></svg>"
    )
    kept = svg.cleaned(drawing)
    for part in ('viewBox="0 0 9 9"', 'd="M 0 0"', 'href="#p"', "url(#c)"):
        assert part in kept
    for part in ("script", "onload", "onclick", "evil", "foreignObject"):
        assert part not in kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<svg",
        "<html xmlns='http://www.w3.org/1999/xhtml'/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><svg/>",
    ],
)
def test_what_is_no_drawing_is_none(text):
    assert svg.cleaned(text) is None


# -- Markdown -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "# Why\n\nBecause $\\sum_i p_i = 1$, see [there](https://example.org) **and** `a<b>`.",
        "$$\\begin{aligned} a &< b \\\\ c &> d \\end{aligned}$$",
        "| a | b |\n|:--|--:|\n| 1 | 2 |\n\n- [ ] to do\n- done\n\n1. one",
        "H<sub>2</sub>O <br> <b>bold</b> <font color='red'>red</font>",
        "```python\nif a < b: print('<script>')\n```\n\n> said\n\n~~no~~ a < b, b > c",
        "![plot](plot.png) ![](figures/my-plot.jpg)",
        "",
        "<!-- BEGIN ANSWER -->\nyes\n<!-- two-fold -->",
        "YOUR ANSWER HERE",
        "$a<b$, $c=d$, $e>f$, and $E[X](t)$: a<b, c<d, e>f",
        "- so\n  ```cpp\n  vector<int> x;\n  ```\n\n`<script>` and <https://example.org>",
        "Answer: <ul><li>a</li></ul>",
    ],
)
def test_an_honest_answer_stays_as_it_is(text):
    assert markdown.cleaned(text, {}, {"score"}) == text


def test_html_in_an_answer_is_shown_as_it_was_typed():
    assert markdown.cleaned("so <script>a</script>", {}, ()) == "so &lt;script>a&lt;/script>"
    assert markdown.cleaned("</div>", {}, ()) == "&lt;/div>"
    assert markdown.cleaned("<details> all", {}, ()) == "&lt;details> all"


@pytest.mark.parametrize(
    "text",
    [
        *("a <!--><b>-->", "a <!-- b --!><b> -->", "a <!-- <b> -->", "<!--><img src=x>-->"),
        *(
            "<!-- a",
            "<![CDATA[a",
            '<div title="a',
            "<div title='a",
            "<div",
            "<!DOCTYPE a>",
            "<?a?>",
        ),
    ],
)
def test_what_browsers_read_otherwise_or_has_no_end_is_shown(text):
    seen = markdown.cleaned(text, {}, ())
    typed = text.replace("<", "&lt;").replace("![", r"\![")
    assert seen in (typed, markdown.fenced(text))


def test_a_formula_that_could_be_a_tag_stays_a_formula():
    assert markdown.cleaned("$x<mean and y>2$", {}, ()) == "$x< mean and y>2$"


def test_a_picture_elsewhere_becomes_a_link():
    seen = markdown.cleaned("![a](https://example.org/a.png)", {}, ())
    assert seen == r"\![a](https://example.org/a.png)"


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:b)",
        "![](attachment:none)",
        "# score",
        "```mermaid\n<b onclick=a>\n```",
        "[a](/x)",
    ],
)
def test_what_cannot_be_made_harmless_is_shown_whole_and_verbatim(text):
    seen = markdown.cleaned(text, {}, {"score"})
    assert seen == markdown.fenced(text)
    assert text in seen


def test_a_fence_is_longer_than_any_in_the_text():
    assert markdown.fenced("a ```` b").splitlines()[0] == "`" * 5


@pytest.mark.parametrize(
    "piece",
    ["[", "![", "*a ", "<", "<b ", "> ", "\\begin{a}", "|a", "- ", "`", "$", "<!--", "_a_ "],
)
@pytest.mark.parametrize("characters", [19_900, 200_000])
def test_text_made_to_hold_up_the_parser_does_not(piece, characters):
    before = time.process_time()
    assert len(markdown.cleaned(piece * (characters // len(piece)), {}, ())) > 0.95 * characters
    assert time.process_time() - before < 5


# -- a notebook ---------------------------------------------------------------------------------


def cleaned(*cells, source=()):
    graded = notebook(*cells)
    clean(graded, notebook(*source))
    return graded.cells


def test_the_instructors_text_is_left_alone_wherever_it_stands():
    text = "<details><summary>Hint</summary>x</details>"
    untouched = words("w", text)
    untouched.metadata.nbgrader.checksum = compute_checksum(untouched)  # as nbgrader releases it
    (plain, answer) = cleaned(new_markdown_cell(text), untouched, source=[new_markdown_cell(text)])
    assert plain.source == answer.source == text


def test_a_student_s_text_is_cleaned_in_every_kind_of_cell():
    bad = "<script>\x1b\u202e"
    code, answer, raw = cleaned(solution("f", bad), words("w", bad), new_raw_cell(bad))
    assert code.source == "<script>\\x1b\\u202e"
    assert answer.source == "&lt;script>\\x1b\\u202e"
    assert (raw.cell_type, raw.source) == ("markdown", "```\n<script>\\x1b\\u202e\n```")


def test_a_heading_takes_no_id_from_the_page():
    (heading,) = cleaned(new_markdown_cell("# t"), source=[check("t", "assert f(1)")])
    assert heading.source == markdown.fenced("# t")


def test_pictures_in_an_answer_are_pictures():
    attachments = {"a.png": {"image/png": PNG}, "b.png": {"image/png": '">', "text/html": "PGI+"}}
    (cell,) = cleaned(new_markdown_cell("![](attachment:a.png)", attachments=attachments))
    assert cell.attachments == {"a.png": {"image/png": PNG}}
    assert cell.source == "![](attachment:a.png)"


def test_outputs_are_cleaned_wherever_they_come_from():
    shown = [
        new_output("stream", text="a\x1b[2J"),
        new_output(
            "error", ename="E\x1b[2J\n", evalue="v\x07", traceback=["\x1b[31mt\x1b]0;x\x07"]
        ),
        new_output("display_data", {"application/javascript": "alert(1)"}),
        new_output("display_data", {"application/json": {"a": "b"}}),
        new_output("display_data", {"image/png": PNG, "text/plain": "<Figure>"}),
    ]
    (cell,) = cleaned(new_code_cell("", outputs=shown), source=[given("")])
    stream, error, script, data, plot = cell.outputs
    assert stream.text == "a"
    assert (error.ename, error.evalue, error.traceback) == ("E [2J", "v", ["\x1b[31mt"])
    assert script.data == {"text/plain": "(output left out: application/javascript)"}
    assert data.data == {"text/plain": '{"a": "b"}'}
    assert plot.data == {"image/png": PNG, "text/plain": "<Figure>"}


def test_formatting_that_is_left_open_does_not_grow_with_each_block():
    for name, attribute in (
        ("font", "color='#{:06}'"),
        ("a", "href='http://x/{}'"),
        ("B", "id={}"),
    ):
        opened = "".join(f"<{name} {attribute.format(n)}>" for n in range(100))
        hidden = f"<!-- {f'</{name}>' * 100} --><img alt='{f'</{name}>' * 100}'>"
        for closed in ("", hidden):
            text = f"<p>{opened}x</p>{closed}" + "<p>x</p>" * 1000
            assert len(html.cleaned(text) or "") < 4 * len(text)
    row = "<tr><td><b>x</b></td><td><a href='http://x/y' title=\"it's\">y</a></td></tr>"
    table = f"<table>{row * 3000}</table>"
    assert html.cleaned(table).count("</a>") == 3000
