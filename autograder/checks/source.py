"""Which definitions of a notebook a name reaches, and where they use what is forbidden.

Nothing is run. The walk starts at a name, reads the statement that binds it last, and goes on to
every global name which that statement loads; comments, strings, unreached cells and the student's
own functions that happen to have a built-in's name are passed by.
"""

import ast
import builtins
import re
import symtable
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from autograder.magics import Magics

_MAGICS = Magics()
_NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
_BY_STRING = {"getattr", "methodcaller", "attrgetter"}  # take an attribute by its name in a string


@dataclass(frozen=True)
class Forbidden:
    """What a definition must not use.

    built_ins: searched for in the names of attributes and of imported functions.
    packages: must not be imported, such as the one that holds the right answers.
    """

    built_ins: re.Pattern
    packages: frozenset[str] = frozenset()

    def is_in_package(self, module: str | None) -> bool:
        """Whether a module is one of the packages, or lies in one."""
        return (module or "").partition(".")[0] in self.packages

    def is_way_to_package(self, text: str) -> bool:
        """Whether a string names one of the packages: for `import_module`, `exec` or `open`."""
        roots = "|".join(map(re.escape, self.packages))
        way = rf"\s*({roots})(\.\w+)*\s*|.*\b(from|import)\s+({roots})\b.*|.*\b({roots})[/\\].*"
        return bool(roots and re.fullmatch(way, text, re.DOTALL))


@dataclass(frozen=True)
class Use:
    """What was found: its source, and the names that lead to it."""

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
        self._starred = [
            i.module or ""
            for i in imports
            if isinstance(i, ast.ImportFrom) and i.names[0].name == "*"
        ]
        self._own_attributes = set(_own_attributes(nodes))

    def names(self) -> list[str]:
        """Every global name that the cells bind."""
        return sorted(set().union(*(s.binds for s in self._statements)))

    def first_use(self, names: Iterable[str], forbidden: Forbidden) -> Use | None:
        """The first use of what is forbidden, in what the names reach."""
        waiting = [(name, name) for name in names]
        seen: set[str] = set()
        while waiting:
            name, path = waiting.pop(0)
            if name in seen:
                continue
            seen.add(name)
            if self._is_starred(name, forbidden):
                return Use(name, path)
            for statement in self._bindings(name):
                code = self._use_in(statement.node, name, forbidden)
                if code:
                    return Use(code, path)
                waiting += [(n, f"{path} → {n}") for n in sorted(statement.loads)]
        return None

    def _is_starred(self, name: str, forbidden: Forbidden) -> bool:
        """Whether a name can only come from an `import *`, and of what is forbidden."""
        if not self._starred or any(name in s.binds for s in self._statements):
            return False
        if forbidden.built_ins.search(name):
            return True
        packages = filter(forbidden.is_in_package, self._starred)
        return not hasattr(builtins, name) and any(_may_export(m, name) for m in packages)

    def _bindings(self, name: str) -> Iterator[_Statement]:
        """The last binding of a name, and earlier ones as long as they are built upon."""
        for statement in reversed(self._statements):
            if name in statement.binds:
                yield statement
                if name not in statement.loads or _is_definition(statement.node):
                    return

    def _use_in(self, statement: ast.stmt, name: str, forbidden: Forbidden) -> str:
        """The source of a use in one statement, or ""."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            bound = [a for a in statement.names if name == _bound_by(statement, a)]
            used = (_is_forbidden_import(statement, alias, forbidden) for alias in bound)
            return ast.unparse(statement) if any(used) else ""
        prose = set(map(id, _prose(statement)))
        nodes = (node for node in ast.walk(statement) if id(node) not in prose)
        uses = (node for node in nodes if self._is_use(node, forbidden))
        return next(map(ast.unparse, uses), "")

    def _is_use(self, node: ast.AST, forbidden: Forbidden) -> bool:
        match node:
            case ast.Attribute(attr=attribute, ctx=ast.Load()) if forbidden.built_ins.search(
                attribute
            ):
                return attribute not in self._own_attributes or _root(node) in self._modules
            case ast.Import() | ast.ImportFrom():
                return any(_is_forbidden_import(node, a, forbidden) for a in node.names)
            case ast.Constant(value=str(text)):
                return forbidden.is_way_to_package(text)
            case ast.Call(func=ast.Name(id=how) | ast.Attribute(attr=how), args=arguments):
                found = map(forbidden.built_ins.search, _strings(arguments))
                return how in _BY_STRING and any(found)
        return False


def _bound_by(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    name = alias.name.partition(".")[0] if isinstance(statement, ast.Import) else alias.name
    return alias.asname or name


def _is_forbidden_import(
    statement: ast.Import | ast.ImportFrom, alias: ast.alias, forbidden: Forbidden
) -> bool:
    if isinstance(statement, ast.Import):
        return forbidden.is_in_package(alias.name)
    return forbidden.is_in_package(statement.module) or bool(forbidden.built_ins.search(alias.name))


def _may_export(module: str, name: str) -> bool:
    """Whether `from module import *` may bind a name: yes, where the module is not loaded here."""
    return module not in sys.modules or hasattr(sys.modules[module], name)


def _prose(statement: ast.stmt) -> Iterator[ast.expr]:
    """The strings that stand alone: documentation, which nothing reads."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


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
