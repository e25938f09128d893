from pathlib import Path

from examples.edits import opened, tests_of


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        notebook["metadata"]["widgets"] = {"state": "x" * 1_000_000}
        for cell in tests_of(notebook):
            cell["metadata"]["nbgrader"]["checksum"] = "0" * 1_000_000
            cell["metadata"]["tags"] = ["deep"] * 10_000
