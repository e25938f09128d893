from pathlib import Path

from examples.edits import opened, tests_of


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        for cell in tests_of(notebook):
            place = notebook["cells"].index(cell)
            notebook["cells"].insert(place, {**cell, "id": f"{cell['id']}-copy"})
            cell["source"] = "pass"
