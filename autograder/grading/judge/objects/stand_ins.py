"""Stand-ins in the judge for the student's objects: each operation on one is a message.

A stand-in has just the special methods that the object claims to have. Operators and comparisons
go over only for classes that a solution cell is asked to write: for any other object they are what
they are for an unknown one, or an `__eq__` that lies would pass a test.
"""

import functools
import inspect
import sys
import types
from dataclasses import dataclass
from typing import Any, Protocol

from autograder.grading.judge.objects.dataclass_fields import dataclass_fields
from autograder.grading.wire.closed_format import Opaque
from autograder.grading.wire.special_methods import OPERATORS, PLAIN

_KINDS = {"function": types.FunctionType, "generator": types.GeneratorType}
_KINDS |= {"async_generator": types.AsyncGeneratorType}
_KINDS |= {"method": types.MethodType, "module": types.ModuleType, "code": types.CodeType}
# Attributes of the interpreter's own protocols stay unforwarded: an `__array_interface__` would
# hand NumPy a pointer of the student's choice.
_FORWARDED = {
    "__name__", "__qualname__", "__doc__", "__module__", "__annotations__", "__defaults__",
    "__kwdefaults__", "__wrapped__", "__bases__", "__self__", "__func__", "__code__", "__init__",
    "__dataclass_fields__", "__members__", "__slots__",
}  # fmt: skip
_FACTS = "facts of a stand-in"  # no identifier: no attribute of the student's is called so


class Owner(Protocol):
    """Who can do something with the object behind a handle: the session."""

    def operate(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any: ...

    def operators_used(self, function: "Handle", *arguments: Any) -> list[str]: ...


@dataclass
class Facts:
    """What the judge knows of one object of the student's.

    claimed: the judge's own class that the object says it is of, if any.
    path: under which name the notebook has it, as the judge came to it: "f", "Square.area".
    same: of a class, the judge's own that a given module has by the same name.
    """

    owner: Owner
    number: int
    claimed: type | None = None
    path: str = ""
    same: type | None = None


class Handle(Opaque):
    """A stand-in for one object of the student's process."""

    @property  # type: ignore[misc]
    def __class__(self):
        """The class that the object claims, where the judge has it too; so isinstance answers."""
        return facts_of(self).claimed or type(self)

    @property  # type: ignore[misc]
    def __dict__(self):  # type: ignore[override]
        """The object's attributes, not the stand-in's: `vars(answer)`."""
        return operate(self, "getattr", "__dict__")

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name not in _FORWARDED:
            return object.__getattribute__(self, name)
        raise AttributeError(name)  # what is the stand-in's own is not the object's

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _FORWARDED:
            raise AttributeError(name)
        if name == "__dataclass_fields__":
            return dataclass_fields(operate(self, "fields"))
        found = operate(self, "getattr", name)
        if is_handle(found) and not facts_of(found).path and (path := path_of(self)):
            facts_of(found).path = f"{path}.{name}"
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        operate(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        operate(self, "delattr", name)

    def __str__(self) -> str:
        return str(operate(self, "str"))

    def __repr__(self) -> str:
        return str(operate(self, "repr"))

    def __format__(self, spec: str) -> str:
        return str(operate(self, "format", spec))

    def __dir__(self) -> list[str]:
        return list(operate(self, "dir"))

    def __copy__(self) -> Any:
        return operate(self, "copy")

    def __deepcopy__(self, memo: dict) -> Any:
        return operate(self, "deepcopy")


_DICT: Any = Opaque.__dict__["__dict__"]


def is_handle(value: Any) -> bool:
    """Whether a value is a stand-in; isinstance would ask what it claims to be."""
    return issubclass(type(value), Handle)


def operate(handle: Handle, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
    """Have the student's process do something with the object behind a handle."""
    return owner_of(handle).operate(operation, handle, *arguments, **keywords)


def stand_for(kind: type[Handle], facts: Facts) -> Any:
    """A new stand-in, of a class of stand-ins."""
    handle = object.__new__(kind)
    object.__setattr__(handle, _FACTS, facts)
    return handle


def facts_of(handle: Handle) -> Facts:
    """What the judge knows of the object behind a handle, be that a class or not."""
    own = type.__dict__["__dict__"] if issubclass(type(handle), type) else _DICT
    return own.__get__(handle)[_FACTS]


def number_of(handle: Handle) -> int:
    """The number by which the student's process knows the object."""
    return facts_of(handle).number


def owner_of(handle: Handle) -> Owner:
    """The session that the handle belongs to."""
    return facts_of(handle).owner


def path_of(handle: Handle) -> str:
    """The notebook's name of a function or a class; of another object, that of its class."""
    facts, kind = facts_of(handle), type(handle)
    is_class = issubclass(kind, type)
    if is_class or facts.claimed in _KINDS.values() or not issubclass(type(kind), Handle):
        return facts.path or (type.__dict__["__qualname__"].__get__(handle) if is_class else "")
    return path_of(kind)  # type: ignore[arg-type]


def known_here(module: str, name: str, scope: dict[str, Any]) -> type | None:
    """The judge's own class of that name, if it has one."""
    if module == "builtins" and name in _KINDS:
        return _KINDS[name]
    place: Any = scope.get(name) if module == "__main__" else _in_module(module, name)
    is_ours = issubclass(type(place), type) and not is_handle(place) and place is not object
    return place if is_ours else None


def claimed_class(mro: list[list[str]], scope: dict[str, Any]) -> type | None:
    """The first of the named classes that the judge has, too."""
    return next(filter(None, (known_here(module, name, scope) for module, name in mro)), None)


def _in_module(module: str, name: str) -> Any:
    place: Any = sys.modules.get(module)
    for part in name.split("."):
        # Not getattr: a claim would make a lazy package import what it names.
        place = vars(place).get(part) if isinstance(place, type | types.ModuleType) else None
    return place


def _forward(operation: str) -> Any:
    def method(self, /, *arguments, **keywords):
        return operate(self, operation, *arguments, **keywords)

    return method


def _iter(self):
    return operate(self, "iter")


def _array(self, dtype=None, copy=None):
    import numpy as np

    return np.asarray(operate(self, "array"), dtype=dtype)


def _signature(self):
    """What `inspect.signature` asks for; without it, it looks into the interpreter's records."""
    parameters, returns = operate(self, "signature")
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
    return operate(self, "getattr", "__doc__")


def _exit(self, *exception):
    return operate(self, "exit")


def _asynchronous(operation: str) -> Any:
    async def method(self, *exception):
        return operate(self, operation)

    return method


def _await(self):
    return operate(self, "await")
    yield  # a generator: what `__await__` gives is iterated over


def _operators_used(self, *arguments):
    return owner_of(self).operators_used(self, *arguments)


_METHODS: dict[str, dict[str, Any]] = {
    "call": {
        "__call__": _forward("call"),
        "__operators_used__": _operators_used,
        "__signature__": property(_signature),
    },
    "iter": {"__iter__": _iter},
    "array": {"__array__": _array},
    "exit": {"__exit__": _exit},
    "await": {"__await__": _await},
    "aiter": {"__aiter__": lambda self: operate(self, "aiter")},
    **{name: {f"__{name}__": _asynchronous(name)} for name in ("anext", "aenter", "aexit")},
    "operators": {name: _forward(name) for name in OPERATORS},
}
_METHODS |= {name: {method: _forward(name)} for name, method in PLAIN.items()}


def methods_of(capabilities: frozenset[str]) -> dict[str, Any]:
    """The special methods of these capabilities; unknown ones are claims without effect."""
    methods: dict[str, Any] = {"__doc__": property(_documentation)}
    for capability in capabilities & _METHODS.keys():
        methods |= _METHODS[capability]
    return methods


@functools.lru_cache(maxsize=1000)
def handle_class(capabilities: frozenset[str], name: str) -> type[Handle]:
    """The class of stand-ins with these capabilities.

    name: what `type(answer).__name__` says.
    """
    methods = methods_of(capabilities)
    return type(name if name.isidentifier() else "Handle", (Handle,), methods)
