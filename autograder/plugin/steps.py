"""The three steps that are ours in nbgrader's chain: a submission restored, graded, and its marks
saved. `chain.py` tells where they stand in it."""

from contextlib import AbstractContextManager
from typing import Any, cast

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor

from autograder.course.course import Course
from autograder.course.cross_check import check_marks
from autograder.course.rows import Entry, cell_marks
from autograder.grading import shared_engine
from autograder.grading.engine_pool import EnginePool
from autograder.grading.task import Graded
from autograder.notebook.roles import restore
from autograder.plugin.course_cache import CourseCache
from autograder.plugin.prefetch import announce
from autograder.plugin.settings import GradeSettings
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Kind
from autograder.working_folder import read_files


class _OurStep(NbGraderPreprocessor):
    """A step that knows the course."""

    @property
    def course_cache(self) -> CourseCache:
        """What is the same for all submissions of the run; a foreign exporter keeps nothing."""
        kept = getattr(self.parent, "course_cache", None)
        return kept or CourseCache(Course(cast(Any, self.parent).parent.coursedir))


class Restore(_OurStep):
    """Puts back what the instructor wrote: test cells, locked cells, metadata, missing cells."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """The submitted notebook, restored; its metadata is then valid whatever it was."""
        ids = resources["nbgrader"]
        return restore(self.course_cache.source(ids["assignment"], ids["notebook"]), nb), resources


class Save(_OurStep):
    """Writes the marks, automatic comments and penalties of a notebook into the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """The notebook as it was."""
        cache, ids = self.course_cache, resources["nbgrader"]
        layout, penalties = cache.layout(ids["assignment"]), AssignLatePenalties(parent=self.parent)
        with cache.gradebook.engine.begin() as connection:
            entry = Entry(connection, layout, ids["student"], None)
            entry.give(ids["notebook"], cell_marks(nb))
            entry.penalise(ids["notebook"], penalties)
        return nb, resources


class Grade(_OurStep, GradeSettings):
    """Runs the notebook, student's code and tests in different processes, and marks it."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """The notebook with its outputs, a mark in every test cell.

        Raises AutograderError, and so leaves the submission ungraded, when a fault is ours.
        """
        cache, ids = self.course_cache, resources["nbgrader"]
        source = cache.source(ids["assignment"], ids["notebook"])
        # As they were handed in: of the graded files, what acts in a browser is gone by now.
        folder = cache.course.submitted_folder(ids["assignment"], ids["student"])
        ignore = cache.course.coursedir.ignore
        handed_in = read_files(folder, ignore, self.submission_mib * 2**20)
        with self._engines(cache.course, ids["assignment"]) as pool:
            asked = {"choices": self.choices(), "reveal": self.show_hidden_tests}
            graded = pool.run(announce(pool, cache, ids, nb, handed_in, **asked))
        self._tell_of_faults(ids["notebook"], graded)
        check_marks(source, graded.notebook, graded.verdicts)
        return graded.notebook, resources

    def _tell_of_faults(self, notebook: str, graded: Graded) -> None:
        for verdict in graded.verdicts:
            if verdict.kind is Kind.WAITING and verdict.finding:
                told = f"{notebook}.ipynb, {verdict.grade_id}: {verdict.finding.problem}"
                self.log.warning("A test cell waits for a grader: %s", told)

    def parse(self, assignment: str, data: bytes) -> NotebookNode:
        """The notebook in a submitted file. Raises SubmissionError for one that cannot be read."""
        with self._engines(self.course_cache.course, assignment) as pool:
            return from_dict(pool.parse(data))

    def rehearse(self, course: Course, assignment: str, name: str) -> Rehearsal:
        """The instructor's own notebook, graded: a test that fails here fails for everybody."""
        source = course.source_notebook(assignment, name)
        beside = read_files(course.source_folder(assignment), course.coursedir.ignore)
        with self._engines(course, assignment) as pool:
            return pool.rehearse(source, beside, self.choices())

    def _engines(self, course: Course, assignment: str) -> AbstractContextManager[EnginePool]:
        settings = self.engine_settings(course, assignment)
        return shared_engine.using(EnginePool, **settings, seed=self.seed, jobs=self.jobs)
