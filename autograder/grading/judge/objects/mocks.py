"""Mocks of a test, in the student's hands: called, and asked for what a test has set on them.

What a mock notes of its calls, and what it is yet to answer, is the test's own.
"""

from typing import Any
from unittest.mock import NonCallableMock

_OWN = frozenset(dir(NonCallableMock())) | {"side_effect", "return_value"}
SPECIAL = {"__enter__", "__iter__", "__next__", "__len__", "__getitem__", "__contains__"}


def is_mock(value: Any) -> bool:
    """Whether a value is a mock; by its true type, as a mock may say that it is another's."""
    return issubclass(type(value), NonCallableMock)


def use(mock: Any, operation: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """What an operation on a mock gives. Raises LookupError for one that is not the student's."""
    if operation == "getattr":
        (name,) = arguments
        if type(name) is not str or name.startswith("_") or name in _OWN:
            raise AttributeError(name)
        return getattr(mock, name)
    if operation not in SPECIAL or not hasattr(type(mock), operation):
        raise LookupError(operation)
    return getattr(type(mock), operation)(mock, *arguments, **keywords)
