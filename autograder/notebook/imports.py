"""What a course's notebooks import, read before anything of nbgrader or the course is loaded."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.notebook.free_names import imported_modules


@dataclass(frozen=True)
class Modules:
    """Modules to import before the first notebook is graded, as "numpy" or "torch.nn:functional".

    later: those of `names` that only some notebooks need. The others' servers do not wait for them,
        and are the smaller without them.
    gpus: whether they are imported with the machine's GPUs in sight.
    """

    names: tuple[str, ...]
    later: tuple[str, ...] = ()
    gpus: bool = False


def first_guess(folder: Path) -> Modules | None:
    """The modules to warm up for the source notebooks in `folder`; None where they say nothing.

    It is a guess: header, footer, `c.Grade.preload` and `c.Grade.gpus` are not known yet.
    """
    try:
        notebooks = [
            _code(json.loads(path.read_bytes())) for path in sorted(folder.glob("*.ipynb"))
        ]
    except (OSError, ValueError, LookupError, TypeError):
        return None  # the course is loaded in a moment, and says what is wrong with it
    return modules_to_warm(notebooks, folder) if notebooks else None


def modules_to_warm(notebooks: Iterable[Iterable[str]], folder: Path) -> Modules:
    """The modules that notebooks' code cells import, but for those that lie beside them.

    notebooks: the sources of each one's code cells; of two or more, what one alone imports comes
        later.
    folder: where they lie.
    """
    found = [imported_modules(cells) for cells in notebooks]
    users = Counter(name for names in found for name in names if not _lies_in(folder, name))
    later = (name for name, number in users.items() if number == 1 < len(found))
    return Modules(tuple(sorted(users)), tuple(sorted(later)))


def _code(notebook: dict) -> list[str]:
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]


def _lies_in(folder: Path, module: str) -> bool:
    root = re.split("[.:]", module)[0]
    return (folder / root).exists() or (folder / f"{root}.py").exists()
