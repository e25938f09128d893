"""The names of a source notebook that cross the wall though they are not the student's."""

from collections.abc import Callable, Mapping, Set

from nbformat import NotebookNode

from autograder.notebook.echoes import Echo, echo, tainted_names
from autograder.notebook.free_names import Names, functions_of, names_of
from autograder.notebook.roles import is_test


class CrossingNames:
    """What tests bind and the student's code reads, and what both sides have alike."""

    def __init__(
        self, sources: Mapping[int, str], names: Mapping[int, Names], solutions: Set, tests: Set
    ):
        """sources, names: of the code cells, by index; solutions, tests: which they are."""
        self._sources, self._names = sources, names
        self._solutions, self._tests = solutions, tests
        self._given = sorted(names.keys() - solutions - tests)

    def shown(self, at: int, closure: Set[int]) -> frozenset[str]:
        """The names that the solution's functions read where tests have bound or changed them.

        closure: the cells that cell `at` needs.
        """
        changed = frozenset().union(*(self._names[i].changed for i in closure))
        before = [self._names[i] for i in self._tests if i <= at]
        return self._read_when_called(at) & changed.union(*(n.bound | n.changed for n in before))

    def _read_when_called(self, at: int) -> frozenset[str]:
        """The globals that functions of solution cells read, and given functions that they call."""
        read = frozenset().union(*(self._names[i].later for i in self._solutions if i < at))
        given = [self._names[i] for i in self._given]
        while more := frozenset().union(*(n.later for n in given if n.bound & read)) - read:
            read |= more
        return read

    def echo(self, at: int, needed: Set[str], asked: Set[str]) -> Echo:
        """What later cells of the student's process need of a test cell.

        needed: the names that the instructor's cells use; asked: those that a submission uses.
        """
        tainted = tainted_names(self._sources, self._tests, self._given, at)
        return echo(self._sources[at], needed, asked, tainted)

    def functions(self, is_students: Callable[[str], bool]) -> tuple[str, ...]:
        """Functions that given cells alone bind, and that read nothing of the student's."""
        others = frozenset().union(*(self._names[i].bound for i in self._solutions | self._tests))
        found = {
            name
            for i in self._given
            for name in functions_of(self._sources[i]) - others
            if not any(map(is_students, (name, *self._names[i].later)))
        }
        return tuple(sorted(found))

    def readers(self, restored: NotebookNode) -> tuple[tuple[str, str], ...]:
        """The submission's functions that read what a test binds, each with a name."""
        bound = frozenset().union(*(self._names[i].bound for i in self._tests))
        code = (c for c in restored.cells if c.cell_type == "code" and not is_test(c))
        found = {pair for cell in code for pair in names_of(cell.source).readers}
        return tuple(sorted(pair for pair in found if pair[1] in bound))
