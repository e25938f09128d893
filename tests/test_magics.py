"""Cells that are not tokenized are those in which IPython finds nothing of its own."""

import json
import random
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import HelpEnd, TransformerManager

from autograder.magics import Magics, ShellMagics

SOURCE = Path(__file__).parents[1] / "source"
PARTS = [
    "%", "%%", "!", "!!", "!=", "?", "??", "=", "==", "= ", ",", ";", "/", " ", "\t", "\f", "\n",
    "\\\n", "\r", "\x0b", "\x85", "\u2028", "(", ")", "[", "'", '"', '"""', "#", "f'{x!r}'",
    "x", "a", "time", "import os", "In [1]: ", ">>> ", "...: ", "    ", "if x:", "1", "lambda: 0",
]  # fmt: skip


def test_the_courses_cells_are_as_ipython_makes_them():
    notebooks = [json.loads(file.read_bytes()) for file in SOURCE.rglob("*.ipynb")]
    cells = [cell for notebook in notebooks for cell in notebook["cells"]]
    sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    assert sources
    for source in sources:
        assert Magics().transform_cell(source) == TransformerManager().transform_cell(source)


@pytest.mark.parametrize(
    "source",
    [
        *("%time x", "x = %pwd", "x = \\\n%pwd", "x =\t! ls", "!ls", "x?", "?x", "a.b??"),
        *(",f a b", ";f a", "/f a", "  %time x", "\n\n  %time x", "if x:\n    %time x"),
        *("\\\n%pwd", "%%time\nx", "In [1]: %time x", ">>> x?\n... y", "(x,\n%y)", "x = (1 %\n y)"),
    ],
)
def test_magics_are_found(source):
    assert Magics().transform_cell(source) == TransformerManager().transform_cell(source)


def test_any_text_is_as_ipython_makes_it():
    drawn = random.Random(0)
    for _ in range(5_000):
        source = "".join(drawn.choices(PARTS, k=drawn.randint(1, 9)))
        try:
            wanted = TransformerManager().transform_cell(source)
        except Exception as error:
            with pytest.raises(type(error)):
                ShellMagics().transform_cell(source)
        else:
            assert ShellMagics().transform_cell(source) == wanted, source
            assert Magics().transform_cell(source) == wanted, source


@pytest.mark.parametrize("kind", [Magics, ShellMagics])
def test_a_plain_cell_is_not_tokenized(kind, monkeypatch):
    asked = []
    monkeypatch.setattr(HelpEnd, "find", lambda tokens: asked.append(tokens))
    assert kind().transform_cell("x = 1 % 2 != 3") == "x = 1 % 2 != 3\n"
    assert not asked
    kind().transform_cell("x?")
    assert asked


def test_wrong_indentation_is_told_as_ipython_tells_it():
    with pytest.raises(IndentationError, match="unindent does not match"):
        ShellMagics().transform_cell("if x:\n        a\n    b")


@pytest.mark.parametrize(
    ("cell", "awaits"),
    [("x = 1\n", False), ("await f()\n", True), ("[i async for i in f()]\n", True)],
)
def test_whether_a_cell_awaits_is_known_once_it_was_compiled(cell, awaits):
    magics = ShellMagics()
    assert magics.known_to_await(cell) is None
    magics.transform_cell(cell)
    assert magics.known_to_await(cell) is awaits
    assert magics.known_to_await("another") is None


def test_a_transformer_that_code_adds_sees_every_cell():
    class Added:
        @classmethod
        def find(cls, tokens):
            seen.append(tokens)

    seen: list = []
    magics = Magics()
    magics.token_transformers.append(Added)
    magics.transform_cell("x = 1")
    assert seen
