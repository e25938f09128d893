"""Whether this machine gives the sandbox, layer by layer: what `autograder doctor` shows."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder import fast_imports  # noqa: F401  (comes before nbformat)

# isort: split
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import EngineError, MissingLayer
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.grading.processes.usage_monitor import sees_all_processes
from autograder.grading.sandbox import self_check
from autograder.limits import Limits


@dataclass(frozen=True)
class Finding:
    """One escape, or what kept the sandbox from being built."""

    what: str
    stopped_by: str
    held: bool
    mend: str = ""


def examine(
    limits: Limits, hidden: Sequence[str] = (), *, sandboxed: bool = True
) -> Iterator[Finding]:
    """Build the sandbox, and have a process in it try every escape.

    hidden: folders that students' code must not see, as an engine is told.
    sandboxed: without a sandbox the escapes should succeed, which shows that they are real.
    """
    with Engine(limits, hidden=hidden, sandboxed=sandboxed) as engine:
        try:
            engine.wait_until_warm()
        except MissingLayer as missing:
            yield Finding("the sandbox can be built", "", False, str(missing))
            return
        with self_check.outside() as doors:
            through = _those_through(engine, doors)
        yield Finding("the sandbox can be built", "namespaces, Landlock, seccomp", True)
        yield _watched()
        for name, layer in self_check.names().items():
            mend = "the sandbox leaks here: report it, and grade nothing with it"
            yield Finding(name, layer, name not in through, mend if name in through else "")


def _watched() -> Finding:
    held = sees_all_processes()
    mend = (
        "this kernel was built without CONFIG_PROC_CHILDREN: of the memory and processor time of a "
        "notebook only its first process's count; use a kernel that has it, or set "
        "c.Grade.processes and c.Grade.memory_mib so low that their product can be borne"
    )
    what = "spread memory and processor time over many processes"
    return Finding(what, "watch over the whole tree", held, "" if held else mend)


def _those_through(engine: Engine, doors: dict) -> list[str]:
    """The escapes that got out of a student's process, which ran them as a student's cell."""
    source = f"from autograder.grading.sandbox.self_check import try_all\nprint(try_all({doors!r}))"
    # After a given cell, so that the process is one that a template has forked, as most are.
    marks = {"grade_id": "escapes", "solution": True, "schema_version": 3}
    cells = [new_code_cell("pass"), new_code_cell(source, metadata={"nbgrader": marks})]
    notebook = new_notebook(cells=cells)
    outputs = grade(engine, notebook, notebook).notebook.cells[1].outputs
    printed = "".join(output.get("text", "") for output in outputs)
    try:
        return json.loads(printed)
    except ValueError:
        raise EngineError(f"the self-check gave no answer: {outputs}"[:1000]) from None
