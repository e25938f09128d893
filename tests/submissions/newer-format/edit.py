from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        notebook["nbformat"] = 5
