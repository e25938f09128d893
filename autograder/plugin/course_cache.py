"""What a run of nbgrader's autograde needs at every notebook, read once: its loop forgets it."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import nbformat
from nbformat import NotebookNode
from nbgrader import api
from nbgrader.api import Gradebook

from autograder.course.course import Course
from autograder.course.rows import Layout
from autograder.working_folder import read_files

T = TypeVar("T")
_engines: dict[str, Any] = {}
_create_engine = api.create_engine


class CourseCache:
    """The course of one run. Raises CourseError where an assignment cannot be read."""

    def __init__(self, course: Course):
        self.course = course
        self._known: dict[tuple[str, ...], Any] = {}

    def source(self, assignment: str, name: str) -> NotebookNode:
        """The instructor's notebook, with the kernel that nbgrader gives each submission."""
        return self._once(
            lambda: with_kernel(self.course, assignment, name), "source", assignment, name
        )

    def files(self, assignment: str) -> dict[str, bytes]:
        """What lies beside the instructor's notebooks."""
        folder, ignore = self.course.source_folder(assignment), self.course.coursedir.ignore
        return self._once(lambda: read_files(folder, ignore), "files", assignment)

    def layout(self, assignment: str) -> Layout:
        """The ids of the assignment's notebooks and cells in the gradebook."""
        return self._once(lambda: Layout.read(self.gradebook, assignment), "layout", assignment)

    @cached_property
    def gradebook(self) -> Gradebook:
        """The gradebook, open for the rest of the run."""
        return self.course.open()

    def _once(self, read: Callable[[], T], *key: str) -> T:
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]


def with_kernel(course: Course, assignment: str, name: str) -> NotebookNode:
    """The instructor's notebook, with the kernel of the day that it was released."""
    source = course.source_notebook(assignment, name)
    kernel = course.kernelspec(assignment, name)
    if kernel:
        source.metadata["kernelspec"] = nbformat.from_dict(kernel)
    return source


def keep_database_engines() -> None:
    """Have nbgrader's gradebooks of one database share an SQLAlchemy engine in this process.

    It opens one for each of its steps, and a new engine compiles every query anew: that was half
    of the time that nbgrader's loop took for a notebook.
    """
    api.create_engine = _kept_engine


def _kept_engine(url: str, **options: Any) -> Any:
    key = repr((url, sorted(options.items())))
    if key not in _engines:
        _engines[key] = _create_engine(url, **options)
    return _engines[key]
