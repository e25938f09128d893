from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        for number, cell in enumerate(notebook["cells"]):
            if "nbgrader" in cell["metadata"] and cell["metadata"]["nbgrader"]["grade"]:
                cell["metadata"]["nbgrader"] = ["x", 7, [], None, {"grade": "yes", "grade_id": 3}][
                    number % 5
                ]
