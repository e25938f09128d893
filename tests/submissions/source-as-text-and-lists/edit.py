from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        for number, cell in enumerate(notebook["cells"]):
            text = "".join(cell["source"])
            cell["source"] = text if number % 2 else list(text)
