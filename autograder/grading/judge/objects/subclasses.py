"""A test that derives a class from one of the student's: that class is made in their process.

Its functions stay here, and are called as any function of a test's is; so `self` is a stand-in, and
`super()` finds what the student's class has.
"""

from types import FunctionType
from typing import Any

from autograder.grading.judge.objects.stand_ins import is_handle, operate

_SPECIAL = {"__init__"}  # what super() finds besides plain names; the rest is the stand-in's own


def subclass(name: str, bases: tuple, namespace: dict[str, Any], keywords: dict[str, Any]) -> Any:
    """The stand-in for a class that the student's process makes of a test's class statement."""
    first = next(base for base in bases if is_handle(base))
    cell = namespace.pop("__classcell__", None)
    members = {key: _parts(value) for key, value in namespace.items()}
    made = operate(first, "subclass", name, bases, members, **keywords)
    if cell is not None:
        cell.cell_contents = made
    for base in filter(is_handle, type.__dict__["__mro__"].__get__(made)):
        _offer_to_super(base)
    return made


def _parts(value: Any) -> tuple[str, Any]:
    """What a name of a class body is bound to, in a form that crosses."""
    if isinstance(value, staticmethod | classmethod):
        return type(value).__name__, value.__func__
    if isinstance(value, property):
        return "property", (value.fget, value.fset, value.fdel)
    return "function" if isinstance(value, FunctionType) else "value", value


class _Member:
    """A function of the student's class, as `super()` looks for it in the class itself."""

    def __init__(self, kind: Any, name: str):
        self._kind, self._name = kind, name

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return operate(self._kind, "member", self._name, owner if instance is None else instance)


def _offer_to_super(kind: Any) -> None:
    own = type.__dict__["__dict__"].__get__(kind)
    names = [name for name in operate(kind, "members") if type(name) is str and name not in own]
    for name in names:
        if name in _SPECIAL or not name.startswith("__"):
            type.__setattr__(kind, name, _Member(kind, name))
