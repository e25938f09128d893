"""The judge: walks a plan, has the student's cells run, runs the test cells, gives the verdicts."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.check_context import Context, running_in
from autograder.errors import AutograderError
from autograder.grading.judge.conversation import unreadable
from autograder.grading.judge.marking import mark, mark_inside
from autograder.grading.judge.names import students_modules
from autograder.grading.judge.names.handing_over import handing_over
from autograder.grading.judge.names.observation import Change, Observation
from autograder.grading.judge.session import CellReply, Session
from autograder.grading.judge.source.inspecting import sources_from
from autograder.grading.judge.surroundings.all_of_it import Surroundings
from autograder.grading.shell.output_budget import OutputBudget
from autograder.grading.shell.outputs import Outputs
from autograder.grading.shell.shell import CellRun, Shell
from autograder.limits import Limits
from autograder.notebook.free_names import names_of
from autograder.notebook.lookups import INPUTS
from autograder.notebook.plan import Action, Plan, Step
from autograder.student_failure import StudentFailed, students_traceback, text_of
from autograder.verdict import Kind, Verdict


@dataclass
class CellResult:
    """What one cell of the submission got."""

    cell: int
    outputs: list[dict[str, Any]] = field(default_factory=list)
    verdict: Verdict | None = None


class Judge:
    """One notebook's judge, in a process of its own, with a namespace of its own."""

    def __init__(
        self,
        shell: Shell,
        plan: Plan,
        limits: Limits,
        seed: int,
        respawn: Callable[[], Any],
        how_it_ended: Callable[[], str],
        reveal: bool = False,
    ):
        """
        respawn: gives the socket of a fresh student process, and its number.
        how_it_ended: why the process is no more, to follow "the code ...".
        reveal: keep the tracebacks of test cells, which show their source.
        """
        self._shell, self._plan, self._limits, self._reveal = shell, plan, limits, reveal
        self._respawn, self._how_it_ended = respawn, how_it_ended
        self._context = Context(seed, plan.cells)
        self._notebook_ends = time.monotonic() + limits.notebook_seconds
        self._budget = OutputBudget(limits.output_bytes())
        self._restarts_left = limits.restarts
        self._replay: list[str] = []  # student cells to run again in a fresh process
        self._inputs: list[str] = []  # of the notebook's cells so far, as its own records have them
        self._ran: list[str] = []  # all that the student's process was told to run, in order
        self._setup_failed = ""
        self._failed_cells: list[tuple[str, str]] = []
        self._around = Surroundings(shell.user_ns, limits, plan, self._ask_student, os.getcwd())
        self._around.settle_in()
        self._session = self._new_session()
        students_modules.put(plan.stateful, lambda name: self._session.module(name))

    def results(self) -> Iterator[CellResult]:
        """Run every step of the plan; a result for each cell of the submission that it runs."""
        with running_in(self._context), sources_from(self._ran):
            for step in self._plan.steps:
                if step.action is Action.SETUP:
                    self._set_up(step)
                    continue
                if step.action is Action.TEST:
                    yield self._test(step)
                elif step.action is Action.INSIDE:
                    yield self._test_inside(step)
                else:
                    reply = self._students_cell(step.source)
                    if step.action is Action.STUDENT:
                        yield CellResult(step.cell or 0, self._budget.fit(_shown(reply)))
                if step.action is not Action.ECHO and step.source.strip():
                    self._inputs.append(step.source)

    def observed(self) -> Iterator[Change]:
        """Run every step of a plan that watches; what each changes of given things, not a mark."""
        seen = Observation(self._plan, lambda: self._session)
        with running_in(self._context):
            for step in self._plan.steps:
                if step.action in (Action.SETUP, Action.TEST):
                    self._run_here(step)
                else:
                    self._students_cell(step.source)
                yield from seen.after(step)

    def _students_cell(self, source: str) -> CellReply:
        self._ensure_alive()
        self._session.start_cell(Outputs(self._limits.output_characters))
        self._ran.append(source)
        reply = self._session.run(source, len(self._inputs) + 1)
        if self._session.lost is None:
            self._replay.append(source)
        for output in _shown(reply):
            if output["output_type"] == "error":
                self._failed_cells.append((source, f"{output['ename']}: {output['evalue']}"))
        return reply

    def _set_up(self, step: Step) -> None:
        run, _ = self._run_here(step)
        self._session.settle(names_of(step.source).bound)
        if run.error is not None:
            self._setup_failed = f"{type(run.error).__name__}: {text_of(run.error)}"[:500]

    def _test(self, step: Step) -> CellResult:
        if step.students or step.pyplot:
            self._ensure_alive()
        if names_of(step.source).used & INPUTS:
            self._shell.remember(self._inputs)
        run, outputs = self._run_here(step)
        verdict = replace(self._mark(step, run), advice=self._session.advice)
        # The shell's own error shows lines of the test around the one that failed.
        kept = [output for output in outputs if self._reveal or _may_be_shown(output)]
        return CellResult(step.cell or 0, self._budget.fit(kept), verdict)

    def _test_inside(self, step: Step) -> CellResult:
        """Run a test cell in the student's process, as stock nbgrader does, and take its word."""
        reply = self._students_cell(step.source)
        kept = [output for output in reply.outputs if self._reveal or _may_be_shown(output)]
        verdict = mark_inside(step, reply.outputs, reply.failed)
        return CellResult(step.cell or 0, self._budget.fit(kept), verdict)

    def _mark(self, step: Step, run: CellRun) -> Verdict:
        why = self._setup_failed, self._session.last_call, self._failed_cells, self._limits
        try:
            return mark(step, run, *why)
        except AutograderError:
            raise
        except BaseException as error:  # however a student's object came to be asked once more
            failed = unreadable(f"{type(error).__name__} while it was marked")
            return mark(step, CellRun(failed, None), "", lambda: ("", ""))

    def _run_here(self, step: Step) -> tuple[CellRun, list[dict[str, Any]]]:
        """Run one of the instructor's cells in this process, with the student's names in place."""
        outputs = Outputs(self._limits.output_characters)
        self._session.start_cell(outputs, "StopIteration" in step.source, self._binds(step))
        try:
            with self._shell.recording(outputs), self._time_limit():
                self._session.lend(step.students, step.shown, pyplot=step.pyplot)
                around = self._around.of_cell(step.source, is_test=step.action is Action.TEST)
                with self._without(self._missing(step.modules)), around, self._handing(step):
                    run = self._shell.run(step.source)
        except StudentFailed as failed:
            run = CellRun(failed, None)
        except BaseException as error:  # of an object of the student's, while IPython showed it
            if students_traceback(error) is None:
                raise
            run = CellRun(error, None)
        found = outputs.collected()
        if run.error is None:
            # A test that catches everything, or captures its outputs, has failed all the same.
            shown = [o["evalue"] for o in found if o["output_type"] == "error"]
            refused = self._around.refused()
            run.error = (
                self._session.failed or refused or (AssertionError(*shown) if shown else None)
            )
        return run, found

    def _binds(self, step: Step) -> frozenset[str]:
        return names_of(step.source).bound if step.action is Action.TEST else frozenset()

    @contextmanager
    def _handing(self, step: Step) -> Iterator[None]:
        """While the body runs a test cell: hand over what later cells need of it."""
        if not step.hands:
            yield
            return
        left: list[str] = []

        def hand() -> None:
            with contextlib.suppress(StudentFailed):
                left.extend(self._session.hand_over(step.hands))

        with handing_over(self._shell, step.source, step.hidden, hand):
            yield
        if left:
            self._session.run(step.visible)
        self._replay.append(step.visible)

    def _missing(self, modules: Sequence[str]) -> set[str]:
        """Those of the names that the student was to import which their process does not bind."""
        return set(modules) - self._session.names(modules).keys() if modules else set()

    @contextmanager
    def _without(self, names: set[str]) -> Iterator[None]:
        """Run the body with these names out of the judge's namespace."""
        scope = self._shell.user_ns
        ours = {name: scope.pop(name) for name in names if name in scope}
        try:
            yield
        finally:
            scope |= {name: value for name, value in ours.items() if name not in scope}

    def _ensure_alive(self) -> None:
        """After the student's process was lost: a fresh one, with the cells that it survived."""
        while self._session.lost is not None and self._restarts_left:
            self._restarts_left -= 1
            self._session = self._new_session()
            self._session.doubt()
            for source in self._replay:
                self._session.start_cell(Outputs(self._limits.output_characters))
                self._session.run(source)

    def _ask_student(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
        return self._session.operate(operation, *arguments, **keywords)

    def _new_session(self) -> Session:
        self._around.renew()
        sock, pid = self._respawn()
        self._around.clock.watch(pid)
        session = Session(
            sock,
            self._limits,
            self._shell.user_ns,
            self._plan,
            self._notebook_ends,
            self._how_it_ended,
            self._around,
        )
        session.start_cell(Outputs(self._limits.output_characters))
        with contextlib.suppress(StudentFailed):  # who then is lost, or out of time, says so again
            session.greet()
        return session

    @contextmanager
    def _time_limit(self) -> Iterator[None]:
        """Interrupt the test cell when its time is up, but never in the middle of a frame."""

        def out_of_time(signum, frame):
            if self._session.waiting:
                signal.setitimer(signal.ITIMER_REAL, 0.5)  # its own deadline ends the wait
            else:
                raise self._session.out_of_time()

        signal.signal(signal.SIGALRM, out_of_time)
        signal.setitimer(signal.ITIMER_REAL, self._session.seconds_left())
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _may_be_shown(output: dict[str, Any]) -> bool:
    """Whether an output of a test cell is free of its source: errors and warnings quote it."""
    return output["output_type"] == "display_data" or output.get("name") == "stdout"


def _shown(reply: CellReply) -> list[dict[str, Any]]:
    """The outputs of a student's cell; where it got no answer, an error that says why."""
    if reply.failed is None:
        return reply.outputs
    kept = [output for output in reply.outputs if output["output_type"] != "error"]
    name = {Kind.TIMED_OUT: "CellTimeoutError", Kind.DIED: "DeadKernelError"}.get(
        reply.failed.kind, "UnreadableAnswer"
    )
    problem = f"this cell {reply.failed.problem}"
    error = {"output_type": "error", "ename": name, "evalue": problem, "traceback": [problem]}
    return [*kept, error]
