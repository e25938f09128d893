"""The engine: warm servers for students and judges, and one notebook through both."""

import hmac
import secrets
import select
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from typing import Any, cast

from autograder import errors, interrupts
from autograder.errors import EngineError, JudgeLost, SubmissionError
from autograder.grading.processes.server_handles import Child, Server, Zygote, later_address
from autograder.grading.processes.server_pair import ServerPair
from autograder.grading.reading.desk import Desk, Opened
from autograder.grading.sandbox.file_tree import HOME
from autograder.grading.sandbox.settings import Sandbox
from autograder.grading.student_lease import StudentLease
from autograder.grading.task import Task
from autograder.grading.wire.frames import Lost, Message, receive, send
from autograder.limits import Limits
from autograder.notebook.ownership import NOTHING, Owned
from autograder.notebook.plan import Plan
from autograder.working_folder import Files, workspace

_WATCH_SECONDS = 0.05  # in which two cores can fill some 400 MiB

_OWN_KEY = secrets.token_hex(16)  # of whoever gives no key: the same for this process's engines


def _derived(key: str, seed: int, use: str) -> int:
    """What stands for the seed wherever a student's process may see what was drawn with it.

    A seed may be as small as 7, and all small ones are soon tried; not so with a key that never
    leaves this process. No key can come from the notebooks: a course may be public.
    """
    digest = hmac.digest(key.encode(), f"{use} {seed}".encode(), "sha256")
    return int.from_bytes(digest[:8]) >> 1


class Engine:
    """Grades notebooks. A context manager; its servers start at once, and warm up meanwhile."""

    def __init__(
        self,
        limits: Limits | None = None,
        preload: Sequence[str] = (),
        seed: int | None = None,
        reveal: bool = False,
        sandboxed: bool = True,
        readable: Sequence[str] = (),
        hidden: Sequence[str] = (),
        zygote: str = "",
        templates: bool = True,
        later: Sequence[str] = (),
        gpus: bool = False,
        desk: Desk | None = None,
        key: str = "",
    ):
        """
        preload: modules that the servers import before the first notebook.
        seed: draws the hidden inputs of every notebook of this engine; a new one unless given.
        reveal: keep test cells' tracebacks, which show their source.
        sandboxed: whether students' code runs in a sandbox; without one it has all our rights.
        readable: files and folders that it may read besides Python's, such as a data set.
        hidden: folders that it must not see; to name one within what it may read is an error.
        zygote: the address of a process that has imported `preload`; one of its own without.
        templates: whether a notebook's first cells, if they are the instructor's, are run once for
            all its submissions. Without a sandbox they never are: each has another folder.
        later: those of `preload` that notebooks which do not import them need not wait for.
        gpus: whether what is in no sandbox sees those of the machine; a `zygote` given is to be of
            the same mind.
        desk: where what was handed in is read; one of its own without.
        key: a secret, without which nobody can tell the seed from what was drawn with it. The same
            seed and key draw the same, anywhere; without one, only in this process.
        """
        self.limits = limits or Limits()
        self.seed = secrets.randbelow(2**31) if seed is None else seed
        self._key = key or _OWN_KEY
        self._reveal = reveal
        self.rehearsed: dict[tuple, Any] = {}  # by task: what the instructor's own run gave
        self.sandboxed = sandboxed
        self._zygote = None if zygote else Zygote(preload, later, gpus)
        address = self._zygote.address if self._zygote else zygote
        shown = Sandbox(self.limits.quota(), tuple(preload), tuple(readable), tuple(hidden))
        given = self.limits, *((shown, templates) if sandboxed else (None, False)), gpus
        self._own_desk = None if desk else Desk(self.limits)
        self._desk: Desk = desk or cast(Desk, self._own_desk)
        self._later = frozenset(later)
        self._pairs = [ServerPair(address, *given)]
        self._open_later = lambda: ServerPair(later_address(address), *given)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the servers and whatever they still run."""
        if self._own_desk:
            self._own_desk.close()
        for pair in self._pairs:
            pair.close()
        if self._zygote:
            self._zygote.close()

    def wait_until_warm(self) -> dict[str, str]:
        """Wait for the servers; return the imports and first uses they do without, and why."""
        self._desk.wait_until_warm()
        self._pair(later=True)
        return {name: why for pair in self._pairs for name, why in pair.wait_until_warm().items()}

    @property
    def templates(self) -> int:
        """How many there are."""
        return sum(len(pair.templates) for pair in self._pairs)

    def open(self, task: Task, owned: Owned = NOTHING) -> AbstractContextManager[Opened]:
        """A submitted notebook, read and planned, for as long as it is graded.

        owned: what of the given things is the student's.

        Raises SubmissionError for one that cannot be read, or not within the limits.
        """
        planning = {"inside": sorted(task.choices.inside), "owned": owned.as_json()}
        return self._desk.open(task.source, task.submitted, **planning)

    def results(
        self, plan: Plan, modules: Iterable[str], judge_files: Files, student_files: Files
    ) -> list[dict[str, Any]]:
        """Run one notebook's plan; the results of its cells, as `judge.server` sends them.

        modules: what its steps import. judge_files, student_files: what lies in the working folder
        of each side.

        Raises SubmissionError if the notebook takes longer than its limit, JudgeLost if its judge
        ends, EngineError if another process of ours is lost.
        """
        pair = self._pair_for(modules)
        pair.wait_until_warm()
        server: Server = pair.students
        if student_files == judge_files:
            seed = self._drawn("student")
            server = pair.templates.find(plan.opening, student_files, seed) or server
        results: list[dict[str, Any]] = []
        with workspace(judge_files) as folder, self._judge(pair.judges, folder, results) as judge:
            job = {"plan": plan.as_json(), "limits": asdict(self.limits)}
            send(judge.sock, Message(job | {"seed": self._drawn("inputs"), "reveal": self._reveal}))
            with self._lending(server, student_files) as students:
                self._attend(judge.sock, students, results)
        self._pair(later=True)  # from now on: the first notebook had the machine to itself
        return results

    def _drawn(self, use: str) -> int:
        return _derived(self._key, self.seed, use)

    def _pair_for(self, modules: Iterable[str]) -> ServerPair:
        """The servers that have imported what this notebook does, and no more than they must."""
        return self._pair(later=not self._later.isdisjoint(modules))

    def _pair(self, later: bool) -> ServerPair:
        if later and self._later and len(self._pairs) == 1:
            self._pairs.append(self._open_later())
        return self._pairs[-1 if later else 0]

    @contextmanager
    def _lending(self, server: Server, files: Files) -> Iterator[StudentLease]:
        """The notebook's student processes; without a sandbox they need a folder outside."""
        outside = nullcontext(HOME) if self.sandboxed else workspace({})
        seed = self._drawn("student")
        with (
            outside as folder,
            StudentLease(server, self.limits, files, folder, seed, self.templates) as students,
        ):
            yield students

    @contextmanager
    def _judge(
        self, judges: Server, folder: str, results: Sequence[dict[str, Any]]
    ) -> Iterator[Child]:
        child: Child | None
        child = judge = judges.fork({"folder": folder, "seed": self._drawn("judge")})
        try:
            yield judge
        except Lost as lost:
            child, code = None, judges.end(judge)
            raise JudgeLost(
                f"the judge's process ended without a verdict (exit code {code}; negative for a "
                "signal); its messages stand above, on stderr",
                len(results),
                code,
            ) from lost
        finally:
            if child:
                judges.end(child)

    def _attend(
        self, judge: socket.socket, students: StudentLease, results: list[dict[str, Any]]
    ) -> None:
        """Give the judge the student processes that it asks for, until it has all `results`."""
        # The judge keeps the notebook's time itself; this is for one that does not.
        limits = self.limits
        slack = limits.cell_seconds + 10 * limits.grace_seconds
        deadline = time.monotonic() + limits.notebook_seconds + slack
        try:
            while "done" not in (message := self._next(judge, students, deadline).head):
                if "result" in message:
                    results.append(message["result"])
                elif "want" in message:
                    students.lend_to(judge)
                elif "lost" in message:
                    send(judge, Message({"how": students.how_it_ended()}))
                else:
                    raise getattr(errors, message["failed"], EngineError)(message["why"])
        except TimeoutError:
            raise SubmissionError(
                f"the notebook took longer than its {limits.notebook_seconds:g} s, and the judge "
                "could not be stopped"
            ) from None

    def _next(self, judge: socket.socket, students: StudentLease, deadline: float) -> Message:
        """The judge's next message; until it comes, what the student's processes use is watched."""
        while not select.select([judge], [], [], _WATCH_SECONDS)[0]:
            interrupts.check()
            students.stop_if_over_limit()
            if time.monotonic() > deadline:
                raise TimeoutError
        return receive(judge, deadline)
