"""Whether this machine can grade, and gives the sandbox, layer by layer: `autograder doctor`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder import fast_imports  # noqa: F401  (comes before nbformat)

# isort: split
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import AutograderError, EngineError, MissingLayer
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.grading.processes.usage_monitor import sees_all_processes
from autograder.grading.sandbox import self_check
from autograder.limits import Limits

_ANSWER = """\
def answer(x):
    return x * x

weight = torch.tensor(3.0, requires_grad=True)
answer(weight).backward()"""
_TEST = """\
x = torch.tensor(3.0, requires_grad=True)
answer(x).backward()
assert x.grad == weight.grad == 6"""


@dataclass(frozen=True)
class Finding:
    """One escape that was tried, or what else must work for a class to be graded."""

    what: str
    stopped_by: str
    held: bool
    mend: str = ""


def examine(
    limits: Limits, hidden: Sequence[str] = (), *, sandboxed: bool = True, gpus: bool = False
) -> Iterator[Finding]:
    """Build the sandbox, grade a notebook in it, and have a process in it try every escape.

    hidden: folders that students' code must not see, as an engine is told.
    sandboxed: without a sandbox the escapes should succeed, which shows that they are real.
    gpus: whether the course asks for the machine's.
    """
    with Engine(limits, ["torch"], hidden=hidden, sandboxed=sandboxed, gpus=gpus) as engine:
        try:
            engine.wait_until_warm()
        except MissingLayer as missing:
            yield Finding("the sandbox can be built", "", False, str(missing))
            return
        with self_check.outside() as doors:
            through = _those_through(engine, doors)
        yield Finding("the sandbox can be built", "namespaces, Landlock, seccomp", True)
        yield _watched()
        yield gradient(engine)
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


def gradient(engine: Engine) -> Finding:
    """Whether a notebook with gradients, in a test and in the student's code, gets its points.

    engine: one that has imported torch.
    """
    answer = new_code_cell(_ANSWER, metadata=_marks("answer", solution=True))
    test = new_code_cell(_TEST, metadata=_marks("test", grade=True, locked=True, points=1))
    notebook = new_notebook(cells=[new_code_cell("import torch"), answer, test])
    try:
        (verdict,) = grade(engine, notebook, notebook).verdicts
        why = verdict.finding.problem if verdict.finding else verdict.kind
        held = verdict.score == verdict.points
    except AutograderError as error:
        why, held = str(error), False
    mend = (
        f"a test with a gradient is not graded here, though it is right ({why}): try "
        "another version of torch, without c.Grade.gpus where that is set, or report it"
    )
    return Finding("grade a notebook with gradients", "", held, "" if held else mend)


def _marks(grade_id: str, **roles: Any) -> dict[str, Any]:
    return {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **roles}}


def _those_through(engine: Engine, doors: dict) -> list[str]:
    """The escapes that got out of a student's process, which ran them as a student's cell."""
    source = f"from autograder.grading.sandbox.self_check import try_all\nprint(try_all({doors!r}))"
    # After a given cell, so that the process is one that a template has forked, as most are.
    marks = _marks("escapes", solution=True)
    cells = [new_code_cell("pass"), new_code_cell(source, metadata=marks)]
    notebook = new_notebook(cells=cells)
    outputs = grade(engine, notebook, notebook).notebook.cells[1].outputs
    printed = "".join(output.get("text", "") for output in outputs)
    try:
        return json.loads(printed)
    except ValueError:
        raise EngineError(f"the self-check gave no answer: {outputs}"[:1000]) from None
