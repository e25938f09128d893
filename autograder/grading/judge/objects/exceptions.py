"""Exceptions across the wall: a claim of class names, arguments and text, never code."""

import builtins
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from autograder.grading.judge.objects.stand_ins import is_handle
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.student_failure import mark_as_students, students_traceback, text_of
from autograder.text import visible

Node = Any
_MOST_CLASSES = 100
_MOST_ARGUMENTS = 1000
_MOST_NOTES = 100
_MOST_TEXT = 10_000
_LIBRARIES = {"numpy", "torch", "scipy", "pandas", "json", "decimal", "math", "zipfile", "sympy"}
_HOMES = {"builtins", "__main__", *_LIBRARIES}

Known = Mapping[str, type[BaseException]]


def from_node(node: Node, decoder: Decoder, students: Known) -> BaseException:
    """The exception that the student's code raised, as the nearest class that the judge has too.

    students: classes that stand for exception classes of the student's, by name.

    Marked as the student's, so that who failed is never in doubt. Raises LookupError or TypeError
    for a malformed node.
    """
    text = str(node["text"])[:_MOST_TEXT]
    decoder.resolve = _without_handles(decoder.resolve)  # the exception is the last of its message
    kind = known_class(node["mro"], students) or Exception
    error = _made(kind, decoder.items({"v": node.get("args", [])[:_MOST_ARGUMENTS]}), text)
    attributes = decoder.value(node.get("attributes"))
    if isinstance(attributes, dict):
        error.__dict__.update(filter(_is_harmless, attributes.items()))
    return mark_as_students(error, visible(str(node["traceback"])[-20_000:]), text)


def _without_handles(resolve: Callable[[Node], Any]) -> Callable[[Node], Any]:
    """Have an object of the student's stand in an exception by its class's name.

    Whoever shows an exception asks for its text: IPython, pytest, the verdict. Such an object would
    answer each of them as it likes, or raise, or exit.
    """

    def resolved(node: Node) -> Any:
        found = resolve(node)
        return f"<{type(found).__name__} object>" if is_handle(found) else found

    return resolved


def _made(kind: type[BaseException], arguments: list[Any], text: str) -> BaseException:
    """One that says `text`, if any does; it may want other arguments than it keeps."""
    made: BaseException = Exception(text)
    for make in (kind, partial(kind.__new__, kind)):
        for given in (arguments, [text]):
            with suppress(Exception):
                error = make(*given)
                if isinstance(error, SyntaxError):
                    _forget_file(error)
                    return error
                if str(error)[:_MOST_TEXT] == text:
                    return error
                made = error
    return made


def _forget_file(error: SyntaxError) -> None:
    """IPython would read the line from that file, which here is one of the grader's."""
    name = str(error.filename or "<string>").rpartition("/")[2]
    error.filename = name if name.startswith("<") and name.endswith(">") else f"<{name}>"
    for field, kind in {"text": str, "msg": str, "lineno": int, "offset": int}.items():
        if type(getattr(error, field)) is not kind:
            setattr(error, field, None if kind is not int else 0)


def _is_harmless(attribute: tuple[Any, Any]) -> bool:
    """Whether it is none of those, such as `_render_traceback_`, that change how it is shown."""
    name, value = attribute
    if name == "__notes__":
        texts = isinstance(value, list) and len(value) <= _MOST_NOTES
        return texts and all(type(note) is str for note in value)
    return isinstance(name, str) and not (name.startswith("_") and name.endswith("_"))


def to_node(error: BaseException, encoder: Encoder) -> Node:
    """An exception of a callback of ours, for the student's code: its builtin class and text."""
    mro = [[kind.__module__, kind.__qualname__] for kind in type(error).__mro__]
    return {
        "mro": mro,
        "text": text_of(error),
        "args": [encoder.node(text_of(item)) for item in error.args[:_MOST_ARGUMENTS]],
    }


def no_end(stop: StopIteration) -> BaseException:
    """What a generator makes of a StopIteration from within: an error, not its end."""
    text = f"StopIteration: {text_of(stop)}"
    return mark_as_students(RuntimeError(text), students_traceback(stop) or "", text)


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
    if not isinstance(kind, type) or not issubclass(kind, BaseException):
        return None
    # numpy.testing has unittest's SkipTest, too: a test that is skipped has not failed.
    return kind if kind.__module__.partition(".")[0] in _HOMES else None
