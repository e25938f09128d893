"""nbgrader's exchange and feedback, for one student at a time."""

import os
from glob import escape
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.exchange.default import ExchangeCollect

from autograder.class_run.arrivals.inbound import Inbound
from autograder.class_run.runner import Runner
from autograder.errors import CourseError


class Exchange:
    """Where submissions of one assignment arrive, and feedback on it is released."""

    def __init__(self, runner: Runner, assignment: str):
        self._course, self._assignment = runner.course, assignment
        self._coursedir = runner.course.coursedir
        runner.app.log.setLevel("CRITICAL")  # an exchange that is not there is told by us
        self._api: Any = NbGraderAPI(self._coursedir, config=runner.config)
        self._api.log.setLevel("CRITICAL")

    @property
    def has_inbound(self) -> bool:
        """Whether there is a folder in which students' submissions arrive."""
        return self._inbound_path.is_dir()

    @property
    def _inbound_path(self) -> Path:
        return Path(self._api.exchange_root, self._coursedir.course_id, "inbound")

    def inbound(self) -> Inbound:
        """What arrives. Raises CourseError if nothing can be collected from the exchange."""
        path, exchange = self._inbound_path, self._api.exchange
        if not issubclass(exchange.collect, ExchangeCollect):
            raise CourseError(
                f"the exchange {exchange.collect.__name__} has no inbound folder to "
                "watch; run `nbgrader collect` from time to time and watch with --submitted"
            )
        if not (self._coursedir.course_id and path.is_dir()):
            raise CourseError(
                f"there is no inbound folder {path}: set c.CourseDirectory.course_id and "
                "c.Exchange.root as for `nbgrader release_assignment`, or watch with --submitted"
            )
        if not os.access(path, os.R_OK | os.X_OK):
            raise CourseError(
                f"the inbound folder {path} cannot be read: watch as who ran "
                "`nbgrader release_assignment`, or watch with --submitted"
            )
        collect = exchange.Collect(coursedir=self._coursedir, parent=self._api)
        return Inbound(path, self._course, self._assignment, collect)

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


def _is_newer(page: Path, graded: Path) -> bool:
    return page.exists() and page.stat().st_mtime_ns >= graded.stat().st_mtime_ns


def _problem(answer: dict) -> str:
    if answer["success"]:
        return ""
    lines = (answer.get("error") or answer.get("log") or "nbgrader does not say why").split("\n")
    return next(line for line in reversed(lines) if line.strip())
