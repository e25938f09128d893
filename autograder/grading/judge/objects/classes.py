"""Classes of the student's, as true classes in the judge: `type(x) is Cat` holds, or does not.

Such a class says, by the order of its bases, that it derives from classes which the judge has, too:
given ones, abstract ones. It takes nothing else of them. Whatever is done with it or with what is
of it goes to the student's process, and what a special method of such a base would do here
(an `__eq__` that is always true) must not be had by claiming the base.
"""

import functools
from collections.abc import Sequence
from typing import Any

from autograder.errors import FaultyTest
from autograder.grading.judge.objects.stand_ins import (
    _FACTS,
    _FORWARDED,
    Facts,
    Handle,
    facts_of,
    is_handle,
    methods_of,
    operate,
)
from autograder.grading.judge.objects.subclasses import subclass
from autograder.grading.wire.special_methods import OPERATORS, PLAIN

_LINE = "line of bases"  # no identifier: no attribute of the student's is called so
_BASES = "direct bases"
_OWN = frozenset({"__name__", "__qualname__", "__module__"})  # true of the class here as well
# What a test may ask the class itself for: `Cat.__init__`, `Cat.__str__ is object.__str__`.
_METHODS = frozenset(
    {"__new__", "__post_init__", "__str__", "__repr__", "__format__", "__call__", "__iter__"}
    | {"__exit__", "__dir__", "__setattr__", "__delattr__", "__getattribute__", *PLAIN.values()}
)
# An object's own, put before those of a base that is the judge's: one may be equal to all.
_PLAIN = {
    f"__{name}__": vars(object)[f"__{name}__"]
    for name in ("eq", "ne", "lt", "le", "gt", "ge", "hash", "reduce", "reduce_ex", "sizeof")
}
_HEAP = 1 << 9  # a class that is written in Python
_NAMELESS = frozenset(
    {"__dict__", "__weakref__", "__doc__", "__module__", "__annotations__", "__slots__"}
    | {"__abstractmethods__", "__orig_bases__", "__parameters__"}
)


class ClassHandle(Handle, type):  # type: ignore[misc, override]
    """A stand-in for a class. Its own instances are stand-ins for that class's instances."""

    def __new__(cls, name, bases, namespace, /, **keywords):
        """A class statement of a test that derives from a class of the student's."""
        return subclass(name, bases, namespace, keywords)

    def __init__(cls, *_, **__):
        pass

    def mro(cls) -> list[type]:
        """Handles first: what the judge's classes bring is found after all of theirs."""
        theirs, ours = _own(cls)[_LINE]
        return [cls, *theirs, *Handle.__mro__[:-1], *ours, object]

    @property  # type: ignore[misc]
    def __class__(cls):
        """What it is in the student's process, whatever its metaclass claims."""
        return type

    def __getattribute__(cls, name: str) -> Any:
        if name in ("__mro__", "__bases__", "__base__"):
            return _order(cls, name)
        if name in _OWN:
            return type.__getattribute__(cls, name)
        if name in _FORWARDED or not name.startswith("__"):
            raise AttributeError(name)
        if name in _METHODS or (name in OPERATORS and name in _own(cls)):
            return operate(cls, "getattr", name)
        return type.__getattribute__(cls, name)  # NumPy asks a type for its `__array_function__`

    def __eq__(cls, other: object) -> bool:
        return other is cls or (other is not None and other is facts_of(cls).same)

    def __hash__(cls) -> int:
        same = facts_of(cls).same
        return type.__hash__(cls) if same is None else hash(same)

    def __instancecheck__(cls, value: Any) -> bool:
        if is_handle(value) and type.__instancecheck__(cls, value):
            return True
        try:
            return bool(operate(cls, "isinstance", value))
        except FaultyTest:  # what cannot cross is of no class of theirs
            return False

    def __subclasscheck__(cls, kind: Any) -> bool:
        if type.__subclasscheck__(cls, kind):
            return True
        return is_handle(kind) and bool(operate(cls, "issubclass", kind))


def _own(cls: type) -> dict[str, Any]:
    return type.__dict__["__dict__"].__get__(cls)


def _order(cls: type, name: str) -> Any:
    bases = tuple(_own(cls)[_BASES]) or (object,)
    if name == "__mro__":
        hidden = Handle.__mro__[:-1]
        return tuple(kind for kind in type.__dict__["__mro__"].__get__(cls) if kind not in hidden)
    return bases if name == "__bases__" else bases[0]


@functools.lru_cache(maxsize=1000)
def _metaclass(capabilities: frozenset[str]) -> type[ClassHandle]:
    """By what can be done with the class itself: a student's Enum is iterated over."""
    methods = methods_of(capabilities - {"operators"})
    return type("type", (ClassHandle,), methods)


def class_handle(
    facts: Facts,
    place: tuple[str, str],
    can: frozenset[str],
    makes: frozenset[str],
    bases: Sequence[type],
    line: Sequence[type],
    abstract: frozenset[str] = frozenset(),
) -> ClassHandle:
    """A new class that stands for one of the student's.

    place: its module and its name. can, makes: what the class, and what an instance, can do.
    bases, line: its direct bases, and all classes that it derives from: stand-ins, or the judge's.
    abstract: names of methods that a class below it has to write.
    """
    theirs = [kind for kind in line if is_handle(kind)]
    ours = [kind for kind in line if not is_handle(kind) and _has_no_layout(kind)]
    methods = {name: None for kind in ours for name in _special_methods(kind)}
    namespace = methods | _PLAIN | methods_of(makes)
    namespace |= {_FACTS: facts, _LINE: (theirs, ours), _BASES: list(bases)}
    module, qualname = place
    namespace |= {"__module__": module, "__qualname__": qualname}
    name = qualname.rpartition(".")[2]
    kind = type.__new__(_metaclass(can), name, (Handle,), namespace)
    if abstract:
        type.__setattr__(kind, "__abstractmethods__", abstract)
    return kind


def _has_no_layout(kind: type) -> bool:
    """Whether an instance is laid out as any object is, and so a stand-in can pass for one."""
    classes = type.__dict__["__mro__"].__get__(kind)[:-1]
    return all(c.__flags__ & _HEAP and not vars(c).get("__slots__") for c in classes)


def _special_methods(kind: type) -> set[str]:
    handles = vars(Handle).keys() | vars(object).keys()
    return {n for n in vars(kind) if n.startswith("__")} - handles - _NAMELESS
