"""Several engines in one's place: the notebooks that will be asked for next run meanwhile.

For nbgrader's own loop, which asks for one notebook after the other and knows no workers.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from nbformat import NotebookNode

from autograder.choices import Choices
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade_task, rehearse
from autograder.grading.processes.server_handles import Zygote
from autograder.grading.reading.desk import Desk
from autograder.grading.task import Graded, Task
from autograder.limits import Limits
from autograder.submission.rehearsal import Rehearsal
from autograder.working_folder import Files

T = TypeVar("T")


class EnginePool:
    """Grades as an `Engine` does, and what was announced before it is asked for."""

    def __init__(
        self,
        limits: Limits,
        preload: Sequence[str],
        seed: int | None,
        jobs: int | None = None,
        **settings: Any,
    ):
        """
        jobs: how many notebooks run at a time; by default one for each core.
        settings: what else an Engine is given, by name.
        """
        self.seed = secrets.randbelow(2**31) if seed is None else seed
        self.rehearsed: dict[tuple, Any] = {}  # by all its engines
        self._jobs = jobs or len(os.sched_getaffinity(0))
        self._zygote = Zygote(preload, settings.get("later", ()), settings.get("gpus", False))
        self._desk = Desk(limits)
        more = {"zygote": self._zygote.address, "desk": self._desk}
        self._given = (limits, preload), settings | more
        self._begun: dict[tuple, Future[Graded]] = {}
        self._start()

    def parse(self, submitted: bytes) -> Any:
        """As `reading.desk.Desk.parse`."""
        return self._desk.parse(submitted)

    def knows(self, task: Task) -> bool:
        """Whether this was announced already."""
        return task.key() in self._begun

    def announce(self, task: Task) -> None:
        """Begin what `run` will be asked for, as soon as an engine is free."""
        if not self._engines:
            self._start()
        grade = partial(grade_task, task=task)
        self._begun[task.key()] = self._executor.submit(_run, self._idle, self.seed, grade)

    def run(self, task: Task) -> Graded:
        """As `one_notebook.grade_task`. Where it raises, what else was announced is given up."""
        key = task.key()
        if key not in self._begun:
            self.announce(task)
        try:
            return self._begun[key].result()
        except BaseException:  # Ctrl-C too
            self.forget()
            raise
        finally:
            self._begun.pop(key, None)

    def rehearse(self, source: NotebookNode, source_files: Files, choices: Choices) -> Rehearsal:
        """As `one_notebook.rehearse`."""
        if not self._engines:
            self._start()
        own = partial(rehearse, source=source, source_files=source_files, choices=choices)
        return self._executor.submit(_run, self._idle, self.seed, own).result()

    def forget(self) -> None:
        """Give up what was announced and not asked for."""
        running = [future for future in self._begun.values() if not future.cancel()]
        self._begun.clear()
        if not all(future.done() for future in running):
            self._end()

    def close(self) -> None:
        """End all engines and whatever they still run."""
        self._begun.clear()
        self._end()
        self._desk.close()
        self._zygote.close()

    def _start(self) -> None:
        given, settings = self._given
        self._engines = [Engine(*given, **settings) for _ in range(self._jobs)]
        self._idle: SimpleQueue[Engine] = SimpleQueue()
        for engine in self._engines:
            engine.rehearsed = self.rehearsed
            self._idle.put(engine)
        self._executor = ThreadPoolExecutor(self._jobs)

    def _end(self) -> None:
        """Without their engines, threads that wait for a notebook end at once."""
        while self._engines:
            self._engines.pop().close()
        self._executor.shutdown(cancel_futures=True)


def _run(idle: SimpleQueue[Engine], seed: int, work: Callable[[Engine], T]) -> T:
    engine = idle.get()
    try:
        engine.seed = seed
        return work(engine)
    finally:
        idle.put(engine)
