"""The names that a cell binds and uses, read from its source: nothing is run."""

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from autograder.magics import Magics

# A call of one of these at the top of a cell sets something that later cells rely on.
_SETTINGS = {
    "seed", "manual_seed", "set_default_dtype", "set_printoptions", "set_option", "seterr",
    "simplefilter", "filterwarnings", "use", "set_num_threads", "setrecursionlimit",
    "use_deterministic_algorithms", "set_grad_enabled", "setlocale",
}  # fmt: skip
_SETTINGS_OF_A_PART = {"update", "insert", "append"}  # sys.path.append, plt.rcParams.update
_SETTING_NAMES = {"rcParams", "environ"}
_WRAPPING_MAGIC = re.compile(r"\s*%%(time|capture|prun)\b")  # they run the cell they stand over
_MAGICS = Magics()
# A null byte, a number of too many digits, nesting without end, more magics than IPython takes.
_NO_PYTHON = (SyntaxError, ValueError, RuntimeError, MemoryError)
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp
_AT_ONCE = {"genexpr", "listcomp", "setcomp", "dictcomp"}
_MAGICS_THAT_BIND = {"pylab", "run", "load_ext", "autoreload"}


@dataclass(frozen=True)
class Names:
    """What a cell's source says of names.

    bound: names it gives a value at the top level, or declares global in a function.
    changed: names whose objects it changes at the top level: `x[0] = 1`, `x.append(2)`.
    used: names it reads from the notebook's namespace, in functions too.
    readers: its functions by name, each with a name that it reads when it is called.
    imported: names that its import statements bind.
    classes: names that its class statements bind.
    modules: what it imports anywhere, in order, each once: "numpy", "torch.nn:functional".
    settles: it sets something global (a seed, a default) or imports names that cannot be listed.
    """

    bound: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    readers: frozenset[tuple[str, str]] = frozenset()
    imported: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    modules: tuple[str, ...] = ()
    settles: bool = False

    @property
    def later(self) -> frozenset[str]:
        """Names that its functions read when they are called."""
        return frozenset(name for _, name in self.readers)


def python_of(source: str) -> str:
    """A cell as Python, its magics as the calls that they are."""
    if _WRAPPING_MAGIC.match(source):
        source = source.partition("\n")[2]
    return _MAGICS.transform_cell(source)


def parse(source: str) -> ast.Module | None:
    """The syntax tree of a cell, magics and all, or None where it is not Python."""
    try:
        return ast.parse(python_of(source))
    except _NO_PYTHON:
        return None


@lru_cache(maxsize=4096)
def names_of(source: str) -> Names:
    """The names of a cell. A cell that is not Python has none."""
    tree = parse(source)
    if tree is None:
        return Names()
    try:
        top = table_of(python_of(source), tree)
    except _NO_PYTHON:
        return Names()
    inner = [symbol for table in tables_in(top) for symbol in table.get_symbols()]
    own = [symbol for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()]
    shared = {symbol.get_name() for symbol in inner if symbol.is_global()}
    augmented = {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    declared = {s.get_name() for s in inner if s.is_declared_global() and s.is_assigned()}
    return Names(
        bound=frozenset({symbol.get_name() for symbol in own} | declared),
        changed=frozenset(name for statement in tree.body for name in _changed_by(statement)),
        used=frozenset(
            shared | augmented | {s.get_name() for s in top.get_symbols() if s.is_referenced()}
        ),
        readers=frozenset(_read_when_called(top)),
        imported=frozenset(symbol.get_name() for symbol in own if symbol.is_imported()),
        classes=frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef)),
        modules=tuple(dict.fromkeys(_imported(tree))),
        settles=any(map(_settles, tree.body)),
    )


def functions_of(source: str) -> set[str]:
    """The functions that a cell defines at its top level, undecorated."""
    tree = parse(source)
    defined = [n for n in (tree.body if tree else ()) if isinstance(n, ast.FunctionDef)]
    return {node.name for node in defined if not node.decorator_list}


def imports_of(source: str) -> str:
    """The import statements at the top level of a cell, as a cell of their own."""
    tree = parse(source)
    imports = (ast.Import, ast.ImportFrom)
    found = [node for node in tree.body if isinstance(node, imports)] if tree else []
    return "\n".join(ast.unparse(node) for node in found)


def imported_modules(sources: Iterable[str]) -> list[str]:
    """What cells import anywhere, in order, each once: "numpy", "torch.nn:functional"."""
    trees = filter(None, (parse(source) for source in sources if "import" in source))
    return list(dict.fromkeys(name for tree in trees for name in _imported(tree)))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}:{alias.name}" for alias in node.names if alias.name != "*")


class _AsGenerators(ast.NodeTransformer):
    """Writes comprehensions as generators, whose variables are their own to every Python."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.AST:
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    visit_SetComp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        self.generic_visit(node)
        return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)


def table_of(source: str, tree: ast.Module) -> symtable.SymbolTable:
    # From Python 3.12 on, the variables of a comprehension stand among those of the cell.
    if any(isinstance(node, _COMPREHENSIONS) for node in ast.walk(tree)):
        with suppress(ValueError, RecursionError):  # where Python cannot write it again
            source = ast.unparse(_AsGenerators().visit(ast.parse(source)))
    return symtable.symtable(source, "<cell>", "exec")


def tables_in(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from tables_in(child)


def _read_when_called(table: symtable.SymbolTable) -> Iterator[tuple[str, str]]:
    """The globals that functions in a cell read; bodies of classes and generators run at once."""
    for child in table.get_children():
        if child.get_type() == "class" or child.get_name() in _AT_ONCE:
            yield from _read_when_called(child)
        else:
            for inner in (child, *tables_in(child)):
                found = (s.get_name() for s in inner.get_symbols() if s.is_global())
                yield from ((child.get_name(), name) for name in found)


def _changed_by(statement: ast.stmt) -> Iterator[str]:
    """Names whose objects a statement changes without binding them, loops and branches included."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield from _root(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _root(node.value.func) if _is_method(node.value) else ()


def _is_method(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _settles(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return any(alias.name == "*" for alias in statement.names)
    if isinstance(statement, ast.Assign):
        parts = [node for target in statement.targets for node in ast.walk(target)]
        return any(isinstance(n, ast.Attribute) and n.attr in _SETTING_NAMES for n in parts)
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    function, arguments = statement.value.func, statement.value.args
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr == "run_line_magic":
        return isinstance(arguments[0], ast.Constant) and arguments[0].value in _MAGICS_THAT_BIND
    of_a_part = isinstance(function.value, ast.Attribute)
    return function.attr in _SETTINGS or (function.attr in _SETTINGS_OF_A_PART and of_a_part)
