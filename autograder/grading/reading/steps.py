"""One notebook on its way: from the bytes that were handed in to a plan, and from results to bytes.

What comes from a student is read here alone. These are plain functions; `server` runs them in a
process of their own.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode, from_dict

from autograder.errors import EngineError, SubmissionError
from autograder.grading.clean import clean
from autograder.grading.postprocess import LastSteps, finish
from autograder.grading.show_hidden_tests import show_tests
from autograder.grading.verdict_outputs import outputs_of
from autograder.notebook.ownership import NOTHING, Owned
from autograder.notebook.plan import Plan, make_plan
from autograder.notebook.roles import is_test, restore
from autograder.submission.notebook_file import parse
from autograder.verdict import Verdict

_MOST_BYTES = 100_000_000  # nbgrader's own limit for what is handed in


def trusted(source: bytes) -> NotebookNode:
    """The instructor's notebook, from its JSON in format 4."""
    return nbformat.reads(source.decode(), as_version=4)


def opened(
    source: NotebookNode,
    submitted: bytes,
    inside: Collection[str] = (),
    owned: Mapping[str, Any] | None = None,
) -> tuple[NotebookNode, Plan]:
    """The submission put in order, and what of it to run where.

    inside, owned: as for `make_plan`; the latter as JSON.

    Raises SubmissionError for what cannot be read.
    """
    notebook = restore(source, parse(submitted))
    theirs = Owned.from_json(owned) if owned else NOTHING
    return notebook, make_plan(source, notebook, frozenset(inside), theirs)


def completed(
    source: NotebookNode,
    notebook: NotebookNode,
    results: Sequence[Mapping[str, Any]],
    *,
    sandboxed: bool = True,
    reveal: bool = False,
    last_steps: Mapping[str, Any] | None = None,
) -> bytes:
    """The graded notebook, clean, as JSON; its verdicts are in its cells' metadata.

    results: of the plan's steps, as `judge.server` sends them.
    reveal: whether test cells show their hidden parts.
    last_steps: those of nbgrader's chain, for a notebook that is to be written as it is.

    Raises EngineError where a test cell has no verdict, SubmissionError where it is too large.
    """
    verdicts = 0
    for count, result in enumerate(results, 1):
        cell = notebook.cells[result["cell"]]
        cell.execution_count = count
        cell.outputs = [from_dict(output) for output in result["outputs"]]
        if result["verdict"]:
            verdicts += 1
            cell.metadata["autograder"] = result["verdict"]
            cell.outputs += outputs_of(Verdict.from_json(result["verdict"]), count, sandboxed)
    # nbgrader gives full marks to a test cell without an output: none may go without a verdict.
    tests = sum(map(is_test, notebook.cells))
    if tests != verdicts:
        raise EngineError(f"{verdicts} verdicts for {tests} test cells")
    clean(notebook, source)
    if reveal:
        show_tests(source, notebook)
    if last_steps is None:
        content = json.dumps(notebook).encode()
    else:
        content = finish(notebook, LastSteps(**last_steps))
    if len(content) > _MOST_BYTES:
        raise SubmissionError(
            f"its graded notebook has {len(content) / 1e6:,.0f} MB, more than the "
            f"{_MOST_BYTES / 1e6:,.0f} MB that can be kept: its cells show too much"
        )
    return content
