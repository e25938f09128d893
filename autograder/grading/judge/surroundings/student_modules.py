"""A module that the student is to write, imported by a test: a stand-in for it, never its code."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class StudentModules:
    """Finds the modules that the course says a student writes, and that nobody else has."""

    def __init__(self, names: Iterable[str], ask: Callable[[str], Any]):
        """
        names: of modules; those that can be imported as things stand are no student's.
        ask: has the student's process import one; gives the stand-in. Raises what that raises.
        """
        self._names = frozenset(name for name in names if _is_missing(name))
        self._ask = ask
        self._found: list[str] = []

    @contextmanager
    def importable(self) -> Iterator[None]:
        """While the body, which is a test, runs."""
        sys.meta_path.insert(0, self)  # type: ignore[arg-type]
        try:
            yield
        finally:
            sys.meta_path.remove(self)  # type: ignore[arg-type]
            for name in self._found:  # a next process of the student's has another
                sys.modules.pop(name, None)
            self._found.clear()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The spec of one of these modules."""
        return ModuleSpec(name, self) if name in self._names else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Python's own, which is not kept."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put the stand-in where `import` takes the module from."""
        name = module.__name__
        sys.modules[name] = self._ask(name)
        self._found.append(name)


def _is_missing(name: str) -> bool:
    try:
        return find_spec(name) is None
    except (ImportError, ValueError):
        return False
