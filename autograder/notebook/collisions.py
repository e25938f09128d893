"""Names that a test and a solution both bind, where the one may see the other's value."""

from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.notebook.bound_first import bound_first
from autograder.notebook.free_names import names_of
from autograder.notebook.roles import grade_id, is_solution, is_test

_SHOWN = (
    "binds `{name}`, a name of the student's that the solution's functions read: they see what the "
    "test binds. If that is the right answer, give it another name"
)
_LENT = (
    "reads and binds `{name}`, a name of the student's: their code sees what the test binds it to. "
    "If that is the right answer, give it another name"
)


def collisions(source: NotebookNode) -> Iterator[str]:
    """What the instructor should know of such names, a sentence for each.

    A function is replaced on purpose, by a test that keeps the old one to put it back.
    """
    answers: dict[str, bool] = {}  # of the names bound so far, whether a solution cell was last
    functions: set[str] = set()
    cells = [cell for cell in source.cells if cell.cell_type == "code"]
    read = frozenset().union(*(names_of(c.source).later for c in cells if is_solution(c)))
    for cell in cells:
        names = names_of(cell.source)
        if not is_test(cell):
            answers |= dict.fromkeys(names.bound, is_solution(cell))
            functions |= {name for name, _ in names.readers} | set(names.classes)
            continue
        for name in sorted(name for name in names.bound if answers.get(name)):
            if name not in bound_first(cell.source) and name not in functions:
                yield f"{grade_id(cell)}: {_LENT.format(name=name)}"
            elif name in read and name not in functions:
                yield f"{grade_id(cell)}: {_SHOWN.format(name=name)}"
