from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        notebook["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
        notebook["metadata"]["language_info"] = {"name": "R", "file_extension": ".r"}
