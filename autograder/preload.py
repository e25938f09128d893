"""What a course's notebooks import, read before anything of nbgrader or the course is loaded."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from autograder.names import imported_modules


def first_guess(folder: Path) -> list[str] | None:
    """The modules to warm up for the source notebooks in `folder`; None where they say nothing.

    It is a guess: header, footer and `c.Grade.preload` are not known yet.
    """
    try:
        notebooks = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.ipynb"))]
        cells = [cell for notebook in notebooks for cell in notebook["cells"]]
        sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    except (OSError, ValueError, LookupError, TypeError):
        return None  # the course is loaded in a moment, and says what is wrong with it
    return modules_to_warm(sources, folder) if notebooks else None


def modules_to_warm(sources: Iterable[str], folder: Path) -> list[str]:
    """The modules that code cells import, but for those that lie beside them in `folder`."""
    return sorted(name for name in imported_modules(sources) if not _lies_in(folder, name))


def _lies_in(folder: Path, module: str) -> bool:
    root = re.split("[.:]", module)[0]
    return (folder / root).exists() or (folder / f"{root}.py").exists()
