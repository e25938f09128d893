"""`autograder watch`: grades what arrives, until it is stopped; its workers stay warm meanwhile."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from autograder import fast_imports, interrupts  # noqa: F401  (fast_imports comes first)

# isort: split
from autograder.class_run.folder_watcher import QUIET_SECONDS, FolderWatcher
from autograder.class_run.workers.pool import LocalPool, Pool
from autograder.commands.terminal import print_json, say
from autograder.errors import AutograderError, CourseError
from autograder.notebook.imports import first_guess

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
        from autograder.class_run.exchange import Exchange
        from autograder.class_run.runner import Runner

        self._runner = Runner(root, choice.sandbox)
        self._choice, self._pool = choice, pool
        self._course, self._assignment = self._runner.course, choice.assignment
        self._runner.check_assignment(choice.assignment)
        self._exchange = Exchange(self._runner, choice.assignment)
        self._handed_in = FolderWatcher(self._submissions, self._student_of)
        self._inbound: FolderWatcher | None = None
        self._folders = [self._course.submitted_root()]
        self._folders[0].mkdir(parents=True, exist_ok=True)
        if choice.inbound or (choice.inbound is None and self._exchange.inbound.is_dir()):
            self._exchange.check_inbound()
            self._inbound = FolderWatcher(self._exchange.arrived, self._exchange.folder_of)
            self._folders.append(self._exchange.inbound)
        self._failures = 0

    def serve(self) -> None:
        """Grade what is there and what arrives. Ends with a fault that stays, or a signal."""
        if self._runner.sandbox == "off":
            say("GRADING WITHOUT A SANDBOX: students' code has all your rights")
        folders = [str(folder) for folder in self._folders]
        self._tell({"watching": folders}, f"Watching {' and '.join(folders)}")
        for paths in self._changes():
            if self._inbound:
                for folder in self._inbound.look(paths, time.monotonic()):
                    self._collect(folder)
            self._grade(self._handed_in.look(paths, time.monotonic()))

    def _changes(self) -> Iterator[list[Path] | None]:
        """Where something happened, soon after it did; None when it is time to look at all."""
        from watchfiles import watch

        looked = float("-inf")
        for changes in watch(
            *self._folders,
            watch_filter=None,
            step=100,
            debounce=400,
            rust_timeout=int(QUIET_SECONDS * 500),
            yield_on_timeout=True,
            stop_event=interrupts,
        ):
            if time.monotonic() > looked + LOOK_SECONDS:
                yield None
                looked = time.monotonic()
            elif changes or self._handed_in.waiting or (self._inbound and self._inbound.waiting):
                yield [Path(path) for _, path in changes]

    def _submissions(self) -> dict[str, Path]:
        found = self._course.students(self._assignment)
        return {s: self._course.submitted_folder(self._assignment, s) for s in found}

    def _student_of(self, path: Path) -> str | None:
        return self._course.student_of(self._assignment, path)

    def _collect(self, folder: str) -> None:
        if problem := self._exchange.collect(folder):
            self._tell({"folder": folder, "status": "not collected", "reason": problem}, problem)

    def _grade(self, students: Sequence[str]) -> None:
        """Grade and tell; what could not be done for a fault of ours is tried again later."""
        left = dict.fromkeys(self._whole(students))
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

    def _whole(self, students: Sequence[str]) -> Iterator[str]:
        """Without those of which the exchange has not given all: the timestamp comes last."""
        for student in students:
            folder = self._course.submitted_folder(self._assignment, student)
            if not self._inbound or (folder / "timestamp.txt").exists():
                yield student

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
