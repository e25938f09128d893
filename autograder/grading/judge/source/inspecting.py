"""`inspect.getsource` and what stands on it, for stand-ins: from the cells that have run.

What the student's process says of a file or a line is not asked: it could show a test other text.
"""

import ast
import inspect
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.grading.judge.objects.stand_ins import facts_of, is_handle, path_of
from autograder.grading.judge.source.definitions import Place, find

_KINDS = (types.FunctionType, types.MethodType, types.CodeType)


@contextmanager
def sources_from(cells: Sequence[str]) -> Iterator[None]:
    """In the body, the source of a student's function, class or method is what `cells` say.

    cells: the student's cells that have run, in order; may grow meanwhile.
    """
    before = inspect.findsource

    def findsource(object: Any) -> tuple[list[str], int]:
        if is_handle(object):
            place = _of_handle(cells, object)
        elif _may_be_theirs(object):
            place = find(cells, object.__qualname__)
        else:
            return before(object)
        if place is None:
            raise OSError("could not get source code")
        return place.lines, place.first

    inspect.findsource = findsource
    try:
        yield
    finally:
        inspect.findsource = before


def _of_handle(cells: Sequence[str], handle: Any) -> Place | None:
    """Raises TypeError for what is no function, method or class, as `inspect` does."""
    if not issubclass(type(handle), type) and facts_of(handle).claimed not in _KINDS:
        raise TypeError("module, class, method, function, or code object was expected")
    known = find(cells, path) if (path := path_of(handle)) else None
    if known is not None and not _is_wrapped(known.node):
        return known
    claim = _claimed_name(handle)
    return (find(cells, claim) if claim else None) or known


def _is_wrapped(node: ast.stmt) -> bool:
    """Whether a decorator may have put something else in its place."""
    return bool(getattr(node, "decorator_list", []))


def _claimed_name(handle: Any) -> str:
    """Where it was defined, by its own word: there, if anywhere, the text must define it."""
    try:
        module, name = handle.__module__, handle.__qualname__
    except AttributeError:
        return ""
    return name if module == "__main__" and type(name) is str and len(name) < 200 else ""


def _may_be_theirs(value: Any) -> bool:
    is_exception = isinstance(value, type) and issubclass(value, BaseException)
    return is_exception and value.__module__ == "__main__"
