"""One question put to one answer, and what came of it."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.checks.compare import Flaw, compare, show_wanted
from autograder.errors import AutograderError
from autograder.text import shorten
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
    package: the one that holds the exercise; "" where none is known.
    """

    name: str
    answer: Any
    source: str
    arguments: Callable[[], tuple]
    expected: Callable[..., Any]
    package: str = ""

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
    def sources(self) -> list[str]:
        """The source of each argument."""
        call = f"f({self.source})"
        parsed = ast.parse(call, mode="eval").body
        assert isinstance(parsed, ast.Call)
        return [call[one.col_offset : one.end_col_offset] for one in parsed.args]

    def call_with(self, source: str, index: int = 0) -> str:
        """A line of Python that asks the question with `source` in place of one argument."""
        sources = self.sources
        sources[index] = source
        return f"{self.name}({', '.join(sources)})"

    def before_and_after(self, index: int = 0) -> str:
        """A line of Python that shows what a call leaves of one argument."""
        return f"before = {self.sources[index]}; {self.call_with('before', index)}; before"

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
        problem = f"`{self.name}` raised {got}"
        return Flaw(problem, got, expected, observed=error, kind=Kind.RAISED)
