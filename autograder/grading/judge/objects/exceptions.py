"""Exceptions across the wall: a claim of class names, arguments and text, never code."""

import builtins
import sys
from collections.abc import Mapping
from typing import Any

from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.student_failure import mark_as_students, students_traceback

Node = Any
_MOST_CLASSES = 100
_LIBRARIES = {"numpy", "torch", "scipy", "pandas", "json", "decimal", "math", "zipfile", "sympy"}


Known = Mapping[str, type[BaseException]]


def from_node(node: Node, decoder: Decoder, students: Known) -> BaseException:
    """The exception that the student's code raised, as the nearest class that the judge has too.

    students: classes that stand for exception classes of the student's, by name.

    Marked as the student's, so that who failed is never in doubt. Raises LookupError or TypeError
    for a malformed node.
    """
    text = str(node["text"])[:10_000]
    kind = known_class(node["mro"], students) or Exception
    try:
        error = kind(*decoder.items({"v": node.get("args", [])}))
        if str(error) != text:
            error = kind(text)
    except Exception:
        error = Exception(text)
    attributes = decoder.value(node.get("attributes"))
    if isinstance(attributes, dict) and all(isinstance(name, str) for name in attributes):
        error.__dict__.update(attributes)
    return mark_as_students(error, str(node["traceback"])[-20_000:])


def to_node(error: BaseException, encoder: Encoder) -> Node:
    """An exception of a callback of ours, for the student's code: its builtin class and text."""
    mro = [[kind.__module__, kind.__qualname__] for kind in type(error).__mro__]
    return {
        "mro": mro,
        "text": str(error),
        "args": [encoder.node(str(item)) for item in error.args],
    }


def no_end(stop: StopIteration) -> BaseException:
    """What a generator makes of a StopIteration from within: an error, not its end."""
    error = RuntimeError(f"StopIteration: {stop}")
    return mark_as_students(error, students_traceback(stop) or "")


def is_students(error: BaseException) -> bool:
    """Whether the student's code raised this exception."""
    return students_traceback(error) is not None


def known_class(mro: list[list[str]], students: Known) -> type[BaseException] | None:
    """The first of the named classes that is an exception class here.

    Raises ValueError or TypeError for what are no names.
    """
    if len(mro) > _MOST_CLASSES:
        raise ValueError("an exception of too many classes")
    found = (_exception_class(module, name, students) for module, name in mro)
    return next(filter(None, found), None)


def _exception_class(module: str, name: str, students: Known) -> type[BaseException] | None:
    if module == "__main__":
        kind: Any = students.get(name)
    elif module == "builtins":
        kind = vars(builtins).get(name)
    elif str(module).partition(".")[0] in _LIBRARIES and module in sys.modules:
        kind = vars(sys.modules[module]).get(name)  # getattr could import what a claim names
    else:
        return None
    return kind if isinstance(kind, type) and issubclass(kind, BaseException) else None
