from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        notebook["nbformat_minor"] = 99
        notebook["cells"][0]["mood"] = {"happy": True}
