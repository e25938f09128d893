from pathlib import Path

from examples.edits import opened

HTML = """<script>alert(1)</script><img src=x onerror="alert(1)"><iframe srcdoc="x"></iframe>
<div style="position: fixed; top: 0">Full marks</div><link rel=stylesheet href=http://evil.test>"""
SHOW = "from IPython.display import display\ndisplay({'text/html': %r}, raw=True)"


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        more = {"metadata": {}, "execution_count": None, "outputs": []}
        notebook["cells"].append({**more, "cell_type": "code", "source": SHOW % HTML})
        notebook["cells"].append({**more, "cell_type": "code", "source": "print('\\x1b]0;hi\\x07')"})
        notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": HTML})
        raw = {"raw_mimetype": "text/html"}
        notebook["cells"].append({"cell_type": "raw", "metadata": raw, "source": HTML})
    (folder / "page.html").write_text(HTML)
