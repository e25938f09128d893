"""Parts of a reply's head that are no values: claims, each read with care."""

from typing import Any

from autograder.grading.judge.conversation import unreadable
from autograder.grading.shell.outputs import sanitised

Node = Any

_MOST_OPERATORS = 10_000


def outputs(claimed: Any, **how: Any) -> list[dict[str, Any]]:
    """What the student's code printed and showed. Raises StudentFailed for what cannot be read."""
    if not claimed:
        return []
    try:
        return sanitised(claimed, **how)
    except (RecursionError, ValueError):  # JSON may be nested deeper than str() can follow
        raise unreadable("its outputs are none") from None


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
