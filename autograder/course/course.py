"""One course as nbgrader keeps it: its folders, its notebooks, its gradebook."""

import copy
import json
import re
from contextlib import suppress
from functools import lru_cache
from glob import glob
from itertools import takewhile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, current_nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import Exchange
from nbgrader.nbgraderformat import read as read_notebook
from nbgrader.preprocessors import IncludeHeaderFooter
from nbgrader.utils import chdir, is_grade, is_locked, is_task

from autograder.course.database_driver import check_driver
from autograder.course.rows import Entry, Layout, read_marks
from autograder.errors import CourseError
from autograder.notebook.imports import Modules, modules_to_warm
from autograder.submission.result import Marks
from autograder.verdict import Verdict


class Course:
    """The folders and the gradebook of one course."""

    def __init__(self, coursedir: CourseDirectory):
        self.coursedir = coursedir

    # -- folders ----------------------------------------------------------------------------

    def source_folder(self, assignment: str) -> Path:
        """Where the instructor's notebooks and data files of the assignment lie."""
        return self._folder(self.coursedir.source_directory, ".", assignment)

    def submitted_folder(self, assignment: str, student: str) -> Path:
        """Where the student's files lie, as they were handed in."""
        return self._folder(self.coursedir.submitted_directory, student, assignment)

    def autograded_folder(self, assignment: str, student: str) -> Path:
        """Where the graded notebooks go."""
        return self._folder(self.coursedir.autograded_directory, student, assignment)

    def feedback_folder(self, assignment: str, student: str) -> Path:
        """Where nbgrader writes the student's feedback pages."""
        return self._folder(self.coursedir.feedback_directory, student, assignment)

    def _folder(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.coursedir.format_path(step, student, assignment))

    def assignments(self) -> list[str]:
        """The names of the assignments that have a source folder."""
        return self._names(self.coursedir.source_directory, ".", None)

    def students(self, assignment: str) -> list[str]:
        """The ids of the students who handed the assignment in."""
        return self._names(self.coursedir.submitted_directory, None, assignment)

    def submitted_root(self) -> Path:
        """The folder in which the folders of all submissions lie."""
        path = self._folder(self.coursedir.submitted_directory, "*", "*")
        fixed = takewhile(lambda part: "*" not in part, path.parts)
        return Path(*fixed)

    def student_of(self, assignment: str, path: Path) -> str | None:
        """Whose submission's folder is `path`, or holds it; None for any other path."""
        step = self.coursedir.submitted_directory
        pattern = self.coursedir.format_path(
            step, "(?P<name>[^/]+)", re.escape(assignment), escape=True
        )
        match = re.match(rf"{pattern}(/|$)", str(path))
        return match["name"] if match else None

    def _names(self, step: str, student: str | None, assignment: str | None) -> list[str]:
        """What stands in the folders' names in place of the one part that is None."""
        pattern = self.coursedir.format_path(
            step,
            "(?P<name>[^/]+)" if student is None else re.escape(student),
            "(?P<name>[^/]+)" if assignment is None else re.escape(assignment),
            escape=True,
        )
        wildcard = self.coursedir.format_path(step, student or "*", assignment or "*")
        folders = [folder for folder in glob(wildcard) if Path(folder).is_dir()]
        matches = (re.fullmatch(pattern, folder) for folder in folders)
        return sorted(match["name"] for match in matches if match)

    def private_folders(self) -> list[str]:
        """The folders that no student's code may see: the course's, and the exchange."""
        exchange = Exchange(config=self.coursedir.config)
        return [str(Path(folder).resolve()) for folder in (self.coursedir.root, exchange.root)]

    # -- the instructor's side --------------------------------------------------------------

    def notebooks(self, assignment: str) -> list[str]:
        """The names of the assignment's notebooks, as it was released.

        Raises CourseError when it is not in the gradebook.
        """
        with self.open() as gradebook:
            try:
                found = gradebook.find_assignment(assignment)
            except MissingEntry:
                raise CourseError(
                    f"assignment {assignment!r} is not in the gradebook yet; "
                    f"run: nbgrader generate_assignment {assignment}"
                ) from None
            return sorted(notebook.name for notebook in found.notebooks)

    def source_notebook(self, assignment: str, name: str) -> NotebookNode:
        """The instructor's notebook, solutions and hidden tests included.

        Header and footer are in it. As everywhere in nbgrader, locked cells, points and checksums
        are those of the day it was released; a notebook that has other test cells by now raises
        CourseError, as does one that cannot be read.
        """
        notebook = self._read_source(assignment, name)
        with self.open() as gradebook:
            released = gradebook.find_notebook(name, assignment)
            sources = {cell.name: cell for cell in released.source_cells}
            points = {cell.name: cell.max_score for cell in released.grade_cells}
            points |= {cell.name: cell.max_score for cell in released.task_cells}
        graded = set()
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in sources:
                cell.metadata.nbgrader.checksum = sources[grade_id].checksum
                if is_locked(cell):
                    cell.source = sources[grade_id].source
            if is_grade(cell) or is_task(cell):
                graded.add(grade_id)
                cell.metadata.nbgrader.points = points.get(grade_id)
        if graded != set(points):
            raise CourseError(
                f"the graded cells of {name}.ipynb are no longer those that were released (they "
                f"differ in: {', '.join(sorted(graded ^ set(points)))}); put them back or, as long "
                f"as nobody was graded, run: nbgrader generate_assignment {assignment} --force"
            )
        return notebook

    def kernelspec(self, assignment: str, name: str) -> dict[str, Any] | None:
        """The kernel of the notebook as it was released, which nbgrader gives each submission."""
        with self.open() as gradebook:
            found = gradebook.find_notebook(name, assignment).kernelspec
            return json.loads(found) if found else None

    def _read_source(self, assignment: str, name: str) -> NotebookNode:
        path = self.source_folder(assignment) / f"{name}.ipynb"
        try:
            notebook = copy.deepcopy(_read_validated(path, path.stat().st_mtime_ns))
            with chdir(self.coursedir.root):  # header and footer are named from there
                return IncludeHeaderFooter(parent=self.coursedir).preprocess(notebook, {})[0]
        except Exception as error:  # unreadable, no notebook, of an old schema, no such header ...
            raise CourseError(f"the source notebook {path} cannot be read: {error}") from error

    def imported_modules(self, assignment: str) -> Modules:
        """The modules that the source notebooks import, but for those that lie beside them."""
        folder = self.source_folder(assignment)
        notebooks = [self._read_source(assignment, path.stem) for path in folder.glob("*.ipynb")]
        code = (
            tuple(cell.source for cell in notebook.cells if cell.cell_type == "code")
            for notebook in notebooks
        )
        return _to_warm(tuple(code), folder)

    # -- the gradebook ----------------------------------------------------------------------

    def marks(self, assignment: str, student: str) -> list[Marks]:
        """What the gradebook holds of the student's submission, a notebook each, by name.

        Raises nbgrader's MissingEntry for an assignment that is not there.
        """
        with self.open() as gradebook:
            layout = Layout.read(gradebook, assignment)
            return read_marks(gradebook.db.connection(), layout, student)

    def forget_marks(self, assignment: str, student: str) -> None:
        """Take back what an autograder gave: the submission waits for its grades again.

        What graders gave by hand stays. Without this, a submission that cannot be graded would
        keep the marks of an earlier one.
        """
        with self.open() as gradebook, suppress(MissingEntry):
            layout = Layout.read(gradebook, assignment)
            db = gradebook.db.connection()
            if read_marks(db, layout, student):
                Entry(db, layout, student, None).forget()
                gradebook.db.commit()

    def verdicts(self, assignment: str, student: str, notebook: str) -> list[Verdict]:
        """The verdicts in the student's graded notebook, in the order of its cells."""
        path = self.autograded_folder(assignment, student) / f"{notebook}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found = (cell["metadata"].get("autograder") for cell in cells)
        return [Verdict.from_json(data) for data in found if data]

    def open(self) -> Gradebook:
        """The gradebook, to be closed by the caller. Raises as `check_driver` does."""
        check_driver(self.coursedir.db_url)
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)


@lru_cache(maxsize=64)
def _read_validated(path: Path, changed: int) -> NotebookNode:
    """The notebook in `path` as it was `changed`, in ns: validating takes a tenth of a second."""
    with path.open(encoding="utf-8") as file:
        return read_notebook(file, as_version=current_nbformat)


@lru_cache(maxsize=8)
def _to_warm(notebooks: tuple[tuple[str, ...], ...], folder: Path) -> Modules:
    """The modules that cells import; remembered, since it is asked for at every notebook."""
    return modules_to_warm(notebooks, folder)
