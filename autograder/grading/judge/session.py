"""One student process as the judge knows it: cells to run, names to lend, objects to operate on."""

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from socket import socket
from typing import Any

from autograder.grading.judge import reply_claims
from autograder.grading.judge.calls import NO_VALUE, Calls
from autograder.grading.judge.names.read_instead import ReadInstead
from autograder.grading.judge.objects import exceptions
from autograder.grading.judge.objects.stand_ins import Handle
from autograder.grading.judge.questions import Questions
from autograder.grading.judge.surroundings.all_of_it import Surroundings
from autograder.grading.judge.time_limits import TimeLimits
from autograder.grading.shell.outputs import Outputs
from autograder.grading.wire.codecs.described.known import libraries_of
from autograder.limits import Limits
from autograder.notebook.plan import Plan
from autograder.student_failure import StudentFailed
from autograder.text import describe


@dataclass
class CellReply:
    """How a cell of the student's ended, by their process's word."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    failed: StudentFailed | None = None  # it got no answer, or ran out of time


class Session:
    """One student process. After it is lost every question fails with how it was lost."""

    def __init__(
        self,
        sock: socket,
        limits: Limits,
        scope: dict[str, Any],
        plan: Plan,
        notebook_ends: float,
        how_it_ended: Callable[[], str],
        around: Surroundings,
    ):
        """
        scope: the judge's namespace, where the student's names are lent, and classes looked up.
        plan: says which classes are the student's, and so have their operators forwarded, and
            which are given, and so cross as their attributes.
        notebook_ends: on time.monotonic()'s clock, when the notebook's time is used up.
        around: what stands around a call.
        how_it_ended: why the process is no more, to follow "the code ...".
        """
        self._limits, self._plan = limits, plan
        self._time = TimeLimits(limits, notebook_ends)
        self._around = around
        self._questions = Questions(
            sock, self, limits, self._time, scope, plan, how_it_ended, around
        )
        self._calls = Calls(self._questions, self._time, self._show)
        self._advice = ReadInstead(plan.readers)
        self._may_stop = False
        self.outputs = Outputs(limits.output_characters)  # what the student's code prints in calls
        self.failed: StudentFailed | None = None  # the cell's first: a test may swallow it

    def greet(self) -> None:
        """Tell a fresh process of the given classes, the student's, and what the notebook imports.

        Raises StudentFailed if it is lost.
        """
        given, theirs = self._plan.given, self._plan.classes
        libraries = libraries_of(self._plan.imports)
        if given or theirs or libraries:
            told = {"given": given, "theirs": theirs, "libraries": libraries}
            self._questions.ask({"do": "give"} | told)

    @property
    def lost(self) -> StudentFailed | None:
        """How the process was lost, if it was."""
        return self._questions.line.lost

    @property
    def waiting(self) -> bool:
        """Whether a frame is on its way, in the middle of which nothing may be raised."""
        return self._questions.line.waiting

    def seconds_left(self) -> float:
        """The time that the cell has left, more than 0, which an alarm would take for none."""
        return max(self._time.left(), 0.001)

    def out_of_time(self) -> StudentFailed:
        """The failure of a call or a cell whose time is up, or the notebook's."""
        return self._time.out_of_time()

    def start_cell(
        self, outputs: Outputs, may_stop: bool = False, binds: Collection[str] = ()
    ) -> None:
        """Begin a cell: its time, its callbacks and its outputs are counted from now.

        may_stop: whether the cell expects that a call raises StopIteration.
        binds: the names of a test's own.
        """
        self._advice.start_cell(binds)
        self._may_stop = may_stop
        self._time.start_cell()
        self._questions.callbacks.start_cell()
        self.outputs = outputs
        self._calls.last = None
        self.failed = None

    @property
    def advice(self) -> str:
        """What to tell the student of the cell's calls, though no test failed by it."""
        return self._advice.told

    def doubt(self) -> None:
        """Note that this process is a fresh one: names that tests have bound are not there."""
        self._questions.shown.sure = False

    def settle(self, names: Collection[str]) -> None:
        """Note that a given cell has bound these names, on both sides."""
        self._questions.shown.settle(names)

    def hand_over(self, names: Iterable[str]) -> list[str]:
        """Bind what the judge's names stand for in the student's process, too.

        Returns those that cannot cross but as functions of ours.
        """
        return self._questions.hand_over(names)

    def lend(
        self, names: Iterable[str], shown: Collection[str] = (), *, pyplot: bool = False
    ) -> None:
        """Put the student's values of these names into the judge's namespace, as they are now.

        shown: the names of the judge's that are to be on the student's side when it is called.
        pyplot: have the same figures open on both sides, from now to the next `lend`.
        """
        self._questions.shown.start_cell(shown)
        wanted, lent = tuple(names), self._questions.lent
        self._calls.share_figures(pyplot)
        asks = wanted or lent
        lent.renew(wanted, self.names(wanted, lend=True) if asks else {})

    def run(self, source: str, number: int = 0) -> CellReply:
        """Run a cell in the student's process.

        number: of the cell in the notebook, from 1, which its results are known by.
        """
        try:
            reply = self._questions.ask({"do": "run", "source": source, "count": number}).head
            most = self._limits.output_characters
            outputs = reply_claims.outputs(reply.get("outputs"), most_characters=most)
        except StudentFailed as failed:
            return CellReply(failed=failed)
        return CellReply(outputs, self.out_of_time() if reply.get("timed out") else None)

    def fingerprints(self, names: Sequence[str], modules: Sequence[str]) -> dict[str, list[Any]]:
        """What tells whether a name's value, or a module's state, is as it was; {} if lost."""
        try:
            asked = {"do": "fingerprints", "names": list(names), "modules": list(modules)}
            found = self._questions.ask(asked).head.get("found")
        except StudentFailed:
            return {}
        return found if isinstance(found, dict) else {}

    def taken_back(self) -> set[str]:
        """The lent names that calls of the student's code changed in this cell."""
        return self._questions.lent.taken

    def names(self, names: Iterable[str], *, lend: bool = False) -> dict[str, Any]:
        """The values that the student's process binds to these names, where it does.

        lend: have it tell, after each call, which of them have changed.
        """
        reply = self._questions.ask({"do": "names", "names": sorted(names), "lend": lend})
        found = self._questions.read(
            reply, lambda decoder: decoder.pairs(reply_claims.pairs(reply.head["names"]))
        )
        return {name: found[name] for name in names if name in found}

    def operate(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
        """Do something with the student's objects: "call", "getattr", "len", ... on the first.

        Raises what the student's code raises, where it is a builtin or a library's exception, and
        StudentFailed where there is no answer.
        """
        if operation == "call":
            self._questions.shown.passed = self._advice.names(arguments, keywords)
        try:
            self._around.lend(arguments, keywords)
            with self._around.clock.timing(), self._around.apart():
                return self._calls.make(operation, arguments, keywords)[0]
        except StudentFailed as failed:
            self.failed = self.failed or failed
            raise
        except StopIteration as stop:
            if operation == "next" or self._may_stop:
                raise
            # `all(map(answer, xs))` would take it for the end of its own items, and be true.
            raise exceptions.no_end(stop) from None

    def module(self, name: str) -> Any:
        """The stand-in for a module of the student's process."""
        return self.operate("module", name)

    def operators_used(self, function: Handle, *arguments: Any) -> list[str]:
        """The aten operators that a call of the student's function claims to use."""
        return self._calls.make("call", (function, *arguments), {}, operators=True)[1]

    def last_call(self) -> tuple[str, str]:
        """The cell's last call of the student's code, and what it gave, as text; or blanks."""
        if self._calls.last is None:
            return "", ""
        (function, *given), keywords, value = self._calls.last
        name = self._questions.lent.name_of(function) or "your function"
        try:
            shown = [*map(describe, given), *(f"{k}={describe(v)}" for k, v in keywords.items())]
            gave = "" if value is NO_VALUE else describe(value)
        except StudentFailed:  # to show an object of the student's is to ask for it
            return f"{name}(…)", ""
        return f"{name}({', '.join(shown)})", gave

    def _show(self, claimed: Any) -> None:
        """Show what the student's code printed in a call; text where the test now sends its own."""
        for output in reply_claims.outputs(claimed, stderr_as="stdout"):
            if output["output_type"] == "stream":
                sys.stdout.write(output["text"])
            else:
                self.outputs.extend([output])
