"""How a test cell looks into the notebook's own records: names given as text, inputs, results."""

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from autograder.notebook.free_names import names_of, parse

_NAMESPACES = {"globals", "locals", "vars", "dir"}  # without an argument
_EVALUATE = {"eval", "exec"}
_IPYTHONS = {"user_ns", "user_global_ns", "ev"}
_NUMBERED = re.compile(r"_\d+$")  # the result of the cell of that number
RESULTS = frozenset({"_", "__", "___", "Out", "_oh"})
INPUTS = frozenset({"In", "_ih", "_i", "_ii", "_iii"})


@dataclass(frozen=True)
class LookUps:
    """all: whether it asks for names that its source need not spell out.

    names: those that its texts spell out.
    """

    all: bool = False
    names: frozenset[str] = frozenset()


@lru_cache(maxsize=1024)
def looked_up(source: str) -> LookUps:
    """What a cell asks of the notebook's namespace by text, and of its results."""
    used = names_of(source)
    results = frozenset(n for n in used.used - used.bound if n in RESULTS or _NUMBERED.match(n))
    tree = parse(source)
    if tree is None or not any(map(_asks, ast.walk(tree))):
        return LookUps(False, results)
    kept = {*dir(builtins), *RESULTS, *INPUTS, "get_ipython", "exit", "quit", "display"}
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    named = {name for text in texts if isinstance(text, str) for name in _names_in(text)}
    named |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg}
    return LookUps(True, frozenset(named - kept) | results)


def _asks(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in _IPYTHONS
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.partition(".")[0] == "__main__"
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any(alias.name == "__main__" for alias in node.names)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return False
    alone = not node.args and not node.keywords
    return node.func.id in _EVALUATE or (node.func.id in _NAMESPACES and alone)


def _names_in(text: str) -> Iterator[str]:
    """A name, or those of an expression."""
    text = text.removeprefix("__main__.")
    if text.isidentifier():
        yield text
    elif len(text) < 1000 and (tree := parse(text)):
        yield from (n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
