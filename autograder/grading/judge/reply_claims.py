"""Parts of a reply's head that are no values: claims, each read with care."""

from collections.abc import Iterable
from typing import Any

from autograder.grading.judge.conversation import unreadable
from autograder.grading.shell.outputs import sanitised
from autograder.grading.wire.closed_format import DEPTH

Node = Any

_MOST_OPERATORS = 10_000


def outputs(claimed: Any, **how: Any) -> list[dict[str, Any]]:
    """What the student's code printed and showed. Raises StudentFailed for what cannot be read."""
    if not claimed:
        return []
    # What makes a notebook of them goes by recursion, as deep as this version of Python lets it.
    if _nests_deeper(claimed, DEPTH):
        raise unreadable(f"outputs nested deeper than {DEPTH}")
    try:
        return sanitised(claimed, **how)
    except ValueError:
        raise unreadable("its outputs are none") from None


def _nests_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [part for whole in level for part in _parts(whole)]
    return bool(level)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def pairs(names: Any) -> Node:
    """The node of a dict of named values. Raises AttributeError for what is no object."""
    return {"v": [[str(name), node] for name, node in names.items()]}


def argument(place: Any, arguments: Any, keywords: dict[str, Any]) -> Any:
    """The argument at a place. Raises LookupError or TypeError where there is none."""
    if isinstance(place, str):
        return keywords[place]
    if place < 0:
        raise IndexError(place)
    return arguments[place]


def short(claim: Any) -> str:
    """A sentence that the student's process says of itself."""
    return claim[:500] if isinstance(claim, str) else "it says so"


def strings(claim: Any) -> list[str]:
    """A list of texts, without what is none."""
    found = claim if isinstance(claim, list) else []
    return [item for item in found[:_MOST_OPERATORS] if isinstance(item, str)]
