"""Functions of the judge's, as the student's code sees them: nothing of them is here."""

import builtins
import contextlib
from collections.abc import Callable
from typing import Any

Node = Any
Ask = Callable[..., Any]  # of the callback of a number, and its arguments; gives its answer


class Callback:
    """A function of the judge's. Calling it asks the judge; nothing of it is here."""

    def __init__(self, ask: Ask, number: int, name: str):
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


class MockStandIn(Callback):
    """A mock of the judge's: its attributes, and what a mock can be used as, are questions, too."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._ask(self._number, (name,), {}, "getattr")

    def __bool__(self) -> bool:
        return True


def _operation(name: str) -> Any:
    def method(self: MockStandIn, *arguments: Any) -> Any:
        return self._ask(self._number, arguments, {}, name)

    return method


for _name in ("__enter__", "__iter__", "__next__", "__len__", "__getitem__", "__contains__"):
    setattr(MockStandIn, _name, _operation(_name))
MockStandIn.__exit__ = lambda self, *exception: False  # type: ignore[attr-defined]


def builtin_exception(node: Node, arguments: list[Any]) -> BaseException:
    """An exception of the judge's callback, as the student's code sees it: a builtin one."""
    for module, name in node["mro"]:
        kind = getattr(builtins, name, None) if module == "builtins" else None
        if isinstance(kind, type) and issubclass(kind, BaseException):
            with contextlib.suppress(Exception):
                return kind(*arguments)
            return RuntimeError(node["text"])
    return RuntimeError(node["text"])
