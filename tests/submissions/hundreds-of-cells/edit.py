from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        scratch = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
        notebook["cells"][2:2] = [{**scratch, "source": f"{i} + {i}"} for i in range(200)]
