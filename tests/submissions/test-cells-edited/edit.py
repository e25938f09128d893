from pathlib import Path

from examples.edits import opened, tests_of


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        for number, cell in enumerate(tests_of(notebook)):
            cell["source"] = "pass" if number % 2 else "1000"
