"""What nbgrader calls: our steps in its chain, put there by one line of nbgrader_config.py.

    from autograder.plugin.steps import configure
    configure(c)

nbgrader takes a submission through two chains. The first makes the notebook safe to handle:
`Restore` puts back what the instructor wrote, in the place of nbgrader's ClearOutput,
DeduplicateIds, OverwriteKernelspec, OverwriteCells and CheckCellMetadata, which trust the
submission's metadata. The second grades it: `Grade` stands in Execute's place, `Save` in that of
SaveAutoGrades and AssignLatePenalties, which ask the database some hundred questions a notebook.
Reading is ours as well (`SubmissionExporter`), or one file that is no notebook would end in a
traceback that names nothing.
"""

import os
import shutil
import sys
from contextlib import AbstractContextManager
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    AssignLatePenalties,
    ClearSolutions,
    Execute,
    NbGraderPreprocessor,
)
from traitlets import Bool, Enum, Float, Integer, List, Unicode, default

from autograder.course.course import Course
from autograder.course.cross_check import check_marks
from autograder.course.provenance import Records
from autograder.course.rows import Entry, cell_marks
from autograder.errors import AutograderError
from autograder.grading import shared_engine
from autograder.grading.engine_pool import Team
from autograder.grading.hidden_tests import show_tests
from autograder.grading.one_notebook import Graded, grade, rehearse
from autograder.limits import Limits
from autograder.notebook.imports import Modules
from autograder.notebook.roles import restore
from autograder.plugin.course_cache import Once, keep_database_engines
from autograder.plugin.intake_guard import drop_active_files, guard
from autograder.plugin.prefetch import announce
from autograder.submission import notebook_file
from autograder.working_folder import read_files

SANITIZE = ("autograder.plugin.Restore",)
AUTOGRADE = (
    "autograder.plugin.Grade",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.plugin.Save",
)
EMPTY_STUB = (
    "# YOUR CODE HERE\n"
    'raise NotImplementedError("This stub is still empty: replace this line with your code.")'
)


def configure(c: Any) -> None:
    """Make nbgrader grade with this engine; `c` is the config of an nbgrader_config.py.

    Settings that stand in the file already, or that follow, are kept.
    """
    c.Autograde.exporter_class = "autograder.plugin.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = list(SANITIZE)
    c.Autograde.autograde_preprocessors = list(AUTOGRADE)
    if "code_stub" not in c.ClearSolutions:
        c.ClearSolutions.code_stub = {**ClearSolutions().code_stub, "python": EMPTY_STUB}
    # nbgrader calls alembic by its bare name: not found where the environment is not activated.
    if shutil.which("alembic") is None:
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


class SubmissionExporter(NotebookExporter):
    """Reads submissions with care; a submission that fails, at any step, loses its old marks."""

    def __init__(self, **traits: Any):
        super().__init__(**traits)
        self.optimistic_validation = True  # a notebook is validated once, after the last step
        keep_database_engines()
        guard(self.parent)

    @cached_property
    def once(self) -> Once:
        """What is the same for all submissions of this run."""
        return Once(Course(cast(Any, self.parent).coursedir))

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook in `filename`, taken through the chain that nbgrader registered.

        Raises SubmissionError when it cannot be read, and whatever a step of the chain raises.
        """
        converter: Any = self.parent
        resources = resources or {}
        try:
            if not converter._sanitizing:  # the second chain reads what the first one wrote
                return super().from_filename(filename, resources)
            ids = resources["nbgrader"]
            self._drop_record(ids)
            drop_active_files(Course(converter.coursedir), ids["assignment"], ids["student"])
            # nbgrader counts in thousands of bytes
            notebook = notebook_file.read(Path(filename), converter.coursedir.max_file_size * 1000)
            return self.from_notebook_node(notebook, resources)
        except BaseException as error:  # Ctrl-C too: half a grading is none
            ids = resources["nbgrader"]
            Course(converter.coursedir).forget_marks(ids["assignment"], ids["student"])
            if isinstance(error, AutograderError):
                self.log.error("%s stays ungraded: %s: %s", ids["student"], filename, error)
            raise

    def _drop_record(self, ids: dict[str, str]) -> None:
        """What `autograder grade` had made is now nbgrader's to make."""
        course = Course(cast(Any, self.parent).coursedir)
        Records(course, ids["assignment"]).drop(ids["student"])


class _OurStep(NbGraderPreprocessor):
    """A step that knows the course."""

    @property
    def once(self) -> Once:
        """What is the same for all submissions of the run; a foreign exporter keeps nothing."""
        kept = getattr(self.parent, "once", None)
        return kept or Once(Course(cast(Any, self.parent).parent.coursedir))


class Restore(_OurStep):
    """Puts back what the instructor wrote: test cells, locked cells, metadata, missing cells."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """The submitted notebook, restored; its metadata is then valid whatever it was."""
        ids = resources["nbgrader"]
        return restore(self.once.source(ids["assignment"], ids["notebook"]), nb), resources


class Save(_OurStep):
    """Writes the marks, automatic comments and penalties of a notebook into the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """The notebook as it was."""
        once, ids = self.once, resources["nbgrader"]
        layout, penalties = once.layout(ids["assignment"]), AssignLatePenalties(parent=self.parent)
        with once.gradebook.engine.begin() as connection:
            entry = Entry(connection, layout, ids["student"], None)
            entry.give(ids["notebook"], cell_marks(nb))
            entry.penalise(ids["notebook"], penalties)
        return nb, resources


def _limit(name: str, text: str) -> Any:
    """A trait for one of `Limits`, of its type and with its default."""
    usual = getattr(Limits, name)
    kind = Integer if isinstance(usual, int) and not name.endswith("_seconds") else Float
    return kind(usual, help=text).tag(config=True)


class Grade(_OurStep):
    """Runs the notebook, student's code and tests in different processes, and marks it."""

    cell_seconds = _limit(
        "cell_seconds",
        "Seconds that one cell may take, and all the calls of one test cell together; "
        "by default Execute.timeout where that is set, else 30.",
    )
    call_seconds = _limit("call_seconds", "Seconds that one call of a student's function may take.")
    notebook_seconds = _limit(
        "notebook_seconds",
        "Seconds that one notebook may take, from its first cell to its last verdict.",
    )
    cpu_seconds = _limit(
        "cpu_seconds", "Seconds of processor time that a notebook's processes may use together."
    )
    memory_mib = _limit(
        "memory_mib",
        "MiB of memory that a notebook's processes may use together, the libraries included.",
    )
    processes = _limit("processes", "Processes and threads that a notebook may have at a time.")
    disk_mib = _limit("disk_mib", "MiB that the files which a notebook writes may have together.")
    files = _limit("files", "Files and folders that a notebook may write.")
    file_mib = _limit("file_mib", "MiB that one file may have.")
    open_files = _limit("open_files", "Files that one process of a notebook may have open.")
    reply_mib = _limit("reply_mib", "MiB that the arrays of one answer may have; at most 256.")
    output_characters = _limit(
        "output_characters",
        "Characters of printed text kept of a cell; half of them from its end.",
    )
    figures = _limit(
        "figures",
        "Figures that are drawn of a notebook; of those after them only the size is shown. Drawing "
        "may be a seventh of the work on notebooks with plots: 0 is for a first look at the marks.",
    )
    submission_mib = Float(
        100,
        help="MiB that the files beside a submission's notebooks may have together; for the "
        "notebooks themselves there is CourseDirectory.max_file_size, in thousands of bytes.",
    ).tag(config=True)
    sandbox = Enum(
        ["on", "off"],
        "on",
        help="Whether students' code runs in a sandbox. Off, it has all rights of whoever grades: "
        "for code that you trust alone. Every report of such a run says so.",
    ).tag(config=True)
    readable = List(
        Unicode(),
        help="Files and folders that students' code may read besides Python's own, such as a data "
        "set (absolute paths).",
    ).tag(config=True)
    preload = List(
        Unicode(),
        None,
        allow_none=True,
        help="Modules that the student's process has imported before it starts (names); "
        "by default those that the assignment's source notebooks import.",
    ).tag(config=True)
    gpus = Bool(
        False,
        help="Whether tests may use the machine's GPUs, and students' code too where there is no "
        "sandbox; in the sandbox it has none. It costs time: where torch sees a GPU it has threads "
        "for gradients, which forks do not have, so that each notebook uses it for the first time. "
        "And each process that uses a GPU takes some of its memory.",
    ).tag(config=True)
    show_hidden_tests = Bool(
        False,
        help="Whether graded notebooks, and so feedback pages, show the source of hidden tests "
        "and the tracebacks that go through them.",
    ).tag(config=True)
    jobs = Integer(
        None,
        allow_none=True,
        help="How many notebooks of a submission nbgrader's own loop has run at a time; by default "
        "one for each core. (For `autograder grade` there is --jobs.)",
    ).tag(config=True)
    seed = Integer(
        None,
        allow_none=True,
        help="Draws the inputs of hidden tests (an integer); by default a new one for each run.",
    ).tag(config=True)

    @default("cell_seconds")
    def _nbgraders_own_limit(self) -> float:
        timeout = Execute(config=self.config).timeout  # of a course that had set it before
        return timeout if timeout and timeout > 0 else Limits.cell_seconds

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """The notebook with its outputs, a mark in every test cell.

        Raises AutograderError, and so leaves the submission ungraded, when a fault is ours.
        """
        once, ids = self.once, resources["nbgrader"]
        source = once.source(ids["assignment"], ids["notebook"])
        beside = once.files(ids["assignment"])
        # As they were handed in: of the graded files, what acts in a browser is gone by now.
        folder = once.course.submitted_folder(ids["assignment"], ids["student"])
        ignore = once.course.coursedir.ignore
        handed_in = read_files(folder, ignore, self.submission_mib * 2**20)
        with self._team(once.course, ids["assignment"]) as team:
            announce(team, once, ids, nb, handed_in)
            graded = grade(team, source, nb, beside, handed_in)
        check_marks(source, graded.notebook, graded.verdicts)
        if self.show_hidden_tests:
            show_tests(source, graded.notebook)
        return graded.notebook, resources

    def rehearse(self, course: Course, assignment: str, name: str) -> Graded:
        """The instructor's own notebook, graded: a test that fails here fails for everybody."""
        source = course.source_notebook(assignment, name)
        beside = read_files(course.source_folder(assignment), course.coursedir.ignore)
        with self._team(course, assignment) as team:
            return rehearse(team, source, beside)

    def engine_settings(self, course: Course, assignment: str) -> dict[str, Any]:
        """What the assignment's engine is given, by name, but for its seed."""
        given = self.preload
        modules = course.imported_modules(assignment) if given is None else Modules(tuple(given))
        return {
            "limits": self.limits(),
            "preload": modules.names,
            "later": list(modules.later),
            "reveal": self.show_hidden_tests,
            "sandboxed": self.sandbox == "on",
            "readable": list(self.readable),
            "hidden": course.private_folders(),
            "gpus": self.gpus,
        }

    def _team(self, course: Course, assignment: str) -> AbstractContextManager[Team]:
        settings = self.engine_settings(course, assignment)
        return shared_engine.using(Team, **settings, seed=self.seed, jobs=self.jobs)

    def limits(self) -> Limits:
        """The limits, as they are set."""
        names = (field.name for field in fields(Limits))
        return Limits(**{name: getattr(self, name) for name in names if self.has_trait(name)})
