"""What is done once for all notebooks: imports, and libraries used for the first time.

A step that starts a thread is not for all: no fork has the thread. What ends another's thread is
a new program alone, so the process begins anew, and leaves that step to each notebook.
"""

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NoReturn

from autograder.grading.processes import single_thread

_MOST = 300  # characters of an import's error


class Steps:
    """Takes steps, and sees after each that the process still has one thread."""

    def __init__(self, apart: dict[str, str], begin_anew: Callable[[Mapping[str, str]], NoReturn]):
        """
        apart: the steps that are left to each notebook, and why; what fails is added.
        begin_anew: in a process without threads, with other steps apart.
        """
        self._apart, self._begin_anew = apart, begin_anew

    def take(self, modules: Iterable[str]) -> str:
        """Import the modules, and make the shell, or have it meet what was imported since then.

        Returns why nothing can be forked from this process, in a sentence; "" if all is well.
        """
        if found := single_thread.others():
            return f"there is a thread before anything is imported ({', '.join(found)})"
        for name in modules:
            self._take(name, partial(_import, name))
        from autograder.grading.shell.shell import Shell

        Shell.make(lambda library, use: self._take(f"the first use of {library}", use))
        if found := single_thread.others():
            return f"IPython's shell has started a thread ({', '.join(found)})"
        return ""

    def _take(self, name: str, step: Callable[[], object]) -> None:
        if name in self._apart:
            return
        try:
            step()
        except Exception as error:  # a course may name what this machine lacks; its cells will say
            self._apart[name] = f"{type(error).__name__}: {error}"[:_MOST]
        if found := single_thread.others():
            why = f"starts a thread ({', '.join(found)}), and so is left to each notebook"
            print(f"{name} {why}: grading takes longer", file=sys.stderr, flush=True)
            self._begin_anew(self._apart | {name: why})


def _import(name: str) -> None:
    module, _, part = name.partition(":")
    found = importlib.import_module(module)
    if part and not hasattr(found, part):  # asking makes a lazy package import it
        importlib.import_module(f"{module}.{part}")
