"""Modules beside the notebook whose state the student's code changes: there is one, the student's.

A test that imports such a module, or calls what a given cell imported of it, reaches theirs.
"""

import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any


class StudentsModule(ModuleType):
    """Stands in the judge for a module of the student's process: each attribute is a question."""

    def __init__(self, name: str, find: Callable[[str], Any]):
        """find: gives the stand-in for the module of a name, in the present process."""
        super().__init__(name)
        vars(self)["_find"] = find

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):  # what the import system asks for
            raise AttributeError(name)
        return getattr(self._theirs(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(self._theirs(), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._theirs(), name)

    def _theirs(self) -> Any:
        return vars(self)["_find"](self.__name__)


def put(names: Iterable[str], find: Callable[[str], Any]) -> None:
    """Have imports of these modules give the student's."""
    for name in names:
        sys.modules[name] = StudentsModule(name, find)
