from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        notebook["nbformat_minor"] = 0
        for cell in notebook["cells"]:
            del cell["id"]
