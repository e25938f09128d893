from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "7" * 120_000_000}]
