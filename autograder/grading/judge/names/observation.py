"""What the instructor's own run changes of given things: whose they are is read from it.

The plan of such a run has all that could be the student's be theirs from the start, so that test
cells see what they would in one process.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from autograder.notebook.plan import Plan, Step

Change = dict[str, Any]


class Observed(Protocol):
    """One student process: the session."""

    def fingerprints(self, names: Sequence[str], modules: Sequence[str]) -> Mapping[str, Any]: ...
    def taken_back(self) -> set[str]: ...


class Observation:
    """Looks at the student's side before and after each cell."""

    def __init__(self, plan: Plan, session: Callable[[], Observed]):
        """session: the present one."""
        self._plan, self._session = plan, session
        self._before: Mapping[str, Any] = {}

    def after(self, step: Step) -> Iterator[Change]:
        """What the cell of a step has changed, if anything.

        "names": that stand for something else now. "by call": those of them that a call of the
        student's code changed. "of theirs": new or changed objects of classes that solution cells
        bind. "modules": whose state is another.
        """
        before, now = self._before, self._look()
        self._before = now
        before = {key: [fresh, ""] for key, (*_, fresh) in now.items() if fresh} | {**before}
        changed = {key for key in now if key in before and now[key][0] != before[key][0]}
        names = [name for name in self._plan.watch if f"n {name}" in changed]
        new = [n for n in self._plan.watch if now.get(f"n {n}") != before.get(f"n {n}")]
        new = [name for name in new if f"n {name}" in now]
        found = {
            "names": names,
            "by call": sorted(self._session().taken_back() & set(self._plan.watch)),
            "of theirs": [name for name in new if now[f"n {name}"][1] in self._plan.classes],
            "modules": [name for name in self._plan.watch_modules if f"m {name}" in changed],
        }
        if step.cell is not None and any(found.values()):
            yield {"cell": step.cell, **found}

    def _look(self) -> Mapping[str, Any]:
        return self._session().fingerprints(self._plan.watch, self._plan.watch_modules)
