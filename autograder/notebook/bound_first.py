"""The names that a cell gives a value before it reads them: its order, read from the source.

A name that a test binds first is the test's own, whatever a solution cell calls so. Where the order
hangs on what happens (a branch, an error), the name counts as read first, unless each way binds it;
a `for` loop counts as run, and a function's body as read where its name first is.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from autograder.notebook.free_names import names_of, parse, table_of, tables_in

_LEAVES = ast.Return | ast.Raise | ast.Continue | ast.Break


@lru_cache(maxsize=4096)
def bound_first(source: str) -> frozenset[str]:
    """The names that a cell binds and does not need before: it never reads, changes or deletes
    them earlier. A cell that is not Python has none.
    """
    tree = parse(source)
    if tree is None:
        return frozenset()
    order = _Order()
    try:
        order.block(tree.body)
    except RecursionError:  # as for names_of
        return frozenset()
    return names_of(source).bound - order.read


class _Order(ast.NodeVisitor):
    """Goes through a cell as it runs; `bound` is what has a value by now, whatever happened."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()
        self._in_function: dict[str, set[str]] = {}  # what the functions defined here read

    def block(self, statements: Iterable[ast.stmt]) -> bool:
        """Go through a block; returns whether its end is reached."""
        for statement in statements:
            self.visit(statement)
            if isinstance(statement, _LEAVES):
                return False
        return True

    def _ways(self, *ways: Iterable[ast.stmt]) -> None:
        """Blocks of which one runs: bound after them is what each that comes to its end binds."""
        before, ends = self.bound, []
        for way in ways:
            self.bound = set(before)
            if self.block(way):
                ends.append(self.bound)
        self.bound = set.intersection(*ends) if ends else set(before)

    def _sometimes(self, node: ast.AST) -> None:
        before = set(self.bound)
        self.visit(node)
        self.bound = before

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
            self._in_function.pop(node.id, None)
            return
        self._note({node.id})
        self._note(self._in_function.pop(node.id, set()))
        if isinstance(node.ctx, ast.Del):
            self.bound.discard(node.id)

    def _note(self, names: Iterable[str]) -> None:
        self.read |= set(names) - self.bound

    def visit_Assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets if node.value is not None else []:
            self.visit(target)

    visit_AnnAssign = visit_Assign  # noqa: N815

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._note({name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)})
        self.visit(node.value)
        self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.visit(node.target)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.bound |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.visit(node.values[0])
        for value in node.values[1:]:
            self._sometimes(value)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self._sometimes(node.body)
        self._sometimes(node.orelse)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._ways(node.body, node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        before = set(self.bound)
        self.block(node.body)
        self.bound = before
        self._ways(node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        self.block(node.body)
        self.block(node.orelse)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item)
        self.block(node.body)

    visit_AsyncWith = visit_With  # noqa: N815

    def visit_Try(self, node: ast.Try) -> None:
        before = set(self.bound)
        ends = [self.bound] if self.block([*node.body, *node.orelse]) else []
        for handler in node.handlers:
            self.bound = set(before)
            if handler.type is not None:
                self.visit(handler.type)
            name = {handler.name} if handler.name else set()
            self.bound |= name
            if self.block(handler.body):
                ends.append(self.bound - name)
        self.bound = before
        self.block(node.finalbody)
        self.bound = self.bound.union(set.intersection(*ends) if ends else ())

    visit_TryStar = visit_Try  # type: ignore[assignment]  # noqa: N815

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        before, ends = set(self.bound), [set(self.bound)]
        for case in node.cases:
            self.bound = set(before) | set(_captured(case.pattern))
            self.visit(case.pattern)
            if case.guard is not None:
                self.visit(case.guard)
            if self.block(case.body):
                ends.append(self.bound)
        self.bound = set.intersection(*ends)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outside = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        for part in outside:
            self.visit(part)
        self.bound.add(node.name)
        self._in_function[node.name] = _read_inside(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._note(_read_inside(ast.Expr(node)))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._note(_read_inside(node))
        self.bound.add(node.name)

    def _comprehension(self, node: ast.expr) -> None:
        self._note(_read_inside(ast.Expr(node)))
        inner = (part for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
        self.bound |= {part.target.id for part in inner}

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815


def _read_inside(node: ast.stmt) -> set[str]:
    """The names of the cell that a function, a class or a comprehension reads."""
    source = ast.unparse(node)
    top = table_of(source, ast.parse(source))
    outside = {s.get_name() for s in top.get_symbols() if s.is_referenced() and not s.is_assigned()}
    inside = (symbol for table in tables_in(top) for symbol in table.get_symbols())
    return outside | {s.get_name() for s in inside if s.is_global() and s.is_referenced()}


def _captured(pattern: ast.AST) -> Iterator[str]:
    for node in ast.walk(pattern):
        name = getattr(node, "rest" if isinstance(node, ast.MatchMapping) else "name", None)
        if isinstance(name, str):
            yield name
