"""One question put to one answer, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.checks.compare import Flaw, compare, show_wanted
from autograder.checks.show import shorten
from autograder.errors import AutograderError
from autograder.verdict import CheckFailed, Kind


@dataclass(frozen=True, eq=False)
class Attempt:
    """What one call gave: a value, or the error it raised."""

    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True, eq=False)
class Trial:
    """One question put to one answer: everything that a property may use.

    name: the exercise's name, as it appears in messages.
    answer: what the student (or a misconception) gives.
    source: the source of the question's arguments, as a student would write them.
    arguments: makes these arguments, new ones on each call: an answer may modify them.
    expected: the arguments -> the right answer.
    """

    name: str
    answer: Any
    source: str
    arguments: Callable[[], tuple]
    expected: Callable[..., Any]

    def ask(self, *arguments: Any) -> Attempt:
        """Call the answer. What a student raises is data.

        What is ours passes through: an AutograderError, or a CheckFailed (a stand-in's way to say
        that the student's process timed out or died).
        """
        try:
            return Attempt(value=self.answer(*arguments))
        except (AutograderError, CheckFailed):
            raise
        except Exception as error:
            return Attempt(error=error)

    @property
    def call(self) -> str:
        """A line of Python that asks the question."""
        return f"{self.name}({self.source})"

    def with_first(self, code: str) -> str:
        """A line of Python in which `x` is the first argument, and `more` are the others."""
        return f"x, *more = {self.source},; {code}"

    def judge(self, attempt: Attempt, *arguments: Any) -> Flaw | None:
        """Compare what came back with the right answer to these arguments."""
        expected = self.expected(*arguments)
        if attempt.error is not None:
            return self.raised(attempt.error, show_wanted(expected))
        return compare(attempt.value, expected)

    def raised(self, error: Exception, expected: str = "") -> Flaw:
        """The flaw of an answer that raised an error where it should not have."""
        if isinstance(error, NotImplementedError):
            problem = f"`{self.name}` is not written yet: replace the stub's last line by your code"
            return Flaw(problem, observed=error, kind=Kind.EMPTY)
        got = shorten(f"{type(error).__name__}: {error}")
        return Flaw(f"`{self.name}` raised {got}", got, expected, "", error, Kind.RAISED)
