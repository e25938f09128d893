"""Collects what arrives in the exchange, and tells what it refuses, once."""

from collections.abc import Iterator
from pathlib import Path

from autograder.class_run.arrivals.folder_watcher import FolderWatcher
from autograder.class_run.arrivals.inbound import Inbound, Outcome


class Collecting:
    """The inbound folder, and what is known of the folders in it from one look to the next."""

    def __init__(self, inbound: Inbound):
        self._inbound = inbound
        self._watcher = FolderWatcher(inbound.arrived, inbound.folder_of)
        self._told: dict[str, str] = {}  # the problem, by folder
        self._notes: dict[str, str] = {}  # by student

    @property
    def folder(self) -> Path:
        """Where submissions arrive."""
        return self._inbound.path

    def refused(self, look_at_all: bool, now: float) -> Iterator[Outcome]:
        """Collect what has arrived; returns what could not be collected, and was not told before.

        look_at_all: whether to look for changes in folders that were there before.
        now: seconds of a monotonic clock.
        Raises as `Course.open` does, and then has the same folders before it again.
        """
        paths = None if look_at_all else self._inbound.changed()
        folders = self._watcher.look(paths, now)
        try:
            for outcome in self._inbound.collect(folders):
                if self._is_news(outcome):
                    yield outcome
        except Exception:
            self._watcher.forget(folders)
            raise

    def take_note(self, student: str) -> str:
        """What there is to say of the student's submission as it was collected, once; or ""."""
        return self._notes.pop(student, "")

    def _is_news(self, outcome: Outcome) -> bool:
        if outcome.again:
            self._watcher.forget([outcome.folder])
        if not outcome.problem:
            self._notes[outcome.student] = outcome.note
            self._told.pop(outcome.folder, None)
            return False
        before = self._told.get(outcome.folder)
        self._told[outcome.folder] = outcome.problem
        return outcome.problem != before
