"""A course that can be graded: its students, its runs, its instructor's own solution."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder import fast_imports  # noqa: F401  (comes before nbgrader)

# isort: split
from nbgrader.converters import Autograde

from autograder.class_run.configuration import application
from autograder.class_run.notes import with_notes
from autograder.class_run.rehearsing import Checked, Rehearsals
from autograder.class_run.run import Run, Seen
from autograder.class_run.workers.pool import Pool, SerialPool
from autograder.course.course import Course
from autograder.errors import CourseError, EngineError
from autograder.notebook.collisions import collisions
from autograder.plugin.assignment import foreign_settings
from autograder.plugin.serial_loop import grade_all
from autograder.plugin.steps import Grade
from autograder.submission.rehearsal import Rehearsal
from autograder.submission.result import Result
from autograder.verdict import Verdict


def _unseen(student: str, notebook: str, verdicts: Sequence[Verdict]) -> None: ...


def _untold(rehearsals: Rehearsals) -> None: ...


class Runner:
    """Grades the submissions of the course in `root`, as its nbgrader_config.py says.

    A course without one, or whose file does not call `autograder.plugin.configure`, is graded
    with the engine all the same. Raises CourseError when there is no course, or its file fails.
    """

    def __init__(self, root: Path, sandbox: str | None = None):
        """
        sandbox: "on" or "off", in the place of what the configuration says.
        """
        self.root = root.resolve()
        self.app = application(self.root, sandbox)
        self.config = self.app.config
        self.sandbox = Grade(config=self.config).sandbox
        self.course = Course(self.app.coursedir)
        self._converter = Autograde(coursedir=self.app.coursedir, parent=self.app)

    def check_assignment(self, assignment: str) -> None:
        """Raise CourseError for an assignment that is not there, or was not released."""
        _known("assignment", assignment, self.course.assignments(), "source folder")
        self.course.notebooks(assignment)

    def students(self, assignment: str, wanted: Sequence[str] = ()) -> list[str]:
        """The students whose submissions to grade: those `wanted`, or all who handed in.

        Raises CourseError for an assignment or a student that is not there, or an empty class.
        """
        self.check_assignment(assignment)
        students = self.course.students(assignment)
        if not students:
            empty = self.course.submitted_folder(assignment, "*")
            raise CourseError(f"nobody handed in {assignment!r}: there is no folder {empty}")
        for student in wanted:
            _known("student", student, students, f"submission of {assignment!r}")
        return list(wanted) or students

    def own_loop(self) -> str:
        """What in the configuration makes nbgrader's own loop grade, not workers; mostly ""."""
        return foreign_settings(self._converter)

    def grade(
        self,
        assignment: str,
        students: Sequence[str],
        *,
        force: bool = False,
        seed: int | None = None,
        pool: Pool | None = None,
        seen: Seen = _unseen,
        checked: Checked = _untold,
    ) -> Iterator[Result]:
        """Grade the submissions; results come as they are written, in no order.

        A submission whose result is there, of the same files, course, engine and seed, is skipped
        unless `force` is given.
        seed: draws hidden inputs; by default the configured one, that of the good results that
            stay, or a new one.
        pool: the workers; by default this process grades one after the other.
        seen: is told of each notebook as soon as it is graded; nothing is written yet.
        checked: is told before the first submission what the instructor's own solution got.
        """
        force = force or self._converter.force
        students = self._without_excluded(students)
        if self.own_loop():
            expected = self.course.notebooks(assignment)
            step = Grade(config=self.config)
            checked({name: step.rehearse(self.course, assignment, name) for name in expected})
            for result in grade_all(self.course, self.app, assignment, expected, students, force):
                folder = self.course.submitted_folder(assignment, result.student)
                yield with_notes(result, expected, folder)
            return
        staying = set(self._without_excluded(self.course.students(assignment)))
        staying -= set(students) if force else set()
        run = Run(self.course, self._converter, assignment, force, seed, staying)
        yield from run.grade(students, pool or SerialPool(), seen, checked)

    def _without_excluded(self, students: Sequence[str]) -> list[str]:
        excluded = self.course.coursedir.student_id_exclude.split(",")
        return [student for student in students if student not in excluded]

    def rehearse(
        self, assignment: str, pool: Pool | None = None
    ) -> Iterator[tuple[str, Rehearsal | EngineError]]:
        """Grade the instructor's own notebooks: what each of them got, or why it could not be.

        What they get is kept: `grade` need not do it again, as long as nothing changes.
        """
        self.check_assignment(assignment)
        staying = set(self._without_excluded(self.course.students(assignment)))
        run = Run(self.course, self._converter, assignment, False, None, staying)
        yield from run.rehearse(pool or SerialPool())

    def collisions(self, assignment: str, name: str) -> list[str]:
        """What of names that a test and a solution both bind the instructor should know."""
        return list(collisions(self.course.source_notebook(assignment, name)))


def _known(kind: str, name: str, known: list[str], place: str) -> None:
    if name not in known:
        some = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
        raise CourseError(f"{kind} {name!r} has no {place}; there is: {some or 'none at all'}")
