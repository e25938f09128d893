"""What the judge passes that is no plain data: names of public functions, callbacks, handles."""

import itertools
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from autograder.errors import FaultyTest
from autograder.grading.judge.objects.mocks import is_mock, use
from autograder.grading.judge.objects.stand_ins import is_handle, number_of

Node = Any

# Functions of these go by name: the student's process imports its own. Never the course's modules.
_PUBLIC = sys.stdlib_module_names | {
    "matplotlib", "numpy", "pandas", "scipy", "sklearn", "sympy", "torch"
}  # fmt: skip


class SentObjects:
    """The judge's objects that a student's process was told of, by the numbers it knows."""

    def __init__(self):
        self._callbacks: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._globals: dict[tuple[str, str], Any] = {}
        self._exceptions: dict[type, int] = {}
        self._functions: dict[FunctionType, int] = {}
        self._next = itertools.count(1)

    def add_exception_class(self, kind: type, number: int) -> None:
        """Note that a class of ours stands for an exception class of the student's."""
        self._exceptions[kind] = number

    def add_function(self, function: FunctionType, number: int) -> None:
        """Note that the student's process has this function, too, and by which number."""
        self._functions[function] = number

    def node(self, value: Any) -> Node:
        """The node of an argument (the encoder's hook). Raises FaultyTest where there is none."""
        if is_handle(value):
            return {"t": "ref", "id": number_of(value)}
        if (number := self._exceptions.get(value)) if isinstance(value, type) else None:
            return {"t": "ref", "id": number}
        if isinstance(value, FunctionType) and value in self._functions:
            return {"t": "ref", "id": self._functions[value]}
        if (place := _public_place(value)) is not None:
            self._globals[place] = value
            return {"t": "global", "module": place[0], "name": place[1]}
        if isinstance(value, Iterator) and not callable(value):  # as a mock is
            return self._callback(value, value.__next__) | {"iterator": True}
        if callable(value) or is_mock(value):
            return self._callback(value, value)
        raise FaultyTest(
            f"a test passes an object of type {type(value).__name__} to the student's code; plain "
            "data, functions and the student's own objects can cross. Build it in a locked cell of "
            "the notebook that returns it from a function, or pass its parts."
        )

    def callback(self, number: int) -> Callable:
        """The function behind a callback's number. Raises LookupError for one that was not sent."""
        return self._callbacks[number][1]

    def operation(self, number: int, name: str) -> Callable:
        """What the student's code may do with a mock, besides calling it. Raises LookupError."""
        mock = self._callbacks[number][0]
        if not is_mock(mock):
            raise LookupError(name)
        return lambda *arguments, **keywords: use(mock, name, list(arguments), keywords)

    def resolve(self, node: Node) -> Any:
        """What a node that only echoes one of ours stands for. Raises LookupError otherwise."""
        if node["t"] == "callback":
            return self._callbacks[node["id"]][0]
        if node["t"] == "global":
            return self._globals[node["module"], node["name"]]
        raise LookupError(node["t"])

    def _callback(self, value: Any, function: Callable) -> Node:
        if id(value) not in self._numbers:
            self._numbers[id(value)] = number = next(self._next)
            self._callbacks[number] = (value, function)
        name = str(getattr(value, "__name__", type(value).__name__))
        node = {"t": "callback", "id": self._numbers[id(value)], "name": name}
        return node | {"mock": True} if is_mock(value) else node


def _public_place(value: Any) -> tuple[str, str] | None:
    """The module and name under which a public library offers this very object."""
    module: Any
    name: Any
    if isinstance(value, ModuleType):
        module, name = value.__name__, ""
    else:
        module = getattr(value, "__module__", None) or _home_of_ufunc(value)
        name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    if module.partition(".")[0] not in _PUBLIC or module not in sys.modules:
        return None
    found: Any = sys.modules[module]
    for part in filter(None, name.split(".")):
        found = getattr(found, part, None)
    return (module, name) if found is value else None


def _home_of_ufunc(value: Any) -> str | None:
    numpy = sys.modules.get("numpy")
    return "numpy" if numpy is not None and isinstance(value, numpy.ufunc) else None
