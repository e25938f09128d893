"""All that stands around a call, in one place: what goes with a question, comes with a reply."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from autograder.grading.judge.surroundings.clock import Clock
from autograder.grading.judge.surroundings.environment import Environment
from autograder.grading.judge.surroundings.files import Files
from autograder.grading.judge.surroundings.guard import Guard
from autograder.grading.judge.surroundings.logged import Logged
from autograder.grading.judge.surroundings.over_there import Ask
from autograder.grading.judge.surroundings.rebindings import Rebindings
from autograder.grading.judge.surroundings.replacements import Replacements
from autograder.grading.judge.surroundings.student_modules import StudentModules
from autograder.grading.judge.surroundings.warned import Warned
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.limits import Limits
from autograder.notebook.plan import Plan
from autograder.student_failure import StudentFailed

Node = Any


class Surroundings:
    """Of one judge, whatever becomes of the student's processes.

    clock: is told of the time that calls take.
    """

    def __init__(
        self,
        scope: Mapping[str, Any],
        limits: Limits,
        plan: Plan,
        ask: Ask,
        folder: str,
    ):
        """
        scope: the judge's namespace.
        ask: has something done in the student's process, as `Session.operate`.
        folder: the judge's working folder, with what lies beside the notebook.
        """
        self._guard = Guard(folder, ask)
        self._files = Files(folder, limits.quota().disk_bytes, self._guard)
        self._environment = Environment(folder, self._files.lend)
        beside = [text for name, text in self._guard.given.items() if name.endswith(".py")]
        beside_it = [text.decode("utf-8", "replace") for text in beside]
        self._rebindings = Rebindings(scope, plan.given, beside_it)
        self._replacements = Replacements(folder)
        self._warned, self._logged = Warned(scope), Logged()
        self.clock = Clock([*(step.source for step in plan.steps), *beside_it])
        self._modules = StudentModules(plan.modules, partial(ask, "call", import_module))
        self._started = False

    def settle_in(self) -> None:
        """Have this process's temporary files lie where they may be shared, its clocks be fair."""
        self._files.make_temporary()
        self.clock.install()

    def renew(self) -> None:
        """A fresh process of the student's knows nothing of what the last one was told."""
        self._started = False
        for part in (self._files, self._environment, self._rebindings):
            part.renew()

    @contextmanager
    def of_cell(self, source: str, *, is_test: bool) -> Iterator[None]:
        """While a cell of the instructor's runs in the judge."""
        self._logged.meet(source)
        with ExitStack() as stack:
            stack.enter_context(self._modules.importable())
            stack.enter_context(self._rebindings.watched(source))
            yield
        if not is_test:  # both sides run it
            self._warned.settle()
            self._environment.settle()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Run the body, which is ours, without what a test has bound anew."""
        with self._rebindings.apart(), self._replacements.ours():
            yield

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Run the body, a function of a test's that the student's code calls, within `apart`."""
        with ExitStack() as stack:
            stack.enter_context(self._rebindings.in_place())
            if self._rebindings:
                stack.enter_context(self._replacements.answering())
            yield

    def refused(self) -> StudentFailed | None:
        """What a cell was not allowed, though it may have gone on; asked for once."""
        found, self._guard.refused = self._guard.refused, None
        return found

    def lend(self, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> None:
        """Share the temporary files that these arguments name."""
        self._files.name_to_them(arguments, keywords)

    def sent(self, encoder: Encoder) -> Node:
        """What goes with a question; None where nothing has changed."""
        told: dict[str, Node] = {}
        if not self._started:
            self._started, told["start"] = True, self._files.start()
        told["environment"] = self._environment.sent()
        with self._guard.ours():
            told["files"] = self._files.sent(encoder)
        told["rebindings"] = self._rebindings.changes(encoder)
        told["warnings"], told["logs"] = self._warned.sent(), self._logged.sent()
        return {what: node for what, node in told.items() if node} or None

    def take(self, claimed: Any, decoder: Decoder) -> None:
        """What came with a reply. Raises WireError for what is none of it."""
        with self._guard.ours():
            self._files.take(claimed.get("files", ()), decoder)
        self._environment.take(claimed.get("input"))
        self._logged.take(claimed.get("logs", ()))
        with self._rebindings.in_place():
            self._warned.take(claimed.get("warnings", ()), decoder)
