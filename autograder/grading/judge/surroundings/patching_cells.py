"""What a cell's source says of patches: whether it may make one, and what it may be made of."""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple

from autograder.notebook.free_names import parse

_PATCHES = {"patch", "setattr", "delattr", "monkeypatch", "MonkeyPatch"}
_DEEPEST = 8  # parts of a dotted name


class Reading(NamedTuple):
    """
    patches: whether the cell binds or deletes an attribute, or names what does.
    modules: that it imports, or that a text in it names as `patch("a.b")` does.
    dotted: names in it that may stand for a class.
    imported: names that it imports, and what they stand for, dotted.
    """

    patches: bool = False
    modules: tuple[str, ...] = ()
    dotted: tuple[str, ...] = ()
    imported: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=1000)
def reading_of(source: str) -> Reading:
    """Read a cell; one that is not Python says nothing."""
    tree = parse(source)
    if tree is None:
        return Reading()
    nodes = list(ast.walk(tree))
    if not any(map(_patches, nodes)):
        return Reading()
    modules = dict.fromkeys(name for node in nodes for name in _modules(node))
    dotted = dict.fromkeys(name for node in nodes for name in _dotted(node))
    imported = tuple(pair for node in nodes for pair in _imported(node))
    return Reading(True, tuple(modules), tuple(dotted), imported)


def found(path: str, scope: Mapping[str, Any]) -> Any:
    """What a dotted name stands for, where only modules and classes lead to it; or None."""
    first, *rest = path.split(".")
    place = scope.get(first, sys.modules.get(first))
    for part in rest:
        if not issubclass(type(place), type | ModuleType):
            return None
        place = vars(place).get(part)
    return place


def _patches(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return not (isinstance(node.value, ast.Name) and node.value.id == "self")
    named = (getattr(node, part, None) for part in ("id", "attr", "name", "arg"))
    return any(isinstance(name, str) and name in _PATCHES for name in named)


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        of = node.module
        yield from ((alias.asname or alias.name, f"{of}.{alias.name}") for alias in node.names)


def _modules(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
    elif (parts := _parts_of_text(node)) and _is_known(parts[0]):
        yield from (".".join(parts[:n]) for n in range(1, len(parts)))


def _is_known(package: str) -> bool:
    # These act as they are imported.
    known = package in sys.stdlib_module_names or package in sys.modules
    return known and package not in ("this", "antigravity", "idlelib", "turtledemo")


def _dotted(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute | ast.Name):
        yield ast.unparse(node)
    elif parts := _parts_of_text(node):
        yield ".".join(parts[:-1])


def _parts_of_text(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return []
    parts = node.value.split(".")
    is_name = 1 < len(parts) < _DEEPEST and all(map(str.isidentifier, parts))
    return parts if is_name else []
