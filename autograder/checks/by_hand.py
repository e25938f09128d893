"""The property that an answer is written by hand.

It reaches none of the built-ins of a list, and not the checks themselves, which hold the right
answers. Two claims are asked, and either is enough to fail: what a call runs, and the submitted
source. Both are advisory where the student's process is hostile: see `aten_operators`.
"""

import inspect
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from sysconfig import get_path
from textwrap import dedent
from typing import Any

from IPython.core.getipython import get_ipython

from autograder.aten_operators import NEW_PROCESS, operators_used
from autograder.check_context import current
from autograder.checks.compare import Flaw
from autograder.checks.properties import values
from autograder.checks.source import Forbidden, Source, Use
from autograder.checks.trial import Trial
from autograder.errors import AutograderError
from autograder.text import shorten
from autograder.verdict import CheckFailed

_INSTALLED = tuple({get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")})


@dataclass(frozen=True)
class ByHand:
    """A property: the answer is right, and reaches nothing whose name holds `forbidden`.

    forbidden: searched for in the names of operators, of attributes and of imported functions.

    Nor does it reach the package of the exercise, or leave the work to another process.
    """

    forbidden: re.Pattern

    def __call__(self, trial: Trial) -> Flaw | None:
        return values(trial) or self._flaw_of_run(trial) or self._flaw_of_source(trial)

    def _flaw_of_run(self, trial: Trial) -> Flaw | None:
        try:
            used = operators_used(trial.answer, *trial.arguments())
        except (AutograderError, CheckFailed):
            raise
        except Exception:  # right without the recording, as `values` saw: then there is no claim
            return None
        if processes := used & NEW_PROCESS:
            return _flaw(trial, f"starts another process: {', '.join(sorted(processes))}")
        if built_in := sorted(filter(self._is_built_in, used)):
            return _flaw(trial, f"runs the built-in {', '.join(built_in)}")
        if theirs := sorted(name for name in used if _root(name) == trial.package):
            return _flaw(trial, f"runs {theirs[0]}, of the checks themselves")
        return None

    def _is_built_in(self, name: str) -> bool:
        """Whether a name is that of a built-in operator, or of a function of a library."""
        found = self.forbidden.search(name.rpartition(":")[2])
        return bool(found) and ("::" in name or _is_installed(_root(name)))

    def _flaw_of_source(self, trial: Trial) -> Flaw | None:
        forbidden = Forbidden(self.forbidden, _holds_answers(trial.package))
        use = first_use(trial.name, trial.answer, forbidden)
        if use is None:
            return None
        code = shorten(use.code, 80)
        return _flaw(trial, f"reaches what is ready-made: {code} (by way of {use.path})")


def _holds_answers(package: str) -> frozenset[str]:
    """The packages by which right answers are reached: the exercise's and the engine's."""
    # An exercise that a notebook's own cell makes is of no package.
    return frozenset({package, __name__.partition(".")[0]}) - {"", "__main__"}


def _root(name: str) -> str:
    return name.partition(":")[0].partition(".")[0]


@lru_cache(maxsize=1000)
def _is_installed(package: str) -> bool:
    """Whether it is Python's or a library's, and no file of the student's with the same name."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return False
    return spec is not None and str(spec.origin).startswith(_INSTALLED)


def _flaw(trial: Trial, reason: str) -> Flaw:
    return Flaw(
        f"`{trial.name}` must be written by hand, but it {reason}",
        expected="exp, log, sum, max and other elementary steps",
    )


def first_use(name: str, answer: Any, forbidden: Forbidden) -> Use | None:
    """Where the definition of `name` reaches what is forbidden, or None."""
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
