"""What is there to say of a submission? Its result, with notes on what lies in its folder."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder.submission.result import Result


def with_notes(result: Result, expected: Sequence[str], folder: Path) -> Result:
    """The result, with a note on each notebook that is missing, or that is none of `expected`.

    folder: where the student's files lie.
    """
    if result.ungraded:
        return result
    there = {path.stem for path in folder.glob("*.ipynb")}
    missing = [f"{n}.ipynb is missing: 0 points" for n in sorted(set(expected) - there)]
    extra = sorted(there - set(expected))
    more = [f"{name}.ipynb is not part of the assignment: skipped" for name in extra]
    return replace(result, notes=(*missing, *more))
