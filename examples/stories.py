"""Stories: what a student hands in, told by what differs from the instructor's solutions.

A story is a folder:

    story.toml                  about = "..."        one sentence
                                notebooks = ["1-softmax"]  what is handed in, if not all of them
                                plots = false    unmarked code cells are left out: they cost time
                                blank = ["1-*.*"]    solution cells left as they were released
                                ungraded = "..."     words of the reason, if it stays ungraded
                                [expect]             automatic points by notebook, if not all:
                                "1-softmax" = 12
    NOTEBOOK.GRADE_ID.py        what stands in that solution cell (any suffix; .md for an answer)
    edit.py                     edit(folder) does to the files what cannot be told in cells

Every solution cell that it does not mention holds the instructor's solution.
"""

import runpy
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import nbformat
from nbformat import NotebookNode

STORIES = Path(__file__).parents[1] / "tests" / "submissions"


@dataclass(frozen=True)
class Story:
    """One student's submission. A key that story.toml cannot have raises TypeError."""

    folder: Path
    about: str
    notebooks: tuple[str, ...] = ()
    plots: bool = True
    blank: tuple[str, ...] = ()
    ungraded: str = ""
    expect: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Story":
        """The story told in `folder`."""
        return cls(folder, **tomllib.loads((folder / "story.toml").read_text(encoding="utf-8")))

    @property
    def name(self) -> str:
        """The folder's name, which is also the student's id."""
        return self.folder.name

    def write(self, source: Path, release: Path, submitted: Path) -> None:
        """Write the submission into `submitted`, a new folder, as a student works: on a copy of
        the `release` folder. `source` holds the instructor's solutions."""
        shutil.copytree(release, submitted)
        written = self._cells()
        for path in sorted(submitted.glob("*.ipynb")):
            if self.notebooks and path.stem not in self.notebooks:
                path.unlink()
                continue
            solutions = _solutions(nbformat.read(source / path.name, as_version=4))
            notebook = nbformat.read(path, as_version=4)
            for grade_id, cell in _solution_cells(notebook):
                key = f"{path.stem}.{grade_id}"
                if key in written:
                    cell.source = written.pop(key)
                elif not any(fnmatchcase(key, pattern) for pattern in self.blank):
                    cell.source = solutions[grade_id]
            if not self.plots:
                notebook.cells = [cell for cell in notebook.cells if not _is_plot(cell)]
            nbformat.write(notebook, path)
        if written:
            raise ValueError(f"story {self.name}: no solution cell is called {sorted(written)}")
        if (self.folder / "edit.py").exists():
            runpy.run_path(str(self.folder / "edit.py"))["edit"](submitted)

    def _cells(self) -> dict[str, str]:
        """What stands in which cell, by NOTEBOOK.GRADE_ID."""
        files = (path for path in self.folder.iterdir() if path.stem.count("."))
        return {path.stem: path.read_text(encoding="utf-8").rstrip("\n") for path in files}


def stories(*names: str) -> list[Story]:
    """The stories with these names, or all, by name."""
    found = {path.parent.name: path.parent for path in sorted(STORIES.glob("*/story.toml"))}
    return [Story.read(found[name]) for name in names or found]


def _solution_cells(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("solution"):
            yield metadata["grade_id"], cell


def _is_plot(cell: NotebookNode) -> bool:
    """Whether it is one of the notebook's pictures, which no other cell needs."""
    return cell.cell_type == "code" and "nbgrader" not in cell.metadata


def _solutions(source: NotebookNode) -> dict[str, str]:
    """The instructor's solutions by grade_id, without the lines that mark them."""
    return {grade_id: _unmarked(cell.source) for grade_id, cell in _solution_cells(source)}


def _unmarked(text: str) -> str:
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    return "\n".join(line for line in text.split("\n") if not line.strip().startswith(marks))
