"""The engine: warm servers for students and judges, and one notebook through both."""

import random
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from autograder import errors
from autograder.errors import EngineError, SubmissionError
from autograder.limits import Limits
from autograder.plan import Plan
from autograder.servers import Child, WarmServer
from autograder.wire.frames import Lost, Message, receive, send
from autograder.workspace import Files, workspace


class Engine:
    """Runs plans. A context manager; its servers start at once and warm up in the background."""

    def __init__(
        self,
        limits: Limits | None = None,
        preload: Sequence[str] = (),
        seed: int | None = None,
        reveal: bool = False,
    ):
        """
        preload: modules that both servers import before the first notebook.
        seed: draws the hidden inputs of every notebook of this engine; a new one unless given.
        reveal: keep test cells' tracebacks, which show their source.
        """
        self.limits = limits or Limits()
        self.seed = secrets.randbelow(2**31) if seed is None else seed
        self._reveal = reveal
        self.rehearsed: dict[str, Any] = {}  # by source: what the instructor's own run gave
        self._students = WarmServer("autograder.student.server", preload)
        self._judges = WarmServer("autograder.judge.server", preload)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End both servers and whatever they still run."""
        self._students.close()
        self._judges.close()

    def wait_until_warm(self) -> dict[str, str]:
        """Wait for the servers' imports; return the modules that failed to import, with why."""
        return self._students.wait_until_warm() | self._judges.wait_until_warm()

    def run(self, plan: Plan, judge_files: Files, student_files: Files) -> list[dict]:
        """Run one notebook's plan; the results of its cells, as `judge.server` sends them.

        judge_files, student_files: what lies in the working folder of each side.

        Raises SubmissionError if the notebook takes longer than its limit, CourseError if a test
        cell is itself wrong, EngineError if a process of ours is lost.
        """
        with (
            workspace(judge_files) as judges_folder,
            workspace(student_files) as students_folder,
            self._judge(judges_folder) as judge,
        ):
            job = {"plan": plan.as_json(), "limits": asdict(self.limits)}
            send(judge.sock, Message(job | {"seed": self.seed, "reveal": self._reveal}))
            return self._attend(judge.sock, students_folder)

    @contextmanager
    def _judge(self, folder: str) -> Iterator[Child]:
        child = self._judges.fork({"folder": folder, "seed": self.seed})
        try:
            yield child
        except Lost as lost:
            code = self._judges.end(child)
            raise EngineError(
                f"the judge's process ended without a verdict (exit code {code}; negative for a "
                "signal); its messages stand above, on stderr"
            ) from lost
        finally:
            self._judges.end(child)

    def _attend(self, judge: socket.socket, folder: str) -> list[dict[str, Any]]:
        """Give the judge the student processes that it asks for, until it has the results."""
        # The judge keeps the notebook's time itself; this is for one that does not.
        limits = self.limits
        slack = limits.cell_seconds + 10 * limits.grace_seconds
        deadline = time.monotonic() + limits.notebook_seconds + slack
        student: Child | None = None
        results: list[dict[str, Any]] = []
        try:
            while "done" not in (message := receive(judge, deadline).head):
                if "result" in message:
                    results.append(message["result"])
                elif "want" in message:
                    if student is not None:
                        self._students.end(student)
                    student = self._lend_student(judge, folder)
                else:
                    raise getattr(errors, message["failed"], EngineError)(message["why"])
        except TimeoutError:
            raise SubmissionError(
                f"the notebook took longer than its {limits.notebook_seconds:g} s, and the judge "
                "could not be stopped"
            ) from None
        finally:
            if student is not None:
                self._students.end(student)
        return results

    def _lend_student(self, judge: socket.socket, folder: str) -> Child:
        """A fresh student process, its socket handed to the judge."""
        student = self._students.fork(
            {
                "folder": folder,
                # Not the judge's: it draws the hidden inputs.
                "seed": random.Random(f"student {self.seed}").randrange(2**31),
                "output_characters": self.limits.output_characters,
            }
        )
        with student.sock as sock:
            socket.send_fds(judge, [b"."], [sock.fileno()])
        return student
