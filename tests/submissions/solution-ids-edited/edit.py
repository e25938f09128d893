from pathlib import Path

from examples.edits import cell_of, opened, tests_of


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        cell_of(notebook, "fixed_point")["metadata"]["nbgrader"]["grade_id"] = "fixed"
        cell_of(notebook, "repeated_softmax")["metadata"]["nbgrader"]["grade_id"] = "fixed_point"
        for cell in tests_of(notebook):
            cell["metadata"]["nbgrader"]["solution"] = True
