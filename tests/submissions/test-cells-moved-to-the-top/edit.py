from pathlib import Path

from examples.edits import opened, tests_of


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        tests = tests_of(notebook)
        others = [cell for cell in notebook["cells"] if cell not in tests]
        notebook["cells"] = [*reversed(tests), *others]
