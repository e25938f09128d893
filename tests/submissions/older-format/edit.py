from pathlib import Path

import nbformat

from examples.edits import SHORTEST


def edit(folder: Path) -> None:
    path = folder / f"{SHORTEST}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    path.write_text(nbformat.writes(notebook, version=3))
