"""The student's objects that are no plain data: they stay here, the judge holds handles to them."""

import builtins
import contextlib
import importlib
import itertools
from collections.abc import Callable
from typing import Any

from autograder.grading.wire.special_methods import PLAIN

Node = Any

# What a handle can do in the judge: the special methods that its type has here.
CAPABILITIES = PLAIN | {
    "call": "__call__",
    "iter": "__iter__",
    "array": "__array__",
    "exit": "__exit__",
}


class Callback:
    """A function of the judge's. Calling it asks the judge; nothing of it is here."""

    def __init__(self, ask: Callable[[int, tuple, dict], Any], number: int, name: str):
        self._ask, self._number = ask, number
        self.__name__ = self.__qualname__ = name

    def __call__(self, *args, **kwargs):
        return self._ask(self._number, args, kwargs)


class CallbackIterator(Callback):
    """An iterator of the judge's: each item is one question."""

    def __iter__(self):
        return self

    def __next__(self):
        return self()


class Objects:
    """Both directions: objects to handle numbers, and what the judge's nodes stand for."""

    def __init__(self, ask: Callable[[int, tuple, dict], Any]):
        self._ask = ask
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._origins: dict[int, Node] = {}
        self._callbacks: dict[int, Callback] = {}
        self._next = itertools.count(1)

    def handle(self, value: Any) -> Node:
        """The node of an object of the student's (the encoder's hook)."""
        if id(value) in self._origins:
            return self._origins[id(value)]
        if id(value) not in self._numbers:
            self._numbers[id(value)] = number = next(self._next)
            self._objects[number] = value
        kind = type(value)
        can = [name for name, method in CAPABILITIES.items() if hasattr(kind, method)]
        number = self._numbers[id(value)]
        node = {"t": "handle", "id": number, "can": can, "mro": _names(kind.__mro__)}
        if isinstance(value, type):
            node["class"] = _names(value.__mro__)
        return node

    def echo(self, value: Any) -> Node:
        """As `handle`, but as the judge would have sent it: to see whether an argument changed."""
        number = self._numbers.get(id(value))
        return self.handle(value) if number is None else {"t": "ref", "id": number}

    def resolve(self, node: Node) -> Any:
        """What a node of the judge's stands for (the decoder's hook)."""
        found: Any
        if node["t"] == "ref":
            return self._objects[node["id"]]
        if node["t"] == "callback":
            kind = CallbackIterator if node.get("iterator") else Callback
            found = self._callbacks.setdefault(
                node["id"], kind(self._ask, node["id"], node["name"])
            )
        elif node["t"] == "global":
            found = importlib.import_module(node["module"])
            for part in node["name"].split("."):
                found = getattr(found, part)
        else:
            raise LookupError(node["t"])
        self._origins[id(found)] = node
        return found

    def forget(self, numbers: list[int]) -> None:
        """Drop objects whose handles the judge no longer holds."""
        for number in numbers:
            with contextlib.suppress(KeyError):
                del self._numbers[id(self._objects.pop(number))]


def _names(mro: tuple[type, ...]) -> list[list[str]]:
    return [[str(kind.__module__), str(kind.__qualname__)] for kind in mro]


def exception_node(error: BaseException, encode: Callable[[Any], Node], traceback: str) -> Node:
    """An exception as data: the names of its classes, its arguments, its text and traceback."""
    try:
        text = str(error)
    except BaseException as second:
        text = f"<str() of it raised {type(second).__name__}>"
    node: Node = {"mro": _names(type(error).__mro__), "text": text, "traceback": traceback}
    with contextlib.suppress(Exception):
        node["args"] = [encode(item) for item in error.args]
    with contextlib.suppress(Exception):
        node["attributes"] = encode(dict(vars(error)))
    return node


def builtin_exception(node: Node, arguments: list[Any]) -> BaseException:
    """An exception of the judge's callback, as the student's code sees it: a builtin one."""
    for module, name in node["mro"]:
        kind = getattr(builtins, name, None) if module == "builtins" else None
        if isinstance(kind, type) and issubclass(kind, BaseException):
            with contextlib.suppress(Exception):
                return kind(*arguments)
            return RuntimeError(node["text"])
    return RuntimeError(node["text"])
