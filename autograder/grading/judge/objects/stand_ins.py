"""Stand-ins in the judge for the student's objects: each operation on one is a message.

A stand-in has just the special methods that the object claims to have. Operators and comparisons
go over only for classes that a solution cell is asked to write: for any other object they are what
they are for an unknown one, or an `__eq__` that lies would pass a test.
"""

import functools
import inspect
import sys
import types
from typing import Any, Protocol

from autograder.grading.wire.closed_format import Opaque
from autograder.grading.wire.special_methods import OPERATORS, PLAIN

_KINDS = {"function": types.FunctionType, "generator": types.GeneratorType}
_KINDS |= {"method": types.MethodType, "module": types.ModuleType, "code": types.CodeType}
# Attributes of the interpreter's own protocols stay unforwarded: an `__array_interface__` would
# hand NumPy a pointer of the student's choice.
_FORWARDED = {
    "__name__", "__qualname__", "__doc__", "__module__", "__annotations__", "__defaults__",
    "__kwdefaults__", "__wrapped__", "__bases__", "__self__", "__func__", "__code__",
}  # fmt: skip


class Owner(Protocol):
    """Who can do something with the object behind a handle: the session."""

    def operate(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any: ...


class Handle(Opaque):
    """A stand-in for one object of the student's process."""

    def __init__(self, owner: Owner, number: int, mro: list[list[str]], scope: dict[str, Any]):
        set_ = object.__setattr__
        set_(self, "_owner", owner)
        set_(self, "_number", number)
        set_(self, "_mro", mro)
        set_(self, "_scope", scope)

    @property  # type: ignore[misc]
    def __class__(self):
        """The class that the object claims, where the judge has it too; so isinstance answers."""
        return _claimed_class(_field(self, "_mro"), _field(self, "_scope")) or type(self)

    @property  # type: ignore[misc]
    def __dict__(self):  # type: ignore[override]
        """The object's attributes, not the stand-in's: `vars(answer)`."""
        return _operate(self, "getattr", "__dict__")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _FORWARDED and name not in vars(type(self)):
            raise AttributeError(name)
        return _operate(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _operate(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        _operate(self, "delattr", name)

    def __str__(self) -> str:
        return str(_operate(self, "str"))

    def __repr__(self) -> str:
        return str(_operate(self, "repr"))

    def __format__(self, spec: str) -> str:
        return str(_operate(self, "format", spec))

    def __dir__(self) -> list[str]:
        return list(_operate(self, "dir"))

    def __copy__(self) -> Any:
        return _operate(self, "copy")

    def __deepcopy__(self, memo: dict) -> Any:
        return _operate(self, "deepcopy")


def is_handle(value: Any) -> bool:
    """Whether a value is a stand-in; isinstance would ask what it claims to be."""
    return issubclass(type(value), Handle)


def _field(handle: Handle, name: str) -> Any:
    return object.__getattribute__(handle, name)


def _operate(handle: Handle, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
    return _field(handle, "_owner").operate(operation, handle, *arguments, **keywords)


def number_of(handle: Handle) -> int:
    """The number by which the student's process knows the object."""
    return _field(handle, "_number")


def owner_of(handle: Handle) -> Owner:
    """The session that the handle belongs to."""
    return _field(handle, "_owner")


def _claimed_class(mro: list[list[str]], scope: dict[str, Any]) -> type | None:
    for module, name in mro:
        if module == "builtins" and name in _KINDS:
            return _KINDS[name]
        place: Any = scope.get(name) if module == "__main__" else _in_module(module, name)
        if not is_handle(place) and isinstance(place, type) and place is not object:
            return place
    return None


def _in_module(module: str, name: str) -> Any:
    place: Any = sys.modules.get(module)
    for part in name.split("."):
        # Not getattr: a claim would make a lazy package import what it names.
        place = vars(place).get(part) if isinstance(place, type | types.ModuleType) else None
    return place


def _forward(operation: str) -> Any:
    def method(self, /, *arguments, **keywords):
        return _operate(self, operation, *arguments, **keywords)

    return method


def _iter(self):
    return _operate(self, "iter")


def _array(self, dtype=None, copy=None):
    import numpy as np

    return np.asarray(_operate(self, "array"), dtype=dtype)


def _signature(self):
    """What `inspect.signature` asks for; without it, it looks into the interpreter's records."""
    parameters, returns = _operate(self, "signature")
    return inspect.Signature(
        [
            inspect.Parameter(
                name,
                inspect._ParameterKind(kind),
                default=default[0] if default else inspect.Parameter.empty,
                annotation=annotation[0] if annotation else inspect.Parameter.empty,
            )
            for name, kind, default, annotation in parameters
        ],
        return_annotation=returns[0] if returns else inspect.Signature.empty,
    )


def _documentation(self):
    return _operate(self, "getattr", "__doc__")


def _exit(self, *exception):
    return _operate(self, "exit")


def _operators_used(self, *arguments):
    return _field(self, "_owner").operators_used(self, *arguments)


_METHODS: dict[str, dict[str, Any]] = {
    "call": {
        "__call__": _forward("call"),
        "__operators_used__": _operators_used,
        "__signature__": property(_signature),
    },
    "iter": {"__iter__": _iter},
    "array": {"__array__": _array},
    "exit": {"__exit__": _exit},
    "class": {
        "__instancecheck__": _forward("isinstance"),
        "__subclasscheck__": _forward("issubclass"),
    },
    "operators": {name: _forward(name) for name in OPERATORS},
}
_METHODS |= {name: {method: _forward(name)} for name, method in PLAIN.items()}


@functools.lru_cache(maxsize=1000)
def handle_class(capabilities: frozenset[str], name: str) -> type[Handle]:
    """The class of stand-ins with these capabilities; unknown ones are claims without effect.

    name: what `type(answer).__name__` says.
    """
    methods: dict[str, Any] = {"__doc__": property(_documentation)}
    for capability in capabilities & _METHODS.keys():
        methods |= _METHODS[capability]
    return type(name if name.isidentifier() else "Handle", (Handle,), methods)
