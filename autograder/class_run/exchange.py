"""nbgrader's exchange and feedback, for one student at a time."""

import shutil
from glob import escape
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import ignore_patterns, temp_attrs

from autograder.class_run.runner import Runner
from autograder.errors import CourseError


class Exchange:
    """Collects submissions of one assignment, and writes and releases feedback on it."""

    def __init__(self, runner: Runner, assignment: str):
        self._course, self._assignment = runner.course, assignment
        self._coursedir = runner.course.coursedir
        runner.app.log.setLevel("CRITICAL")  # an exchange that is not there is told by us
        self._api: Any = NbGraderAPI(self._coursedir, config=runner.config)
        self._api.log.setLevel("CRITICAL")

    @property
    def inbound(self) -> Path:
        """Where students' submissions arrive, whether or not it is there."""
        return Path(self._api.exchange_root, self._coursedir.course_id, "inbound")

    def check_inbound(self) -> None:
        """Raise CourseError if nothing can be collected from the exchange."""
        if not issubclass(self._api.exchange.collect, ExchangeCollect):
            raise CourseError(
                f"the exchange {self._api.exchange.collect.__name__} has no inbound folder to "
                "watch; run `nbgrader collect` from time to time and watch with --submitted"
            )
        if not (self._coursedir.course_id and self.inbound.is_dir()):
            raise CourseError(
                f"there is no inbound folder {self.inbound}: set c.CourseDirectory.course_id and "
                "c.Exchange.root as for `nbgrader release_assignment`, or watch with --submitted"
            )

    def arrived(self) -> dict[str, Path]:
        """The submissions in the inbound folder, by their folder's name."""
        found = self.inbound.glob(f"*+{escape(self._assignment)}+*")
        return {path.name: path for path in found if path.is_dir()}

    def folder_of(self, path: Path) -> str | None:
        """The name of the submission in the inbound folder that the path belongs to."""
        if not path.is_relative_to(self.inbound) or path == self.inbound:
            return None
        return path.relative_to(self.inbound).parts[0]

    def collect(self, folder: str) -> str:
        """Collect the newest submission of who handed in `folder`; returns what went wrong."""
        student = folder.rsplit("+", 3)[0]
        with temp_attrs(
            self._coursedir, assignment_id=self._assignment, student_id=escape(student)
        ):
            collect = self._api.exchange.Collect(
                coursedir=self._coursedir, authenticator=self._api.authenticator, parent=self._api
            )
            collect.update = True
            collect.do_copy = lambda source, to, log=None: _copy_as_it_is(collect, source, to)
            try:
                collect.start()
            except Exception as error:  # of one submission: a pipe, no permission, too large ...
                return f"{folder} cannot be collected: {error}"
        return ""

    def feedback_is_there(self, student: str) -> bool:
        """Whether each graded notebook has a page that is not older."""
        pages = self._course.feedback_folder(self._assignment, student)
        graded = self._course.autograded_folder(self._assignment, student).glob("*.ipynb")
        return all(_is_newer(pages / f"{path.stem}.html", path) for path in graded)

    def write_feedback(self, student: str) -> str:
        """Write the student's feedback pages; returns what went wrong."""
        return _problem(self._api.generate_feedback(self._assignment, escape(student), force=True))

    def release_feedback(self, student: str) -> str:
        """Put the student's feedback pages into the exchange; returns what went wrong."""
        return _problem(self._api.release_feedback(self._assignment, escape(student)))


def _copy_as_it_is(collect: Any, source: str, to: str) -> None:
    """Copy a submission, links as links: nbgrader would copy what they point to with our rights."""
    coursedir = collect.coursedir
    if collect.get_size(source) > 1000 * coursedir.max_dir_size:
        raise OSError(f"it has more than the {coursedir.max_dir_size} kB that are allowed")
    ignore = ignore_patterns(
        exclude=coursedir.ignore,
        include=coursedir.include,
        max_file_size=coursedir.max_file_size,
        log=collect.log,
    )
    shutil.copytree(source, to, symlinks=True, ignore=ignore)
    for path in [Path(to), *Path(to).rglob("*")]:
        if not path.is_symlink():  # ours to change, whatever the student's modes were
            group = 0o070 if path.is_dir() else 0o060
            shared = group if coursedir.groupshared else 0
            path.chmod(path.stat().st_mode & 0o7777 | (0o700 if path.is_dir() else 0o600) | shared)


def _is_newer(page: Path, graded: Path) -> bool:
    return page.exists() and page.stat().st_mtime_ns >= graded.stat().st_mtime_ns


def _problem(answer: dict) -> str:
    if answer["success"]:
        return ""
    lines = (answer.get("error") or answer.get("log") or "nbgrader does not say why").split("\n")
    return next(line for line in reversed(lines) if line.strip())
