"""Where the cells that have run define a name: read from their text, nothing is asked."""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograder.notebook.free_names import parse, python_of

_DEEPEST = 20  # aliases of aliases, bases of bases
_SAME = frozenset({"__func__", "__code__", "__wrapped__", "fget", "__init_subclass__"})
_LOCALS = "<locals>"

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Bound = ast.stmt | None


class Place(NamedTuple):
    """The lines of a cell, the index of a definition's first one, and its node."""

    lines: list[str]
    first: int
    node: ast.stmt


def find(cells: Sequence[str], path: str) -> Place | None:
    """The definition that a dotted name stands for when these cells have run, or None.

    path: "f", "Square.area", "make.<locals>.inner".
    """
    return _follow(cells, path.split("."), _DEEPEST)


def _follow(cells: Sequence[str], parts: list[str], left: int) -> Place | None:
    found = _top(cells, parts[0]) if left else None
    if found is None:
        return None
    text, node = found
    for at, part in enumerate(parts[1:], 1):
        if part in _SAME:
            continue
        if isinstance(node, ast.ClassDef):
            inner = _last(node.body, part)
            if inner is None:
                return _in_bases(cells, node, parts[at:], left)
            node = inner
        elif part != _LOCALS:
            inner = _within(node, part)
            if inner is None:
                return None
            node = inner
    return _place(cells, text, node, left)


def _place(cells: Sequence[str], text: str, node: ast.stmt, left: int) -> Place | None:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        if isinstance(node.value, ast.Name | ast.Attribute):
            return _follow(cells, ast.unparse(node.value).split("."), left - 1)
        if not isinstance(node.value, ast.Lambda):
            return None
    elif not isinstance(node, Definition):
        return None
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return Place(text.splitlines(keepends=True), first - 1, node)


def _in_bases(
    cells: Sequence[str], node: ast.ClassDef, rest: list[str], left: int
) -> Place | None:
    paths = (ast.unparse(base).split(".") for base in node.bases)
    found = (_follow(cells, [*path, *rest], left - 1) for path in paths)
    return next(filter(None, found), None)


def _top(cells: Sequence[str], name: str) -> tuple[str, ast.stmt] | None:
    """The last statement at the top of a cell that binds a name, and the cell's text."""
    for source in reversed(cells):
        tree = parse(source) if name in source else None
        if tree is not None and (node := _last(tree.body, name)) is not None:
            return python_of(source), node
    return None


def _last(body: list[ast.stmt], name: str) -> Bound:
    found = [statement for statement in _flat(body) if name in _binds(statement)]
    return found[-1] if found else None


def _within(node: ast.stmt, name: str) -> Bound:
    inner = [n for n in ast.walk(node) if n is not node and isinstance(n, ast.stmt)]
    found = [n for n in inner if name in _binds(n)]
    return max(found, key=lambda n: n.lineno) if found else None


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, and those of blocks in it that run in the same namespace."""
    for statement in body:
        yield statement
        if not isinstance(statement, Definition):
            for part in ("body", "orelse", "handlers", "finalbody", "cases"):
                for inner in getattr(statement, part, []):
                    blocks = inner.body if hasattr(inner, "body") else []
                    yield from _flat([inner] if isinstance(inner, ast.stmt) else blocks)


def _binds(statement: ast.stmt) -> set[str]:
    if isinstance(statement, Definition):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    names = (node for target in targets if target for node in ast.walk(target))
    stores = (n for n in names if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load))
    return {node.id for node in stores}
