"""What a course writes for each exercise: values that refuse nonsense when they are made.

    def expected(xx):                                    # float64, from the same input
        return probabilities(torch.exp(xx.double()) / ..., like=xx)

    share = Exercise(
        name="share",                                    # what the student binds
        expected=expected,
        behaviours=(
            Behaviour(
                "values",
                shown=cases("torch.tensor([1., 2., 3.])"),        # a call's arguments, as source
                hidden=lambda random: cases(f"torch.arange({random.randint(2, 9)}.)"),
            ),
            Behaviour("gradient", shown=cases("torch.tensor([...])", holds=gradient), hidden=...),
        ),
        misconceptions=(Misconception("forgot exp", lambda xx: xx / xx.sum(), "Advice."),),
    )
    share(answer, "values")                 # None, or raises CheckFailed(finding, kind)
    share(answer, "values", hidden=True)    # inputs drawn from check_context's seed

A case is the very line that a student can paste, so what is asked and what is shown cannot differ.
It is evaluated in a namespace of torch, np, inf, nan and the exercise's own `names`, anew for every
call, so an answer that modifies its arguments spoils nothing. What must hold of the answer is the
case's property: see `properties` (values, input_kept, refuses, ...), `gradient` and `by_hand`.
"""

import math
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from random import Random
from types import CodeType, MappingProxyType
from typing import Any

import numpy as np
import torch

from autograder.check_context import Context, current, running_in
from autograder.checks.compare import Flaw
from autograder.checks.diagnose import Question, whose_answers
from autograder.checks.properties import Property, value_of_variable, values
from autograder.checks.show import show
from autograder.checks.trial import Trial
from autograder.text import shorten
from autograder.verdict import CheckFailed, Finding, Kind

_ENOUGH = 3  # failing cases to look at: for the diagnosis, and so that a slow answer ends soon
_NAMES = {"torch": torch, "np": np, "inf": math.inf, "nan": math.nan}


@dataclass(frozen=True)
class Case:
    """One question: the source of a call's arguments, and what must hold of the answer."""

    arguments: str
    holds: Property = values

    def __post_init__(self):
        _compiled(self.arguments)  # a SyntaxError belongs to its author


@lru_cache(maxsize=10_000)
def _compiled(arguments: str) -> CodeType:
    """The source of a call's arguments, as an expression that gives them as a tuple."""
    return compile(f"({arguments},)" if arguments else "()", "<case>", "eval")


def cases(*arguments: str, holds: Property = values) -> tuple[Case, ...]:
    """One case for each source of arguments, all with the same property."""
    return tuple(Case(source, holds) for source in arguments)


_Failure = tuple[Case, Flaw]

#: For an exercise that is a variable: the question has no arguments.
VARIABLE = (Case("", value_of_variable),)


@dataclass(frozen=True)
class Misconception:
    """A mistake with a name: the wrong implementation it leads to, and advice in a sentence."""

    name: str
    wrong: Any
    advice: str

    def __post_init__(self):
        _require(self.name.strip(), "a misconception needs a name")
        _require(self.advice.strip(), f"misconception {self.name!r} needs advice for the student")


@dataclass(frozen=True)
class Behaviour:
    """One thing that is graded: a few fixed, readable cases, and many drawn at random.

    hidden: draws the cases, each run's from one `random.Random`.
    """

    name: str
    shown: tuple[Case, ...]
    hidden: Callable[[Random], Iterable[Case]]

    def __post_init__(self):
        _require(self.name.strip(), "a behaviour needs a name")
        _require(self.shown, f"behaviour {self.name!r} shows the student no case")


@dataclass(frozen=True)
class Exercise:
    """One thing that the student writes. Call it with the student's answer and a behaviour's name.

    expected: the arguments -> the right answer: a `compare.Wanted`, a mapping of names to them
        for a tuple, or whatever else the exercise's own properties understand.
    names: what the cases' sources may use beside torch, np, inf and nan.
    module: where it is written; by default the module that makes it. Right answers lie in its
        package, so what is to be written by hand must not reach that.
    """

    name: str
    expected: Callable[..., Any]
    behaviours: tuple[Behaviour, ...]
    misconceptions: tuple[Misconception, ...] = ()
    names: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    module: str = field(default_factory=lambda: _module_of_author(), compare=False)
    _known_flaws: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self):
        _require(self.name.isidentifier(), f"{self.name!r} is not a name a student can bind")
        _require(self.behaviours, f"exercise {self.name!r} grades nothing")
        _require_unique(f"behaviour of {self.name}", [b.name for b in self.behaviours])
        _require_unique(f"misconception of {self.name}", [m.name for m in self.misconceptions])

    def __call__(self, answer: Any, behaviour: str, *, hidden: bool = False) -> None:
        """Check one behaviour of `answer`.

        Raises CheckFailed with a finding, or LookupError for a behaviour that there is not.
        """
        if answer is ... or answer is None:
            problem = f"`{self.name}` is not written yet: put your answer in its cell"
            raise CheckFailed(Finding(behaviour, problem), Kind.EMPTY)
        failures = list(islice(self._failures(answer, self.cases(behaviour, hidden)), _ENOUGH))
        if failures:
            raise CheckFailed(self._finding(answer, behaviour, failures), failures[0][1].kind)

    def cases(self, behaviour: str, hidden: bool) -> tuple[Case, ...]:
        """The cases of a behaviour: the shown, or those drawn from the context's seed."""
        found = self._behaviour(behaviour)
        if not hidden:
            return found.shown
        seed = current().seed
        return tuple(found.hidden(Random(f"{seed} {self.name} {behaviour}")))

    def _behaviour(self, name: str) -> Behaviour:
        for behaviour in self.behaviours:
            if behaviour.name == name:
                return behaviour
        have = ", ".join(repr(behaviour.name) for behaviour in self.behaviours)
        raise LookupError(f"`{self.name}` has no behaviour {name!r}; it has {have}")

    def trial(self, answer: Any, case: Case) -> Trial:
        """The question of `case`, put to `answer`."""
        arguments, package = (lambda: self._arguments(case)), self.module.partition(".")[0]
        return Trial(self.name, answer, case.arguments, arguments, self.expected, package)

    def _arguments(self, case: Case) -> tuple:
        # Our own source, never a student's: it was written beside the reference.
        return eval(_compiled(case.arguments), {**_NAMES, **self.names})

    def _failures(self, answer: Any, asked: Iterable[Case]) -> Iterator[_Failure]:
        for case in asked:
            flaw = case.holds(self.trial(answer, case))
            if flaw:
                yield case, flaw

    def _finding(self, answer: Any, behaviour: str, failures: Sequence[_Failure]) -> Finding:
        case, flaw = failures[0]
        mistake = self._mistake(answer, failures)
        shown = shorten(", ".join(map(show, self._arguments(case))))
        return Finding(
            behaviour=behaviour,
            problem=flaw.problem,
            input=self._call(shown),
            got=flaw.got,
            expected=flaw.expected,
            first_bad=flaw.first_bad,
            reproduce=flaw.reproduce or self._call(case.arguments),
            mistake=mistake.name if mistake else "",
            advice=mistake.advice if mistake else "",
        )

    def _mistake(self, answer: Any, failures: Sequence[_Failure]) -> Misconception | None:
        if failures[0][1].kind is Kind.EMPTY:
            return None
        failed = [self._question(flaw, case) for case, flaw in failures]
        # A misconception divides by zero as the student does; it was not they who ran it.
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            return whose_answers(failed, self.misconceptions, lambda: self._all_shown(answer))

    def _call(self, arguments: str) -> str:
        """The call as a line of Python; "" for a variable, which is its own answer."""
        return f"{self.name}({arguments})" if arguments else ""

    def _question(self, flaw: Flaw | None, case: Case) -> Question:
        return flaw, lambda wrong: self._flaw_of_known(wrong, case)

    def _flaw_of_known(self, wrong: Any, case: Case) -> Flaw | None:
        """What a misconception gets wrong: asked once, for every failed behaviour asks it again."""
        key = case, id(wrong)
        if key not in self._known_flaws:
            with running_in(Context(cells=())):  # the student's are not its source
                # Written beside the right answers, which are no matter of its own.
                self._known_flaws[key] = case.holds(replace(self.trial(wrong, case), package=""))
        return self._known_flaws[key]

    def _all_shown(self, answer: Any) -> list[Question]:
        """Every shown case of every behaviour, put to the student's answer."""
        shown = [case for behaviour in self.behaviours for case in behaviour.shown]
        return [self._question(case.holds(self.trial(answer, case)), case) for case in shown]


def _module_of_author() -> str:
    """The module whose code makes an exercise."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", ""))


def _require(condition: Any, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _require_unique(what: str, names: list[str]) -> None:
    double = {name for name in names if names.count(name) > 1}
    _require(not double, f"there are two of one {what}: {', '.join(sorted(double))}")
