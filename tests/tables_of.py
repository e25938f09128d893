"""What a grading leaves, to compare: all rows and files, random ids replaced or left out."""

import json
import sqlite3
from pathlib import Path
from typing import Any

IGNORED = {"alembic_version"}


def rows(root: Path) -> dict[str, list[tuple]]:
    """The rows of each table of root/gradebook.db, sorted; ids by the names that they lead to."""
    with sqlite3.connect(root / "gradebook.db") as database:
        database.row_factory = sqlite3.Row
        names = "select name from sqlite_master where type = 'table'"
        tables = [row["name"] for row in database.execute(names)]
        found = {t: [dict(row) for row in database.execute(f"select * from {t}")] for t in tables}
    said = _names(found)
    return {
        table: sorted(
            (
                tuple((key, said.get(value, value)) for key, value in row.items())
                for row in found[table]
            ),
            key=repr,
        )
        for table in tables
        if table not in IGNORED
    }


def files(root: Path) -> dict[str, tuple[int, str]]:
    """All that lies in the autograded folders: mode and content, random cell ids apart."""
    found = {}
    for path in sorted((root / "autograded").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            content = path.read_text()
            if path.suffix == ".ipynb":
                notebook = json.loads(content)
                for cell in notebook["cells"]:
                    cell.pop("id")
                content = json.dumps(notebook, indent=1)
            found[str(path.relative_to(root))] = (path.stat().st_mode, content)
    return found


def _names(tables: dict[str, list[Any]]) -> dict[str, str]:
    """What each random id stands for: "ada/ps1/doubling/test-double"."""
    said: dict[str, str] = {row["id"]: row["name"] for row in tables["assignment"]}
    for row in tables["notebook"]:
        said[row["id"]] = f"{said[row['assignment_id']]}/{row['name']}"
    for table in ("base_cell", "source_cell"):
        for row in tables[table]:
            kind = row["type"] if table == "base_cell" else "source"
            said[row["id"]] = f"{said[row['notebook_id']]}/{row['name']}/{kind}"
    for row in tables["submitted_assignment"]:
        said[row["id"]] = f"{row['student_id']}:{said[row['assignment_id']]}"
    for row in tables["submitted_notebook"]:
        said[row["id"]] = f"{said[row['assignment_id']]}:{said[row['notebook_id']]}"
    for table in ("grade", "comment"):
        for row in tables[table]:
            said[row["id"]] = f"{said[row['notebook_id']]}:{said[row['cell_id']]}"
    return said
