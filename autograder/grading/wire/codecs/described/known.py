"""What one side of the wall knows of libraries whose objects cross as descriptions."""

import importlib
import sys
from collections.abc import Iterable
from types import ModuleType

from autograder.grading.wire.codecs.figures.numbered import Numbered
from autograder.grading.wire.shared_tensors import SharedTensors

#: Those that a notebook may have; the modules whose import brings each.
LIBRARIES = {
    "matplotlib": frozenset({"matplotlib", "pandas", "pylab", "seaborn"}),
    "networkx": frozenset({"networkx"}),
    "PIL": frozenset({"PIL"}),
    "sympy": frozenset({"sympy"}),
}


def libraries_of(modules: Iterable[str]) -> tuple[str, ...]:
    """The libraries that these imports bring: of "PIL:Image" it is PIL."""
    roots = {name.partition(":")[0].partition(".")[0] for name in modules}
    return tuple(sorted(name for name, brought_by in LIBRARIES.items() if brought_by & roots))


class Known:
    """The libraries that the notebook imports: no claim brings in another one.

    figures, tensors: those that have crossed, by numbers.
    """

    def __init__(self, libraries: Iterable[str] = (), numbers_tensors: bool = False):
        """numbers_tensors: whether this is the side whose parameters the other one may change."""
        self.numbers_tensors = numbers_tensors
        self._libraries = LIBRARIES.keys() & set(libraries)
        self.figures = Numbered()
        self.tensors = SharedTensors()

    def loaded(self, library: str) -> ModuleType | None:
        """The library's module, where the notebook imports it and this process has."""
        return sys.modules.get(library) if self.allows(library) else None

    def allows(self, library: str) -> bool:
        """Whether objects of this library may arrive; the standard library's always may."""
        return library in self._libraries or library not in LIBRARIES

    def module(self, name: str) -> ModuleType:
        """A module of a library that may arrive. Raises LookupError for any other."""
        if not self.allows(name.partition(".")[0]):
            raise LookupError(f"the notebook does not import {name}")
        return importlib.import_module(name)
