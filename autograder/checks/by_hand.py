"""The property that an answer is written by hand: it reaches none of the built-ins of a list.

Two claims are asked, and either is enough to fail: the operators that a call runs, and the
submitted source. Both are advisory where the student's process is hostile: see `aten_operators`.
"""

import inspect
import re
from dataclasses import dataclass
from functools import lru_cache
from textwrap import dedent
from typing import Any

from IPython.core.getipython import get_ipython

from autograder.aten_operators import operators_used
from autograder.check_context import current
from autograder.checks.compare import Flaw
from autograder.checks.properties import values
from autograder.checks.source import Source, Use
from autograder.checks.trial import Trial
from autograder.errors import AutograderError
from autograder.text import shorten
from autograder.verdict import CheckFailed


@dataclass(frozen=True)
class ByHand:
    """A property: the answer is right, and reaches nothing whose name holds `forbidden`.

    forbidden: searched for in the names of operators, of attributes and of imported functions.
    """

    forbidden: re.Pattern

    def __call__(self, trial: Trial) -> Flaw | None:
        return values(trial) or self._flaw_of_operators(trial) or self._flaw_of_source(trial)

    def _flaw_of_operators(self, trial: Trial) -> Flaw | None:
        try:
            used = operators_used(trial.answer, *trial.arguments())
        except (AutograderError, CheckFailed):
            raise
        except Exception:  # right without the recording, as `values` saw: then there is no claim
            return None
        built_in = sorted(name for name in used if self.forbidden.search(name))
        if not built_in:
            return None
        return _flaw(trial, f"runs the built-in {', '.join(built_in)}")

    def _flaw_of_source(self, trial: Trial) -> Flaw | None:
        use = first_use(trial.name, trial.answer, self.forbidden)
        if use is None:
            return None
        return _flaw(trial, f"reaches a built-in: {shorten(use.code, 80)} (by way of {use.path})")


def _flaw(trial: Trial, reason: str) -> Flaw:
    return Flaw(
        f"`{trial.name}` must be written by hand, but it {reason}",
        expected="exp, log, sum, max and other elementary steps",
    )


def first_use(name: str, answer: Any, forbidden: re.Pattern) -> Use | None:
    """Where the definition of `name` reaches a forbidden built-in, or None."""
    cells = submitted_cells()
    if cells is not None:
        return _source_of(cells).first_use([name], forbidden)
    own = Source(_own_source(answer))
    return own.first_use(own.names(), forbidden)


@lru_cache(maxsize=1)
def _source_of(cells: tuple[str, ...]) -> Source:
    """The analysed cells: the same for every case and every behaviour of a notebook."""
    return Source(cells)


def submitted_cells() -> tuple[str, ...] | None:
    """The code cells of the submission, or the history of the student's notebook; or None."""
    cells = current().cells
    shell = get_ipython()
    if cells is None and shell is not None:
        return tuple(shell.user_ns.get("In", ()))
    return cells


def _own_source(answer: Any) -> tuple[str, ...]:
    try:
        return (dedent(inspect.getsource(inspect.unwrap(answer))),)
    except (TypeError, OSError, ValueError):  # a partial, an instance, a function of no file
        return ()
