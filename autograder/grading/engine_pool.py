"""Several engines in one's place: the notebooks that will be asked for next run meanwhile.

For nbgrader's own loop, which asks for one notebook after the other and knows no workers.
"""

import os
import secrets
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

from autograder.grading.engine import Engine
from autograder.grading.processes.server_handles import Zygote
from autograder.limits import Limits
from autograder.notebook.plan import Plan
from autograder.working_folder import Files

Results = list[dict[str, Any]]
_Key = tuple[Plan, frozenset, frozenset]


class EnginePool:
    """Runs plans as an `Engine` does, and those that were announced before they are asked for."""

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
        self.sandboxed: bool = settings.get("sandboxed", True)
        self.rehearsed: dict[str, Any] = {}
        self._jobs = jobs or len(os.sched_getaffinity(0))
        self._zygote = Zygote(preload, settings.get("later", ()), settings.get("gpus", False))
        self._given = (limits, preload), settings | {"zygote": self._zygote.address}
        self._begun: dict[_Key, Future[Results]] = {}
        self._start()

    def knows(self, plan: Plan, judge_files: Files, student_files: Files) -> bool:
        """Whether this was announced already."""
        return _key(plan, judge_files, student_files) in self._begun

    def announce(self, plan: Plan, judge_files: Files, student_files: Files) -> None:
        """Begin what `run` will be asked for, as soon as an engine is free."""
        if not self._engines:
            self._start()
        key = _key(plan, judge_files, student_files)
        self._begun[key] = self._executor.submit(
            _run, self._idle, self.seed, plan, judge_files, student_files
        )

    def run(self, plan: Plan, judge_files: Files, student_files: Files) -> Results:
        """As `Engine.run`. Where it raises, what else was announced is given up."""
        key = _key(plan, judge_files, student_files)
        if key not in self._begun:
            self.announce(plan, judge_files, student_files)
        try:
            return self._begun[key].result()
        except BaseException:  # Ctrl-C too
            self.forget()
            raise
        finally:
            self._begun.pop(key, None)

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
        self._zygote.close()

    def _start(self) -> None:
        given, settings = self._given
        self._engines = [Engine(*given, **settings) for _ in range(self._jobs)]
        self._idle: SimpleQueue[Engine] = SimpleQueue()
        for engine in self._engines:
            self._idle.put(engine)
        self._executor = ThreadPoolExecutor(self._jobs)

    def _end(self) -> None:
        """Without their engines, threads that wait for a notebook end at once."""
        while self._engines:
            self._engines.pop().close()
        self._executor.shutdown(cancel_futures=True)


def _key(plan: Plan, judge_files: Files, student_files: Files) -> _Key:
    return plan, frozenset(judge_files.items()), frozenset(student_files.items())


def _run(
    idle: SimpleQueue[Engine], seed: int, plan: Plan, judge_files: Files, student_files: Files
) -> Results:
    engine = idle.get()
    try:
        engine.seed = seed
        return engine.run(plan, judge_files, student_files)
    finally:
        idle.put(engine)
