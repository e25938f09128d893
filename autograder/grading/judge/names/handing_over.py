"""A test cell's values for later cells of the student's process, as before its hidden part.

Data, and the student's own objects: never a function of ours, which could read what is hidden.
"""

import ast
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from autograder.grading.shell.shell import Shell

_NAME = "__autograder_hand_over__"


class _Before(ast.NodeTransformer):
    """Has a function called before the first statement that reaches a line."""

    def __init__(self, line: int):
        self._line = line

    def visit_Module(self, node: ast.Module) -> ast.Module:
        for place, statement in enumerate(node.body):
            if (statement.end_lineno or statement.lineno) >= self._line:
                call = ast.Expr(ast.Call(ast.Name(_NAME, ast.Load()), [], []))
                ast.fix_missing_locations(ast.copy_location(call, statement))
                node.body.insert(place, call)
                break
        return node


@contextmanager
def handing_over(
    shell: Shell, source: str, hidden: Collection[int], hand: Callable[[], None]
) -> Iterator[None]:
    """Have `hand` called once while the body runs the cell: before its hidden part, or at its end.

    hidden: the numbers, from 1, of the lines of the cell that students do not see.
    """
    done: list[Any] = []

    def once() -> None:
        if not done:
            done.append(True)
            hand()

    # IPython drops the blank lines that a cell begins with, and counts from there.
    skipped = source[: len(source) - len(source.lstrip())].count("\n")
    transformers = [_Before(min(hidden) - skipped)] if hidden else []
    shell.ast_transformers += transformers
    shell.user_ns[_NAME] = once
    try:
        yield
        once()
    finally:
        shell.user_ns.pop(_NAME, None)
        for each in transformers:
            shell.ast_transformers.remove(each)
