"""The one writer: a submission's marks and its graded files, both or neither.

The order makes every moment a safe one to be killed at. The graded files are written beside their
place, the record of the old result goes, the marks are committed, the files are moved into place,
and the new record is written. Without its record a submission is graded again.
"""

import errno
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from autograder import interrupts
from autograder.course import atomic_folders
from autograder.course.course import Course
from autograder.course.cross_check import check_marks
from autograder.course.provenance import Record, Records
from autograder.course.rows import CellMark, Entry, Layout, cell_marks, extensions, read_marks
from autograder.errors import CourseError, SubmissionError
from autograder.submission.result import Marks
from autograder.submission.worker_messages import Outcome
from autograder.text import shorten

T = TypeVar("T")
# What no disk and no permission is to blame for: the name of a file, where the course lies.
_OF_A_NAME = {
    errno.EEXIST, errno.EILSEQ, errno.EINVAL, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOTDIR,
}  # fmt: skip
LOCKED_SECONDS = 60  # how long another program may keep the gradebook locked


class Writer:
    """Writes the results of one assignment. A context manager: it holds the database open."""

    def __init__(
        self, course: Course, assignment: str, sources: Mapping[str, Any], converter: Any
    ) -> None:
        """
        sources: the instructor's notebooks, by name.
        converter: nbgrader's Autograde with the course's configuration.
        """
        self._course, self._assignment, self._sources = course, assignment, sources
        self._mode = int(str(converter.permissions), 8)
        self._shared = course.coursedir.groupshared
        self._gradebook = course.open()
        self._layout = Layout.read(self._gradebook, assignment)
        self.duedate = self._layout.duedate
        self.extensions = self._transaction(lambda db: extensions(db, self._layout))
        self._gradebook.db.remove()
        self._penalties = AssignLatePenalties(parent=converter)
        self.records = Records(course, assignment)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *exception: object) -> None:
        self._gradebook.close()

    def marks(self, student: str) -> tuple[Marks, ...]:
        """What the gradebook holds of the student's submission, by notebook.

        Raises CourseError when it cannot be read.
        """
        with _told(self._course.autograded_folder(self._assignment, student)):
            return tuple(self._transaction(lambda db: read_marks(db, self._layout, student)))

    def save(
        self,
        student: str,
        timestamp: datetime | None,
        outcome: Outcome,
        beside: Mapping[str, bytes],
        record: Record,
    ) -> tuple[Marks, ...]:
        """Write a graded submission; returns its marks.

        beside: the files that lie by its graded notebooks.
        Raises CourseError when it cannot be written, SubmissionError where the name of one of its
        files is to blame, EngineError for a graded notebook whose marks are not its verdicts;
        nothing has changed then.
        """
        read = {name: self._read(name, outcome) for name in outcome.notebooks}
        place = self._course.autograded_folder(self._assignment, student)
        notebooks = {f"{name}.ipynb": data for name, data in outcome.notebooks.items()}
        with _told(place), interrupts.put_off():
            new = self._prepare(place, {**beside, **notebooks})
            try:
                self.records.drop(student)
                marks = self._transaction(lambda db: self._enter(db, student, timestamp, read))
            except BaseException:
                atomic_folders.discard(new)
                raise
            atomic_folders.put(new, place)
            self.records.write(student, record)
        return marks

    def refuse(self, student: str, timestamp: datetime | None, known: bool) -> None:
        """A submission that stays ungraded: it loses the marks and files of an earlier one.

        known: whether to enter it in the gradebook if it is not there.
        """
        place = self._course.autograded_folder(self._assignment, student)
        with _told(place), interrupts.put_off():
            self.records.drop(student)
            if known or self.marks(student):
                self._transaction(lambda db: Entry(db, self._layout, student, timestamp).forget())
            atomic_folders.remove(place)

    def _prepare(self, place: Path, files: Mapping[str, bytes]) -> Path:
        try:
            return atomic_folders.prepare(place, files, self._mode, self._shared)
        except OSError as error:
            if error.errno not in _OF_A_NAME or not place.parent.is_dir():
                raise
            raise SubmissionError(
                f"{shorten(Path(error.filename).name)!r} cannot be written beside its graded "
                f"notebooks ({error.strerror}): rename that file, or remove it"
            ) from error

    def _read(self, name: str, outcome: Outcome) -> list[CellMark]:
        """The marks in a graded notebook, made sure to be those of its verdicts."""
        notebook = nbformat.from_dict(json.loads(outcome.notebooks[name]))
        for cell in notebook.cells:  # in the file they are lists of lines
            cell.source = "".join(cell.source)
            for output in cell.get("outputs", ()):
                if text := output.get("data", {}).get("text/plain"):
                    output.data["text/plain"] = "".join(text)
        check_marks(self._sources[name], notebook, outcome.verdicts[name])
        return cell_marks(notebook)

    def _enter(
        self,
        db: Connection,
        student: str,
        timestamp: datetime | None,
        read: Mapping[str, list[CellMark]],
    ) -> tuple[Marks, ...]:
        entry = Entry(db, self._layout, student, timestamp)
        for name in self._layout.notebooks:
            if name not in read:
                entry.give_nothing(name)
        for name, marks in sorted(read.items()):
            entry.give(name, marks)
            entry.penalise(name, self._penalties)
        return tuple(read_marks(db, self._layout, student))

    def _transaction(self, body: Callable[[Connection], T]) -> T:
        """Run `body` in a transaction, again as long as another program has the database locked."""
        deadline = time.monotonic() + LOCKED_SECONDS
        while True:
            try:
                with self._gradebook.engine.begin() as connection:
                    if connection.dialect.name == "sqlite":  # which would not hear Ctrl-C
                        connection.exec_driver_sql("PRAGMA busy_timeout = 500")
                    return body(connection)
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > deadline:
                    raise
            interrupts.sleep(0.05)


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """What a full disk or a database that cannot be written says, in a sentence with the mend."""
    try:
        yield
    except OSError as error:
        raise CourseError(
            f"{place} cannot be written ({error.strerror or error}); make room on the disk or "
            "repair its permissions, and run the same command again: what is done is kept"
        ) from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error)
        raise CourseError(
            f"the gradebook cannot be used ({reason}); close what has it locked, make room on "
            "its disk or repair its permissions, and run the same command again: what is done is "
            "kept"
        ) from error
