"""What to run where, for one notebook: read from the sources alone, before anything runs.

The names that the source's solution cells bind are the student's, and those whose objects they are
seen to change (`ownership`); all else that a test cell needs, transitively, is run in the judge,
from the source. Each source cell runs in the judge when the walk
through the submission has passed the marked cells that precede it.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import Any

from nbformat import NotebookNode

from autograder.notebook.bound_first import bound_first
from autograder.notebook.crossing_names import CrossingNames
from autograder.notebook.free_names import Names, imported_modules, imports_of, names_of
from autograder.notebook.lookups import RESULTS, looked_up
from autograder.notebook.ownership import NOTHING, Owned
from autograder.notebook.roles import grade_id, hidden_lines, is_solution, is_test, points
from autograder.text import shorten

_MODULE_FILE = re.compile(r"\b([A-Za-z_]\w*)\.py\b")
_PYPLOT = {"plt", "pyplot", "pylab", "gca", "gcf", "mpl", "matplotlib"}


class Action(StrEnum):
    """Where a step runs, and what for."""

    STUDENT = "student"  # a cell of the submission, in the student's process
    ECHO = "echo"  # a test's visible part, in the student's process: later cells need its names
    SETUP = "setup"  # a cell of the source that a test needs, in the judge
    TEST = "test"  # a test cell, in the judge
    INSIDE = "inside"  # a test cell, in the student's process, as the course has chosen for it


@dataclass(frozen=True)
class Step:
    """One cell to run."""

    action: Action
    source: str
    cell: int | None = None  # its index in the restored submission; None for a setup step
    grade_id: str = ""
    points: float = 0
    hidden: tuple[int, ...] = ()  # line numbers of the hidden part
    students: tuple[str, ...] = ()  # the student's names that it, or what it calls, uses
    modules: tuple[str, ...] = ()  # names it uses that solution cells alone import
    exercise: str = ""  # what it tests, as the student knows it
    shown: tuple[str, ...] = ()  # names that tests bind and the instructor's solution reads
    hands: tuple[str, ...] = ()  # names that it binds, and later cells of the student's need
    visible: str = ""  # its visible part, where it hands names over
    pyplot: bool = False  # whether it, or what it calls, may look at open figures


@dataclass(frozen=True)
class Plan:
    """The steps in order.

    classes: the classes that solution cells bind; given: those that other cells bind.
    cells: the sources of the submission's code cells, for checks that read them.
    modules: those that the source speaks of as files, "name.py": a student may be to write them.
    functions: those that given cells bind, and no others do; both sides have the same.
    readers: the submission's functions, each with a name that it reads and a test binds.
    stateful: the modules beside the notebook whose state is the student's.
    watch, watch_modules: the names and modules of which it is to be seen where they change; the
        tests of such a plan are not marked.
    imports: the modules that the source notebook imports.
    opening: the first cells in the student's process, where they are the source's own, up to the
        first that a student writes: every submission that has left them alone begins with them.
    """

    steps: tuple[Step, ...]
    classes: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    readers: tuple[tuple[str, str], ...] = ()
    stateful: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    watch_modules: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()

    @property
    def watches(self) -> bool:
        """Whether it is run to see what the instructor's own solution changes."""
        return bool(self.watch or self.watch_modules)

    def as_json(self) -> dict[str, Any]:
        """What the judge needs of the plan, as plain data: all but `opening`."""
        told = vars(self) | {"steps": [vars(step) for step in self.steps]}
        return {name: value for name, value in told.items() if name != "opening"}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Plan":
        """The inverse of :meth:`as_json`, without `opening`."""
        steps = [
            Step(
                **{**step, "action": Action(step["action"])}
                | {name: tuple(step[name]) for name in _STEP_LISTS}
            )
            for step in data["steps"]
        ]
        told = {name: tuple(listed) for name, listed in data.items() if name != "steps"}
        told["readers"] = tuple((function, name) for function, name in data["readers"])
        return cls(tuple(steps), **told)


_STEP_LISTS = ("hidden", "students", "modules", "shown", "hands")


def make_plan(
    source: NotebookNode,
    restored: NotebookNode,
    inside: Set[str] = frozenset(),
    owned: Owned = NOTHING,
) -> Plan:
    """The plan for a submission that `roles.restore` put in order.

    inside: the grade_ids of test cells that run in the student's process.
    owned: what of the given things is the student's.
    """
    course = _Course(source, owned)
    used = _used_by_student(source, inside), _asked_by_student(restored, inside)
    steps: list[Step] = []
    passed = 0  # source cells before this one have run in the judge, as far as tests need them
    for index, cell in enumerate(restored.cells):
        if cell.cell_type != "code":
            continue
        at = course.place.get(grade_id(cell) or "")
        if at is not None and at > passed:
            steps += course.setup_steps(passed, at)
            passed = at
        if at is not None and is_test(cell) and grade_id(cell) in inside:
            steps.append(_test_step(course, cell, index, at, Action.INSIDE))
        elif at is not None and is_test(cell):
            steps += _test_steps(course, used, cell, index, at)
        else:
            steps.append(Step(Action.STUDENT, cell.source, index))
    cells = tuple(c.source for c in restored.cells if c.cell_type == "code" and not is_test(c))
    given = sorted(course.given_classes - course.classes)
    classes, opening = tuple(sorted(course.classes)), _opening(source)
    kept = _first(steps)[: len(opening)] == opening
    modules = {n for cell in source.cells for n in _MODULE_FILE.findall(cell.source)}
    about = (
        tuple(given),
        cells,
        tuple(sorted(modules)),
        course.given_functions(),
        course.crossing.readers(restored),
        tuple(sorted(owned.modules)),
    )
    return Plan(
        tuple(steps), classes, *about, imports=_imports(source), opening=opening if kept else ()
    )


def _imports(source: NotebookNode) -> tuple[str, ...]:
    cells = (cell.source for cell in source.cells if cell.cell_type == "code")
    return tuple(imported_modules(cells))


def _opening(source: NotebookNode) -> tuple[str, ...]:
    """The source's code cells before the first that a student writes, or that is a test."""
    code = (cell for cell in source.cells if cell.cell_type == "code")
    given = takewhile(lambda cell: not (is_solution(cell) or is_test(cell)), code)
    return tuple(cell.source for cell in given)


def _first(steps: Sequence[Step]) -> tuple[str, ...]:
    """The cells that the student's process runs before it is asked for anything else."""
    silent = (Action.STUDENT, Action.SETUP)
    first = takewhile(lambda step: step.action in silent and not step.students, steps)
    return tuple(step.source for step in first if step.action is Action.STUDENT)


def _test_steps(
    course: "_Course",
    used: tuple[frozenset[str], frozenset[str]],
    cell: NotebookNode,
    index: int,
    at: int,
) -> Iterator[Step]:
    needed = course.crossing.echo(at, *used)
    if needed.source:
        yield Step(Action.ECHO, needed.source, index)
    test = _test_step(course, cell, index, at, Action.TEST)
    yield replace(test, hands=needed.hands, visible=cell.source) if needed.hands else test


def _test_step(course: "_Course", cell: NotebookNode, index: int, at: int, action: Action) -> Step:
    text = course.cells[at].source
    return Step(
        action,
        text,
        index,
        grade_id(cell) or "",
        points(course.cells[at]),
        tuple(sorted(hidden_lines(text))),
        course.students_names(at),
        course.students_modules(at),
        course.exercise(at),
        course.shown_names(at),
        pyplot=course.uses_pyplot(at),
    )


def _used_by_student(notebook: NotebookNode, inside: Set[str]) -> frozenset[str]:
    """The names that cells which run in the student's process use without importing them."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells = [cell for cell in code if not is_test(cell) or grade_id(cell) in inside]
    bound = frozenset().union(*(names_of(cell.source).imported for cell in cells))
    return frozenset().union(*(names_of(cell.source).used for cell in cells)) - bound


def _asked_by_student(restored: NotebookNode, inside: Set[str]) -> frozenset[str]:
    """Those that no such cell binds: they can only be meant of a test cell."""
    cells = (c for c in restored.cells if c.cell_type == "code" and not is_test(c))
    bound = frozenset().union(*(names_of(cell.source).bound for cell in cells))
    return _used_by_student(restored, inside) - bound


class _Course:
    """The source notebook: who owns which name where, and which cells the tests need."""

    def __init__(self, source: NotebookNode, owned: Owned = NOTHING):
        self.cells, self._owned = source.cells, owned
        self.place = {id_: i for i, cell in enumerate(self.cells) if (id_ := grade_id(cell))}
        code = [(i, cell) for i, cell in enumerate(self.cells) if cell.cell_type == "code"]
        self._names = {i: names_of(cell.source) for i, cell in code}
        self._solutions = {i for i, cell in code if is_solution(cell)}
        self._tests = {i for i, cell in code if is_test(cell)}
        for i in self._tests:  # what it names by text it may read, and put in its place
            told, texts = self._names[i], looked_up(self.cells[i].source).names - RESULTS
            self._names[i] = replace(told, used=told.used | texts, changed=told.changed | texts)
        sources = {i: cell.source for i, cell in code}
        self.crossing = CrossingNames(sources, self._names, self._solutions, self._tests)
        self.classes = {name for i in self._solutions for name in self._names[i].classes}
        self.given_classes = {
            name
            for i, names in self._names.items()
            if i not in self._solutions
            for name in names.classes
        }
        self._imported = frozenset().union(*(names.imported for names in self._names.values()))
        self._closures = {i: self._closure(i) for i in self._tests}
        self._needed = set().union(*self._closures.values()) - self._tests if self._tests else set()

    def setup_steps(self, start: int, stop: int) -> list[Step]:
        """The judge's cells among source cells start to stop - 1, in order."""
        return [
            Step(
                Action.SETUP,
                self._judges_part(i),
                students=self.students_names(i),
                shown=self.shown_names(i),
                pyplot=i not in self._solutions and self.uses_pyplot(i),
            )
            for i in range(start, stop)
            if i in self._needed
        ]

    def students_names(self, at: int) -> tuple[str, ...]:
        """The student's names that a cell changes, or that it and what it calls may use.

        Not those that it binds first: what a test calls so is its own.
        """
        cells = self._closures.get(at) or self._closure(at)
        used = frozenset().union(*(self._names[i].used for i in cells | {at}))
        used |= self._names[at].bound
        first = {
            n for n in bound_first(self.cells[at].source) if not self._owned.between(n, -1, at)
        }
        theirs = {name for name in used - first if self._owner_is_student(name, at)}
        return tuple(sorted(theirs | self._looked_up(at)))

    def shown_names(self, at: int) -> tuple[str, ...]:
        """The names that a cell may bind, and that the solution's functions read."""
        shown = self.crossing.shown(at, self._closures.get(at, set()))
        return tuple(sorted(shown - set(self.students_names(at))))

    def given_functions(self) -> tuple[str, ...]:
        """Those that both sides have alike."""
        return self.crossing.functions(lambda name: self._owner_is_student(name, len(self.cells)))

    def _looked_up(self, at: int) -> set[str]:
        """The student's names that a test looks up by text: `globals()["x"]`, `eval("x")`."""
        if at not in self._tests:
            return set()
        found, own = looked_up(self.cells[at].source), self._names[at].bound
        before = [names for i, names in self._names.items() if i < at]
        unbound = found.names - own - frozenset().union(*(names.bound for names in before))
        if not found.all:
            return set(unbound)
        theirs = {name for names in before for name in names.bound}
        return {name for name in theirs if self._owner_is_student(name, at)} | unbound

    def uses_pyplot(self, at: int) -> bool:
        """Whether a cell, or what it calls of the instructor's, uses pyplot by a usual name."""
        cells = (self._closures.get(at) or self._closure(at)) - self._solutions | {at}
        return any(self._names[i].used & _PYPLOT for i in cells)

    def students_modules(self, at: int) -> tuple[str, ...]:
        """The names a cell uses that are imported before it, but by solution cells alone."""
        before = [(i, names) for i, names in self._names.items() if i < at]
        theirs = {n for i, names in before if i in self._solutions for n in names.imported}
        ours = {n for i, names in before if i not in self._solutions for n in names.bound}
        return tuple(sorted((theirs - ours) & self._names[at].used))

    def exercise(self, at: int) -> str:
        """What a test cell tests: the answers that it uses itself, or else the heading above it."""
        used = [n for n in self.students_names(at) if n in self._names[at].used]
        for i in range(at - 1, -1, -1):
            if found := [n for n in used if i in self._solutions and n in self._names[i].bound]:
                return " and ".join(found[:2])
        return next((h for i in range(at - 1, -1, -1) if (h := _heading(self.cells[i]))), "")

    def _judges_part(self, i: int) -> str:
        source = self.cells[i].source
        return imports_of(source) if i in self._solutions else source

    def _owner_is_student(self, name: str, at: int) -> bool:
        """Whether the last cell before `at` that binds the name is a solution cell.

        A test cell counts where it binds the name first. What another binds a student's name to
        is the student's from then on.
        """
        for i in range(at - 1, -1, -1):
            if i in self._names and name in self._binds(i):
                own = i in self._solutions and name not in self._names[i].imported
                return own or self._owned.between(name, i, at)
        return self._owned.between(name, -1, at)

    def _binds(self, i: int) -> frozenset[str]:
        return bound_first(self.cells[i].source) if i in self._tests else self._names[i].bound

    def _closure(self, at: int) -> set[int]:
        """The source cells before `at` that it needs: they bind or change what it uses."""
        needed = {i for i, names in self._names.items() if i < at and self._settles(i, names)}
        waiting = [at, *needed]
        while waiting:
            used = self._names[waiting.pop()].used
            for i in range(at):
                if i in self._names and i not in needed and self._gives(i) & used:
                    needed.add(i)
                    waiting.append(i)
        return needed

    def _settles(self, i: int, names: Names) -> bool:
        return names.settles and i not in self._solutions and i not in self._tests

    def _gives(self, i: int) -> frozenset[str]:
        names = self._names[i]
        born = {name for name in names.bound if self._owned.between(name, i, i + 1)}
        if i in self._solutions:
            return names.imported - born
        # What a given cell changes of the student's objects, it has changed in their process.
        theirs = {name for name in names.changed if self._owner_is_student(name, i)}
        return (names.bound - born) | (names.changed - self._imported - theirs)


def _heading(cell: NotebookNode) -> str:
    """The last heading of a cell of words."""
    lines = cell.source.splitlines() if cell.cell_type == "markdown" else ()
    found = [line.strip("# \t") for line in lines if line.startswith("#")]
    return shorten(found[-1], 80) if found else ""
