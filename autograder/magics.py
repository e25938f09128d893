"""IPython's own syntax (`%magic`, `!command`, `name?`) as Python; plain cells are not tokenized."""

import ast
import inspect
import re

from IPython.core.inputtransformer2 import TransformerManager

# What IPython's transformers look for: help anywhere, `= %magic`, `= !ls`, a line's beginning.
# Ends of lines that Python does not know as such make its tokenizer see another indentation.
_ANYWHERE = re.compile(r"\?|=\s*[%!\\]|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_AT_START = re.compile(r"\s*[%!,;/]")


class Magics(TransformerManager):
    """As IPython's, without its tokenizer where nothing can be found: that is nearly every cell.

    Of text that is no Python the tokenizer may raise IndentationError; this leaves that to Python.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known = list(self.token_transformers)

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """The lines without magics. Code may have added transformers of its own: they are asked."""
        return lines if self._is_plain(lines) else super().do_token_transforms(lines)

    def _is_plain(self, lines: list[str]) -> bool:
        return self.token_transformers == self._known and not any(map(_may_be_magic, lines))


class ShellMagics(Magics):
    """For a shell: text that is no Python is IPython's from the start, and so is what it says."""

    def __init__(self) -> None:
        super().__init__()
        self._compiled = "", False

    def _is_plain(self, lines: list[str]) -> bool:
        if not super()._is_plain(lines):
            return False
        cell = "".join(lines)
        try:
            code = compile(cell, "<>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except Exception:
            return False
        self._compiled = cell, bool(code.co_flags & inspect.CO_COROUTINE)
        return True

    def known_to_await(self, cell: str) -> bool | None:
        """Whether a cell awaits at its top level; None of one that was not compiled just now.

        IPython would compile it once more to see that, and have what Python warns of said again.
        """
        known, awaits = self._compiled
        return awaits if known == cell else None


def _may_be_magic(line: str) -> bool:
    return bool(_AT_START.match(line) or _ANYWHERE.search(line))
