"""Which definitions of a notebook a name reaches, and where they use a built-in.

Nothing is run. The walk starts at a name, reads the statement that binds it last, and goes on to
every global name which that statement loads; comments, strings, unreached cells and the student's
own functions that happen to have a built-in's name are passed by.
"""

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from autograder.magics import Magics

_MAGICS = Magics()
_NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
_BY_STRING = {"getattr", "methodcaller", "attrgetter"}  # take an attribute by its name in a string


@dataclass(frozen=True)
class Use:
    """A built-in that was found: its source, and the names that lead to it."""

    code: str
    path: str


@dataclass(frozen=True)
class _Statement:
    """A top-level statement, the global names it binds and those it loads at any depth."""

    node: ast.stmt
    binds: frozenset[str]
    loads: frozenset[str]


class Source:
    """The code cells of a notebook. Cells that are not Python are as if they were not there."""

    def __init__(self, cells: Iterable[str]):
        self._statements = [s for cell in cells for s in _statements(cell)]
        nodes = [node for s in self._statements for node in ast.walk(s.node)]
        imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
        self._modules = {a.asname or a.name.split(".")[0] for i in imports for a in i.names}
        self._own_attributes = set(_own_attributes(nodes))

    def names(self) -> list[str]:
        """Every global name that the cells bind."""
        return sorted(set().union(*(s.binds for s in self._statements)))

    def first_use(self, names: Iterable[str], forbidden: re.Pattern) -> Use | None:
        """The first use of a built-in whose name matches, in what the names reach."""
        waiting = [(name, name) for name in names]
        seen: set[str] = set()
        while waiting:
            name, path = waiting.pop(0)
            if name in seen:
                continue
            seen.add(name)
            if self._is_starred(name) and forbidden.search(name):
                return Use(name, path)
            for statement in self._bindings(name):
                code = self._use_in(statement.node, name, forbidden)
                if code:
                    return Use(code, path)
                waiting += [(n, f"{path} → {n}") for n in sorted(statement.loads)]
        return None

    def _is_starred(self, name: str) -> bool:
        """Whether a name can only come from an `import *`."""
        return "*" in self._modules and not any(name in s.binds for s in self._statements)

    def _bindings(self, name: str) -> Iterator[_Statement]:
        """The last binding of a name, and earlier ones as long as they are built upon."""
        for statement in reversed(self._statements):
            if name in statement.binds:
                yield statement
                if name not in statement.loads or _is_definition(statement.node):
                    return

    def _use_in(self, statement: ast.stmt, name: str, forbidden: re.Pattern) -> str:
        """The source of a built-in's use in one statement, or ""."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            bound = [a for a in statement.names if name == (a.asname or a.name)]
            return next((ast.unparse(statement) for a in bound if forbidden.search(a.name)), "")
        uses = (node for node in ast.walk(statement) if self._is_use(node, forbidden))
        return next(map(ast.unparse, uses), "")

    def _is_use(self, node: ast.AST, forbidden: re.Pattern) -> bool:
        match node:
            case ast.Attribute(attr=attribute, ctx=ast.Load()) if forbidden.search(attribute):
                return attribute not in self._own_attributes or _root(node) in self._modules
            case ast.ImportFrom():
                return any(forbidden.search(alias.name) for alias in node.names)
            case ast.Call(func=ast.Name(id=how) | ast.Attribute(attr=how), args=arguments):
                return how in _BY_STRING and any(map(forbidden.search, _strings(arguments)))
        return False


def _is_definition(node: ast.stmt) -> bool:
    """Whether the names that a statement loads are looked up later, when the function runs."""
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return is_function or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda))


def _root(node: ast.expr) -> str:
    """The name at the left end of `name.a.b.c`, or ""."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _strings(nodes: Iterable[ast.expr]) -> list[str]:
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def _own_attributes(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The attributes that the cells define: methods, class variables, `self.name = ...`."""
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            yield from (s for child in node.body for s in _bound_in_class(child))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def _bound_in_class(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _statements(cell: str) -> Iterator[_Statement]:
    """The top-level statements of a cell, magics translated; none where it is not Python."""
    if cell.lstrip().startswith("%%"):  # %%time and the like: the rest of the cell is the code
        cell = cell.lstrip().partition("\n")[2]
    with suppress(*_NOT_PYTHON):
        for node in ast.parse(_MAGICS.transform_cell(cell)).body:
            yield _statement(node)


def _statement(node: ast.stmt) -> _Statement:
    binds: set[str] = set()
    loads: set[str] = set()
    for table in _tables(symtable.symtable(ast.unparse(node), "<cell>", "exec")):
        at_top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if not (at_top or symbol.is_global()):
                continue
            if symbol.is_assigned() or symbol.is_imported():
                binds.add(symbol.get_name())
            if symbol.is_referenced():
                loads.add(symbol.get_name())
    return _Statement(node, frozenset(binds), frozenset(loads))


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)
