from pathlib import Path

from examples.edits import cell_of, opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        cell = cell_of(notebook, "fixed_point")
        cell["source"] += "\nTABLE = [" + ("0.5, " * 20_000) + "]"
