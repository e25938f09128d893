"""`autograder watch`: grades what arrives, until it is stopped; its workers stay warm meanwhile."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from autograder import fast_imports, interrupts  # noqa: F401  (fast_imports comes first)

# isort: split
from autograder.class_run.arrivals.folder_watcher import QUIET_SECONDS, FolderWatcher
from autograder.class_run.workers.pool import LocalPool, Pool
from autograder.commands.terminal import print_json, say
from autograder.errors import AutograderError, CourseError
from autograder.notebook.imports import first_guess
from autograder.text import shorten

LOOK_SECONDS = 10  # between two looks at all folders, for file systems that tell of no events
TRIES = 5  # of what the gradebook, the disk or the engine does not allow; longer and longer apart


@dataclass(frozen=True)
class Choice:
    """What was typed after `autograder watch`. inbound: None takes it where it is there."""

    assignment: str
    jobs: int | None = None
    feedback: bool = True
    release: bool = False
    inbound: bool | None = None
    json: bool = False
    sandbox: str | None = None  # "on" or "off", or as the course's configuration has it


def main(root: Path, choice: Choice) -> int:
    """Watch until Ctrl-C or SIGTERM; returns the exit code: 0 then, 1 for a fault that stays."""
    jobs = choice.jobs or len(os.sched_getaffinity(0))
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with (
            interrupts.put_off(),
            LocalPool(jobs, first_guess(root / "source" / choice.assignment)) as pool,
            chdir(root),
        ):
            _Watch(root, choice, pool).serve()
    except AutograderError as error:
        if choice.json:
            print_json({"error": str(error)})
        say(f"Error: {error}")
        return 1
    except KeyboardInterrupt:
        pass
    say("Stopped: what is graded is kept, the same command goes on with the others")
    return 0


class _Watch:
    def __init__(self, root: Path, choice: Choice, pool: Pool):
        from autograder.class_run.arrivals.collecting import Collecting
        from autograder.class_run.arrivals.exchange import Exchange
        from autograder.class_run.runner import Runner

        self._runner = Runner(root, choice.sandbox)
        self._choice, self._pool = choice, pool
        self._course, self._assignment = self._runner.course, choice.assignment
        self._runner.check_assignment(choice.assignment)
        self._exchange = Exchange(self._runner, choice.assignment)
        self._handed_in = FolderWatcher(self._submissions, self._student_of)
        self._submitted = self._course.submitted_root()
        self._submitted.mkdir(parents=True, exist_ok=True)
        wanted = self._exchange.has_inbound if choice.inbound is None else choice.inbound
        self._collecting = Collecting(self._exchange.inbound()) if wanted else None
        self._failures = 0

    def serve(self) -> None:
        """Grade what is there and what arrives. Ends with a fault that stays, or a signal."""
        if self._runner.sandbox == "off":
            say("GRADING WITHOUT A SANDBOX: students' code has all your rights")
        folders = [str(self._submitted)]
        folders += [str(self._collecting.folder)] if self._collecting else []
        self._tell({"watching": folders}, f"Watching {' and '.join(folders)}")
        for paths in self._changes():
            if self._collecting:
                self._collect(self._collecting.refused(paths is None, time.monotonic()))
            self._grade(self._handed_in.look(paths, time.monotonic()))

    def _changes(self) -> Iterator[list[Path] | None]:
        """Where something happened in `submitted/`, twice a second; now and then None: look at all.

        Of the exchange no events are asked for: see `Inbound.changed`.
        """
        looked = float("-inf")
        for changes in self._events():
            if time.monotonic() > looked + LOOK_SECONDS:
                yield None
                looked = time.monotonic()
            else:
                yield [Path(path) for _, path in changes]

    def _events(self) -> Iterator[set[tuple[Any, str]]]:
        from watchfiles import watch

        while not interrupts.is_set():
            try:
                yield from watch(
                    self._submitted,
                    watch_filter=None,
                    step=100,
                    debounce=400,
                    rust_timeout=int(QUIET_SECONDS * 500),
                    yield_on_timeout=True,
                    stop_event=interrupts,
                )
            except (OSError, RuntimeError):  # a name that is not UTF-8, no more watches to be had
                interrupts.sleep(QUIET_SECONDS / 2)
                yield set()

    def _submissions(self) -> dict[str, Path]:
        found = self._course.students(self._assignment)
        # Resolved: an instructor may have made a link of one, and no link is followed later.
        return {s: self._course.submitted_folder(self._assignment, s).resolve() for s in found}

    def _student_of(self, path: Path) -> str | None:
        return self._course.student_of(self._assignment, path)

    def _collect(self, refused: Iterator[Any]) -> None:
        try:
            for outcome in refused:
                folder, reason = shorten(outcome.folder, 300), shorten(outcome.problem, 500)
                told = {"folder": folder, "status": "not collected", "reason": reason}
                self._tell(told, f"{folder} is not collected: {reason}")
        except (AutograderError, SQLAlchemyError, OSError) as error:
            self._failed(error)

    def _grade(self, students: Sequence[str]) -> None:
        """Grade and tell; what could not be done for a fault of ours is tried again later."""
        left = dict.fromkeys(students)
        if not left:
            return
        skipped = 0
        try:
            for result in self._runner.grade(self._assignment, list(left), pool=self._pool):
                left.pop(result.student)
                skipped += result.skipped
                self._finish(result)
            self._failures = 0
        except (AutograderError, SQLAlchemyError, OSError) as error:
            self._handed_in.forget(left)
            self._failed(error)
        if skipped:
            told = f"{skipped} graded before, nothing changed"
            self._tell({"skipped": skipped}, told)

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        reason = str(getattr(error, "orig", None) or error)  # without SQLAlchemy's statement
        if self._failures >= TRIES:
            raise CourseError(f"nothing could be graded, {TRIES} times: {reason}") from error
        say(f"Tried again soon: {reason}")
        interrupts.sleep(2**self._failures)

    def _finish(self, result: Any) -> None:
        """Write the feedback on a result, and tell of both in a line."""
        from autograder.commands.summary import result_json

        if self._collecting and (note := self._collecting.take_note(result.student)):
            result = replace(result, notes=(*result.notes, note))
        problem, written = "", False
        exchange, student = self._exchange, result.student
        if self._choice.feedback and not result.ungraded:
            if not (result.skipped and exchange.feedback_is_there(student)):
                problem, written = exchange.write_feedback(student), True
            if self._choice.release and written and not problem:
                problem = exchange.release_feedback(student)
        if result.skipped and not written:
            return
        told = {"feedback": written and not problem} | ({"problem": problem} if problem else {})
        self._tell(result_json(result) | told, _in_words(result, problem))

    def _tell(self, data: dict[str, Any], words: str) -> None:
        if self._choice.json:
            print_json(data)
        else:
            from autograder.commands import tables

            line = f"{time.strftime('%H:%M:%S')} {words}"
            tables.console().print(tables.plain(line, limit=2000))


def _in_words(result: Any, problem: str) -> str:
    if result.ungraded:
        return f"{result.student}: ungraded: {result.ungraded}"
    told = [f"{result.student}: {result.score:g} of {result.max_score:g} points"]
    told += [f"{result.to_review:g} wait for a grader"] if result.to_review else []
    told += [mistake] if (mistake := result.first_mistake()) else []
    told += [f"no feedback: {problem}"] if problem else []
    return "; ".join((*told, *result.notes))
