"""The exchange's inbound folder, where any user may put anything: what of it is collected.

A submission is a folder `student+assignment+date+random`, as `nbgrader submit` makes it. Whoever
made it chose that name, and goes on owning what lies in it.
"""

import os
import pwd
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from autograder.course import atomic_folders
from autograder.course.course import Course
from autograder.errors import SubmissionError
from autograder.submission.folder_check import check_student
from autograder.submission.untrusted_folder import Read, Wanted, opened, read
from autograder.text import shorten

_TIMESTAMP = "timestamp.txt"  # `nbgrader submit` writes in it the date of the folder's name
_HANDING_IN = timedelta(minutes=10)  # a slow copy takes that long: a later change is told


@dataclass(frozen=True)
class Outcome:
    """What came of a folder that was to be collected.

    problem: why it was not, or "". again: whether that may pass, so that it is to be tried again.
    note: what an instructor may want to know of a submission that was collected.
    """

    folder: str
    student: str = ""
    problem: str = ""
    again: bool = False
    note: str = ""


@dataclass(frozen=True)
class _Arrival:
    date: datetime  # in UTC, naive, as nbgrader has it
    folder: str
    student: str


class Inbound:
    """The submissions of one assignment, by the name of their folder."""

    def __init__(self, path: Path, course: Course, assignment: str, collect: ExchangeCollect):
        """
        collect: its traits say whether owners are checked, and whether the due date matters.
        """
        self.path, self._course, self._assignment = path, course, assignment
        self._check_owner, self._before_duedate = collect.check_owner, collect.before_duedate
        self._arrivals: dict[str, dict[str, _Arrival]] = {}  # by student, then by folder
        self._changed = 0

    def changed(self) -> list[Path]:
        """The inbound folder itself, if something was put in since this was asked last."""
        # No events: to be told of what happens within, one would follow links, and run out of
        # watches where a student makes many folders.
        try:
            changed = self.path.stat().st_mtime_ns
        except OSError:
            return []
        before, self._changed = self._changed, changed
        return [self.path] if changed != before else []

    def arrived(self) -> dict[str, Path]:
        """What has a name of this assignment, be it a folder or not."""
        try:
            names = os.listdir(self.path)
        except OSError:  # a network's file system, for a while
            return {}
        return {name: self.path / name for name in names if f"+{self._assignment}+" in name}

    def folder_of(self, path: Path) -> str | None:
        """The name of the submission that the path belongs to."""
        if not path.is_relative_to(self.path) or path == self.path:
            return None
        return path.relative_to(self.path).parts[0]

    def collect(self, folders: Iterable[str]) -> Iterator[Outcome]:
        """Of each student with one of these folders, collect the newest that can be.

        What was collected before stays as a whole, or is replaced as a whole.
        """
        students: dict[str, None] = {}
        for folder in folders:
            try:
                arrival = self._arrival(folder)
                self._arrivals.setdefault(arrival.student, {})[folder] = arrival
                students[arrival.student] = None
            except FileNotFoundError:
                continue
            except (SubmissionError, OSError) as error:
                yield Outcome(folder, problem=str(error), again=isinstance(error, OSError))
        for student in students:
            yield from self._collect_newest(student)

    def _arrival(self, folder: str) -> _Arrival:
        student, date = self._parts(folder)
        self._arrivals.get(student, {}).pop(folder, None)
        check_student(student)
        arrival = _Arrival(_parsed(date, "its name"), folder, student)
        with opened(self.path / folder) as descriptor:
            self._check_owner_of(descriptor, student)
        return arrival

    def _parts(self, folder: str) -> tuple[str, str]:
        """Student and date. A student's name may have a + in it, and the last part may be left out.

        As nbgrader has it: no assignment's name has one.
        """
        for most in (3, 2):
            student, *rest = folder.rsplit("+", most)
            if len(rest) == most and rest[0] == self._assignment:
                return student, rest[1]
        raise SubmissionError("its name is not student+assignment+date, or with +random at its end")

    def _check_owner_of(self, descriptor: int, student: str) -> None:
        if not self._check_owner:
            return
        uid = os.fstat(descriptor).st_uid
        try:
            owner = pwd.getpwuid(uid).pw_name
        except KeyError:
            owner = f"the unknown user {uid}"
        if owner != student:
            raise SubmissionError(
                f"it belongs to {owner}, not to {shorten(student)}; where students' folders cannot "
                "belong to them (as in JupyterHub's containers, which share one user), set "
                "c.ExchangeCollect.check_owner = False"
            )

    def _collect_newest(self, student: str) -> Iterator[Outcome]:
        arrivals = self._arrivals[student]
        for arrival in self._in_order(list(arrivals.values())):
            if not self._is_wanted(arrival):
                return
            try:
                yield Outcome(arrival.folder, student, note=self._take(arrival))
                return
            except FileNotFoundError:
                del arrivals[arrival.folder]
            except SubmissionError as error:
                del arrivals[arrival.folder]
                yield Outcome(arrival.folder, student, problem=str(error))
            except Exception as error:  # a full disk, no permission: it costs nobody else
                problem = str(error) or type(error).__name__
                yield Outcome(arrival.folder, student, problem, again=True)

    def _in_order(self, arrivals: list[_Arrival]) -> list[_Arrival]:
        """The one to take first; the others in case that it cannot be."""
        newest = sorted(arrivals, key=lambda a: (a.date, a.folder), reverse=True)
        if not self._before_duedate:
            return newest
        with self._course.open() as gradebook:
            due = gradebook.find_assignment(self._assignment).duedate
        return sorted(newest, key=lambda a: due is not None and a.date > due)

    def _is_wanted(self, arrival: _Arrival) -> bool:
        had = self._date_of_collected(arrival.student)
        return had is None or arrival.date > had or (self._before_duedate and arrival.date != had)

    def _date_of_collected(self, student: str) -> datetime | None:
        path = self._course.submitted_folder(self._assignment, student) / _TIMESTAMP
        try:
            return _parsed(path.read_text(), path.name) if path.is_file() else None
        except (SubmissionError, OSError, UnicodeError):
            return None

    def _take(self, arrival: _Arrival) -> str:
        """Put the submission's files into the course; returns a note on them, or ""."""
        coursedir = self._course.coursedir
        most_in_file, most_bytes = 1000 * coursedir.max_file_size, 1000 * coursedir.max_dir_size
        wanted = Wanted(self._is_ignored, most_in_file, most_bytes)
        with opened(self.path / arrival.folder) as descriptor:
            self._check_owner_of(descriptor, arrival.student)
            found = read(descriptor, wanted)
        _check_timestamp(found, arrival)
        place = self._course.submitted_folder(self._assignment, arrival.student)
        shared = coursedir.groupshared
        new = atomic_folders.prepare(place, found.files, 0o664 if shared else 0o644, shared)
        atomic_folders.put(new, place)
        return _note(found, arrival)

    def _is_ignored(self, name: str, is_folder: bool) -> bool:
        coursedir = self._course.coursedir
        included = is_folder or not coursedir.include or _matches(name, coursedir.include)
        return not included or _matches(name, coursedir.ignore)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _check_timestamp(found: Read, arrival: _Arrival) -> None:
    """Raise SubmissionError unless the date for the penalty is that by which this is the newest."""
    if _TIMESTAMP not in found.files:
        raise SubmissionError(f"{_TIMESTAMP} is not there (yet): `nbgrader submit` writes it last")
    text = found.files[_TIMESTAMP].decode("utf-8", "replace")
    if _parsed(text, _TIMESTAMP) != arrival.date:
        raise SubmissionError(f"{_TIMESTAMP} has another date than its name: {shorten(text, 40)}")


def _note(found: Read, arrival: _Arrival) -> str:
    changed = datetime.fromtimestamp(found.changed, UTC).replace(tzinfo=None)
    if changed <= arrival.date + _HANDING_IN:
        return ""
    return (
        f"its date is {arrival.date:%Y-%m-%d %H:%M} UTC, but its folder in the exchange was "
        f"changed at {changed:%Y-%m-%d %H:%M} UTC"
    )


def _parsed(text: str, where: str) -> datetime:
    problem = f"{where} does not hold a date: {shorten(text, 40)!r}"
    if len(text) > 100 or "/" in text:  # a time zone with a slash would be opened as a file
        raise SubmissionError(problem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on the terminal, with words of a student's
        try:
            return parse_utc(text.strip())
        except Exception:  # dateutil raises what it happens to meet
            raise SubmissionError(problem) from None
