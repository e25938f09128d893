"""Which given things become the student's: observed on the instructor's own run, never guessed.

A solution cell may fill a given dict, or call what changes a given list. What the instructor's own
solution changes of a notebook's given things is the student's from there on.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeGuard

from nbformat import NotebookNode

from autograder.notebook.free_names import Names, functions_of, names_of, parse
from autograder.notebook.roles import is_solution, is_test


@dataclass(frozen=True)
class Owned:
    """names: each with the index of a source cell after which it is the student's.

    modules: those beside the notebook whose state is theirs, from the first cell on.
    """

    names: frozenset[tuple[str, int]] = frozenset()
    modules: frozenset[str] = frozenset()

    def between(self, name: str, first: int, last: int) -> bool:
        """Whether the name became the student's after one of the cells first to last - 1."""
        return any(n == name and first <= place < last for n, place in self.names)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"names": sorted(map(list, self.names)), "modules": sorted(self.modules)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Owned":
        """The inverse of :meth:`as_json`."""
        names = frozenset((name, place) for name, place in data["names"])
        return cls(names, frozenset(data["modules"]))


NOTHING = Owned()


@dataclass(frozen=True)
class Candidates:
    """What could become the student's: only a notebook that has any of it is observed.

    names: given names with the source cells that bind them; tests: those of test cells.
    modules: helper modules.
    """

    names: frozenset[tuple[str, int]] = frozenset()
    modules: frozenset[str] = frozenset()

    tests: frozenset[tuple[str, int]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.names or self.modules)

    def as_owned(self) -> Owned:
        """All of it the student's from the start, so that what changes it is seen."""
        return Owned(self.names - self.tests | {(name, i - 1) for name, i in self.tests})


def candidates(source: NotebookNode, files: Iterable[str]) -> Candidates:
    """The given names that both the solution and the tests reach, and the helper modules.

    files: the paths of those beside the notebook.
    """
    cells = {i: cell for i, cell in enumerate(source.cells) if cell.cell_type == "code"}
    names = {i: names_of(cell.source) for i, cell in cells.items()}
    solutions = {i for i, cell in cells.items() if is_solution(cell)}
    tests = {i for i, cell in cells.items() if is_test(cell)}
    given = {i: found for i, found in names.items() if i not in solutions}
    helpers = {i: found for i, found in given.items() if i not in tests}
    classes = {name for i in solutions for name in names[i].classes}
    made = {n for found in given.values() if found.used & classes for n in found.bound}
    by_solution = _reached(solutions, names, helpers) | made
    reached = by_solution & _reached(tests, names, helpers)
    changed = frozenset().union(*(found.changed for found in names.values()))
    fixed = {i: _cannot_change(cells[i].source, changed) for i in given}
    found = {
        (name, i)
        for i in given
        for name in (names[i].bound - names[i].imported - names[i].classes) & reached
        if name not in fixed[i]
    }
    by_tests = frozenset(pair for pair in found if pair[1] in tests)
    return Candidates(frozenset(found), _helper_modules(names.values(), files), by_tests)


def _reached(start: Set[int], names: Mapping[int, Names], helpers: Mapping[int, Names]) -> set[str]:
    """The names that cells use, themselves or through what given cells bind."""
    used = set().union(*(names[i].used for i in start))
    left = dict(helpers)
    while found := [i for i, cell in left.items() if cell.bound & used]:
        for i in found:
            used |= left.pop(i).used
    return used


def _cannot_change(source: str, changed: Set[str]) -> set[str]:
    """The names that a cell binds to what no other cell can change: constants, and functions."""
    tree = parse(source)
    found: set[str] = set()
    stored = Counter(n.id for n in ast.walk(tree) if _is_stored(n)) if tree else {}
    for node in tree.body if tree else ():
        if isinstance(node, ast.Assign) and _is_constant(node.value):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            found |= {name for name in names if stored[name] == 1}
    # A function may keep a count among its own attributes.
    found |= functions_of(source) - changed
    return found


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_constant(node.operand)
    if isinstance(node, ast.Tuple):
        return all(map(_is_constant, node.elts))
    return isinstance(node, ast.Constant)


def _helper_modules(names: Iterable[Names], files: Iterable[str]) -> frozenset[str]:
    """The modules beside the notebook that its cells import."""
    beside = {path.removesuffix(".py") for path in files if path.endswith(".py")}
    beside |= {path.removesuffix("/__init__.py") for path in files if path.endswith("__init__.py")}
    imported = {module.partition(":")[0] for found in names for module in found.modules}
    return frozenset(beside & imported)


def owned(source: NotebookNode, found: Candidates, changes: Sequence[Mapping[str, Any]]) -> Owned:
    """What is the student's, by what was seen to change on the instructor's own run.

    changes: after each cell, as `judge.names.observation` tells of them.
    """
    names: set[tuple[str, int]] = set()
    modules: set[str] = set()
    for change in changes:
        place = change["cell"]
        cell = source.cells[place]
        if is_test(cell):  # it is alike on both sides while the cell runs
            names |= {(name, place - 1) for name in change["by call"]}
        elif is_solution(cell):
            names |= {(name, place) for name in change["names"]}
        else:
            names |= {(name, place) for name in change["of theirs"]}
        if is_test(cell) or is_solution(cell):
            modules.update(change["modules"])
            names |= _from_birth(found, change)
    for place, cell in enumerate(source.cells):
        if modules and cell.cell_type == "code" and not is_test(cell):
            names |= {(name, place) for name in _imported_from(modules, cell.source)}
    return Owned(frozenset(names), frozenset(modules))


def _imported_from(modules: Set[str], source: str) -> Iterator[str]:
    """The names that a cell imports of these modules."""
    tree = parse(source)
    for node in tree.body if tree else ():
        if isinstance(node, ast.ImportFrom) and node.module in modules and not node.level:
            yield from (alias.asname or alias.name for alias in node.names)


def _from_birth(found: Candidates, change: Mapping[str, Any]) -> set[tuple[str, int]]:
    """An object of a class of the student's is in their process alone: there is but one."""
    births = {name: i for name, i in sorted(found.names, key=lambda n: n[1]) if i < change["cell"]}
    return {(name, births[name]) for name in change["of theirs"] if name in births}
