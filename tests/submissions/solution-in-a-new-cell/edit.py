from pathlib import Path

from examples.edits import cell_of, opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        stub = cell_of(notebook, "fixed_point")
        code = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
        place = notebook["cells"].index(stub) + 1
        notebook["cells"].insert(
            place, {**code, "id": "mine", "source": "def fixed_point(n): return 1 / n"}
        )
