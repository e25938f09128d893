"""The settings of a course: `c.Grade.NAME` in its nbgrader_config.py."""

from dataclasses import fields
from typing import Any

from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Bool, Enum, Float, Integer, List, Unicode, default

from autograder.choices import Choices
from autograder.course.course import Course
from autograder.course.seed_key import seed_key
from autograder.limits import Limits
from autograder.notebook.imports import Modules


def _limit(name: str, text: str) -> Any:
    """A trait for one of `Limits`, of its type and with its default."""
    usual = getattr(Limits, name)
    kind = Integer if isinstance(usual, int) and not name.endswith("_seconds") else Float
    return kind(usual, help=text).tag(config=True)


class GradeSettings(NbGraderPreprocessor):
    """What the step `Grade` is told by a course's configuration."""

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
    output_mib = _limit(
        "output_mib",
        "MiB that all outputs of a notebook may have together: text, tables, figures, errors.",
    )
    figures = _limit(
        "figures",
        "Figures that are drawn of a notebook; of those after them only the size is shown. Drawing "
        "may be a seventh of the work on notebooks with plots: 0 is for a first look at the marks.",
    )
    reading_seconds = _limit(
        "reading_seconds",
        "Seconds of processor time in which a submitted notebook is read, and what came of it is "
        "cleaned and written down, by a process of its own.",
    )
    reading_mib = _limit("reading_mib", "MiB of memory that this process may use.")
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
    faulty_tests = Enum(
        ["manual", "ungraded"],
        "manual",
        help="What a test cell leaves where a submission fails it, and the instructor's own "
        "solution fails it too: that cell for a grader, or the whole submission ungraded.",
    ).tag(config=True)
    inside = List(
        Unicode(),
        help="The grade_ids of test cells that run in the student's own process, as all do in "
        "stock nbgrader: for those that cannot work behind the wall. What that gives up: a "
        "submission can read their hidden part and forge their marks. Every report says so.",
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
        help="Draws the inputs of hidden tests (an integer), with the key in the course's folder; "
        "by default a new one for each run.",
    ).tag(config=True)

    @default("cell_seconds")
    def _nbgraders_own_limit(self) -> float:
        timeout = Execute(config=self.config).timeout  # of a course that had set it before
        return timeout if timeout and timeout > 0 else Limits.cell_seconds

    def limits(self) -> Limits:
        """The limits, as they are set."""
        names = (field.name for field in fields(Limits))
        return Limits(**{name: getattr(self, name) for name in names if self.has_trait(name)})

    def choices(self) -> Choices:
        """How tests are asked, and what becomes of those at fault."""
        return Choices(self.faulty_tests, frozenset(self.inside))

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
            "key": seed_key(course.coursedir),
        }
