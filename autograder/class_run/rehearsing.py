"""The instructor's own solution goes first: which tests are at fault themselves, if any.

What it shows is kept beside the results, for as long as the same course, code and seed are graded.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from autograder.class_run import fan_out
from autograder.class_run.workers.pool import Pool
from autograder.class_run.writing import raise_if_for_everybody
from autograder.course.provenance import Records
from autograder.errors import EngineError
from autograder.plugin.assignment import Assignment
from autograder.submission.rehearsal import Rehearsal
from autograder.submission.worker_messages import Submission

Rehearsals = Mapping[str, Rehearsal]  # by notebook
Checked = Callable[[Rehearsals], None]  # is told of them before the first submission is graded


def rehearsals(
    pool: Pool, assignment: Assignment, records: Records, digest: str, seed: int
) -> Iterator[tuple[str, Rehearsal | EngineError]]:
    """What the instructor's own run of each notebook shows, or why it has none; as they come.

    digest: of all that determines it, but for the seed.
    """
    known = records.rehearsals(digest, seed)
    if known.keys() == set(assignment.notebooks):
        yield from known.items()
        return
    pool.open(assignment.for_workers(seed, {}))
    made: dict[str, Rehearsal] = {}
    for name, found in _made(pool, assignment):
        if isinstance(found, Rehearsal):
            made[name] = found
        yield name, found
    records.keep_rehearsals(digest, seed, made)


def _made(pool: Pool, assignment: Assignment) -> Iterator[tuple[str, Rehearsal | EngineError]]:
    jobs = ((name, Submission({name: b""}, rehearsal=True)) for name in assignment.notebooks)
    for key, outcome in fan_out.grade(pool, jobs, lambda key, outcome: None):
        name = cast(str, key)
        raise_if_for_everybody(outcome)
        if outcome.ungraded:
            yield name, EngineError(outcome.ungraded)
        else:
            yield name, outcome.rehearsals[name]
