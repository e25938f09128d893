"""Warnings that the judge asked for: its filters stand while the student's code runs."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

from autograder.grading.student.objects import exception_node
from autograder.grading.wire.encode import Encoder

Node = Any
_MOST = 1000
Caught = list[warnings.WarningMessage]


@contextmanager
def recorded(asked: Node) -> Iterator[Caught]:
    """Collect what the body warns of, under these filters; nothing where none were asked for."""
    if not asked:
        yield []
        return
    with warnings.catch_warnings(record=True) as caught:
        if asked["alone"]:
            warnings.resetwarnings()
        for action, message, (module, name), where, line in reversed(asked["filters"]):
            with suppress(ImportError, AttributeError):  # of a class that is not here
                kind: Any = _module(module)
                for part in name.split("."):
                    kind = getattr(kind, part)
                warnings.filterwarnings(action, message, kind, where, line)
        yield caught


def nodes(caught: Caught, encoder: Encoder) -> list[Node]:
    """What was caught, as a reply tells of it."""
    return [
        [exception_node(_instance(w), encoder.node, ""), str(w.filename), int(w.lineno)]
        for w in caught[:_MOST]
    ]


def _instance(warned: warnings.WarningMessage) -> Warning:
    return (
        warned.message
        if isinstance(warned.message, Warning)
        else warned.category(str(warned.message))
    )


def _module(name: str) -> Any:
    return sys.modules["__main__"] if name == "__main__" else import_module(name)
