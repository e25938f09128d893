"""How nbgrader reads a submission: with care, and an old mark goes with whatever fails."""

from functools import cached_property
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

from autograder.course.course import Course
from autograder.course.provenance import Records
from autograder.errors import AutograderError
from autograder.plugin.course_cache import CourseCache, keep_database_engines
from autograder.plugin.intake_guard import drop_active_files, guard
from autograder.plugin.steps import Grade
from autograder.submission.notebook_file import read_bytes


class SubmissionExporter(NotebookExporter):
    """Reads submissions with care; a submission that fails, at any step, loses its old marks."""

    def __init__(self, **traits: Any):
        super().__init__(**traits)
        self.optimistic_validation = True  # a notebook is validated once, after the last step
        keep_database_engines()
        guard(self.parent)

    @cached_property
    def course_cache(self) -> CourseCache:
        """What is the same for all submissions of this run."""
        return CourseCache(Course(cast(Any, self.parent).coursedir))

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
            data = read_bytes(Path(filename), converter.coursedir.max_file_size * 1000)
            notebook = Grade(parent=self).parse(ids["assignment"], data)
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
