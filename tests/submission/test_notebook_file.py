"""Any file that a student may hand in is read as a notebook, or named in one line."""

import json
import os
import time

import pytest

from autograder.errors import SubmissionError
from autograder.submission import notebook_file

CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": []}
OLD_CELL = {"cell_type": "code", "input": "x = 1", "outputs": [], "language": "python"}


def notebook(*cells, **parts):
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    return json.dumps(content | parts).encode()


def read(tmp_path, data, max_bytes=10**6):
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)
    return notebook_file.read(path, max_bytes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b'{"cells": [', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"nbformat": ' + b"1" * 5000 + b"}", "not JSON"),
        (b"[]", "a JSON list"),
        (b"null", "a JSON NoneType"),
        (b"{}", "does not name its format"),
        (b'{"nbformat": "4"}', "does not name its format"),
        (b'{"nbformat": true}', "does not name its format"),
        (notebook(nbformat=5), "newer than 4"),
        (notebook(nbformat=3), "format 3 cannot be read"),
        (notebook(cells=None), "no list of cells"),
        (notebook("a cell"), "cell 1 is not a code, markdown or raw cell"),
        (notebook(CELL, CELL | {"cell_type": ["code"]}), "cell 2 is not"),
        (notebook(CELL | {"source": 3}), "source of cell 1 is not text"),
    ],
)
def test_a_file_that_is_no_notebook_is_named_in_one_line(tmp_path, data, reason):
    with pytest.raises(SubmissionError, match=reason) as raised:
        read(tmp_path, data)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (notebook(*[{"cell_type": "code"}] * 2001), "has 2,001 cells, more than the 2,000"),
        (
            notebook(nbformat=3, worksheets=[{"cells": [OLD_CELL] * 1500}] * 2),
            "has 3,000 cells, more than the 2,000",
        ),
        (notebook(CELL | {"source": "x" * 1_000_001}), "have 1,000,001 characters together"),
        (notebook(CELL | {"source": ["x" * 600_000] * 2}), "have 1,200,000 characters together"),
        (notebook(*[CELL | {"source": "x" * 1001}] * 1000), "have 1,001,000 characters together"),
        (notebook(CELL | {"source": "x\n" * 50_001}), "have 50,001 lines together"),
        (notebook(*[CELL | {"source": "\r" * 30_000}] * 2), "have 60,000 lines together"),
        (notebook(metadata={"a": [[]] * 2_500_001}), "more than 5,000,000 values"),
    ],
)
def test_a_notebook_that_would_hold_up_the_class_is_refused_at_once(tmp_path, data, reason):
    before = time.process_time()
    with pytest.raises(SubmissionError, match=reason):
        read(tmp_path, data, max_bytes=10**8)
    assert time.process_time() - before < 2


def test_what_is_nested_in_metadata_and_attachments_is_dropped(tmp_path):
    deep = json.loads("[" * 900 + "]" * 900)
    marks = {"grade_id": "a", "grade": True, "checksum": deep}
    images = {"a.png": {"image/png": deep}, "b.png": deep, "c.png": {"image/png": "aGk="}}
    cell = {"cell_type": "markdown", "metadata": {"nbgrader": marks}, "attachments": images}
    (kept,) = read(tmp_path, notebook(cell)).cells
    assert kept.metadata.nbgrader == {"grade_id": "a", "grade": True}
    assert kept.attachments == {"a.png": {}, "c.png": {"image/png": "aGk="}}


def test_a_file_above_the_size_limit_is_not_read(tmp_path):
    with pytest.raises(SubmissionError, match="clear its outputs"):
        read(tmp_path, notebook(CELL), max_bytes=10)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("nowhere", path)])
def test_what_is_no_regular_file_is_not_opened(tmp_path, make):
    make(tmp_path / "a.ipynb")
    with pytest.raises(SubmissionError, match="not a regular file"):
        notebook_file.read(tmp_path / "a.ipynb", 10**6)


def test_an_old_format_is_upgraded(tmp_path):
    sheet = {"cells": [OLD_CELL, {"cell_type": "heading", "level": 2, "source": "Title"}]}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]}
    cells = read(tmp_path, json.dumps(old).encode()).cells
    assert [(c.cell_type, c.source) for c in cells] == [("code", "x = 1"), ("markdown", "## Title")]


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code"},
        CELL | {"metadata": 3},
        CELL | {"metadata": {"tags": 3}},
        CELL | {"id": "not a valid id!"},
        CELL | {"outputs": [{"output_type": "nonsense"}]},
        CELL | {"source": "\ud800 half a character"},
        CELL | {"source": ["1\n", None, "2"]},
        CELL | {"unknown": "key"},
    ],
)
def test_what_has_an_obvious_meaning_is_mended(tmp_path, cell):
    (mended,) = read(tmp_path, notebook(cell)).cells
    json.dumps(mended, ensure_ascii=False).encode()  # fails on half a character
    assert mended.outputs == []


def test_no_cells_is_a_notebook(tmp_path):
    assert read(tmp_path, notebook()).cells == []


def test_the_images_of_a_written_answer_are_kept(tmp_path):
    images = {"drawing.png": {"image/png": "aGk="}}
    cell = {"cell_type": "markdown", "source": "", "metadata": {}, "attachments": images}
    assert read(tmp_path, notebook(cell)).cells[0].attachments == images
