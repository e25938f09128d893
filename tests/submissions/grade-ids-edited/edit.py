from pathlib import Path

from examples.edits import opened, tests_of


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        for number, cell in enumerate(tests_of(notebook)):
            cell["metadata"]["nbgrader"]["grade_id"] = f"mine-{number}"
        cell["metadata"]["nbgrader"]["grade_id"] = "repeated-softmax-shapes"
