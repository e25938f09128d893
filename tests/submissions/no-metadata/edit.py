from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        notebook["metadata"] = {}
        for number, cell in enumerate(notebook["cells"]):
            cell["metadata"], cell["id"] = {}, f"new-{number}"
