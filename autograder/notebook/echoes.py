"""What later cells of the student's process need of a test cell: its definitions, and its values.

Imports, functions and classes of the visible part run there, too. What else it binds is handed over
as the test cell has it, so that whatever it calls is called once. Where that cannot be, or a value
may come of a hidden part, the whole visible part runs there as well.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from autograder.notebook.free_names import Names, names_of, parse
from autograder.notebook.roles import hidden_lines, visible_part

_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Echo:
    """source: what is run in the student's process; hands: the names that are handed over."""

    source: str = ""
    hands: tuple[str, ...] = ()


def echo(source: str, needed: Set[str], asked: Set[str], tainted: Set[str]) -> Echo:
    """Of a test cell, what later cells need.

    needed: the names that the instructor's later cells use; asked: those that a submission uses.
    tainted: names that may hold what a hidden part has put there, or read it.
    """
    visible = visible_part(source)
    bound = names_of(visible).bound
    wanted = bound & needed
    if not bound & (needed | asked):
        return Echo()
    tree = parse(visible)
    if tree is None or not _is_plain(source) or asked & bound - wanted:
        return Echo(visible)
    if wanted & _bound_after_hidden(source) or _read_first(tree) & tainted:
        return Echo(visible)
    return _split(tree, set(wanted)) or Echo(visible)


def _is_plain(source: str) -> bool:
    """Whether a cell is Python without magics, so that its lines are those of what is run."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _split(tree: ast.Module, wanted: set[str]) -> Echo | None:
    """The definitions among the names wanted, and what they use, apart from values."""
    named = {name: node for node in tree.body for name in _own_names(node).bound}
    kinds = {name for name, node in named.items() if isinstance(node, _DEFINITIONS)}
    while more := {n for w in wanted & kinds for n in _own_names(named[w]).used} & named.keys():
        if more <= wanted:
            break
        wanted |= more
    values = wanted - kinds
    run = [n for n in tree.body if isinstance(n, _DEFINITIONS) and _own_names(n).bound & wanted]
    if any((_own_names(node).used - _own_names(node).later) & values for node in run):
        return None  # a default, or a base class, that is not there yet
    return Echo("\n".join(map(ast.unparse, run)), tuple(sorted(values)))


def _own_names(node: ast.stmt) -> Names:
    return names_of(ast.unparse(node))


def _bound_after_hidden(source: str) -> set[str]:
    """What a cell binds in visible lines that follow hidden ones."""
    hidden, tree = hidden_lines(source), parse(source)
    later = [n for n in tree.body if n.lineno > min(hidden)] if tree and hidden else []
    seen = (node for node in later if node.lineno not in hidden)
    return {name for node in seen for name in _own_names(node).bound}


def _read_first(tree: ast.Module) -> set[str]:
    """The names that a cell reads before it has surely bound them itself."""
    read: set[str] = set()
    bound: set[str] = set()
    for node in tree.body:
        found = _own_names(node)
        read |= found.used - bound
        if isinstance(node, ast.Assign | ast.AnnAssign | _DEFINITIONS):
            bound |= found.bound
    return read


def tainted_names(
    sources: Mapping[int, str], tests: Iterable[int], given: Sequence[int], at: int
) -> set[str]:
    """The names that what runs in the judge before cell `at` may have of a hidden part.

    sources: of the code cells, by index; tests, given: which they are.
    """
    found: set[str] = set()
    before = sorted({i for i in (*tests, *given) if i < at})
    for i in before:
        tree = parse(visible_part(sources[i])) if i in set(tests) else parse(sources[i])
        if tree is not None and _read_first(tree) & found:
            found |= names_of(sources[i]).bound
        if i in set(tests):
            found |= _hidden_touches(sources[i])
    functions = [names_of(sources[i]) for i in before]
    while more := {f for n in functions for f, name in n.readers if name in found} - found:
        found |= more
    return found


@lru_cache(maxsize=1024)
def _hidden_touches(source: str) -> frozenset[str]:
    """The names that the hidden part of a cell mentions, other than to call them."""
    hidden, tree = hidden_lines(source), parse(source)
    if not hidden or tree is None:
        return frozenset()
    last = max(hidden)
    inside = [n for n in tree.body if n.lineno <= last and (n.end_lineno or 0) >= min(hidden)]
    nodes = [node for statement in inside for node in ast.walk(statement)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    found = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in called}
    return frozenset(found.union(*(_own_names(statement).bound for statement in inside)))
