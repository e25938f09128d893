"""A submission as a job for each of its notebooks, and what came of them put together again.

So workers share a submission: the first is done sooner, and none has to end the last one alone.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import cast

from autograder.class_run.workers.pool import Job, Pool, run
from autograder.submission.worker_messages import Outcome, Submission

Seen = Callable[[Hashable, Outcome], None]  # is told of each notebook, with its submission's key


@dataclass(eq=False)
class _Whole:
    """A submission on its way."""

    key: Hashable
    submission: Submission
    given: int = 0  # how many of its notebooks went to workers
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return any(outcome.ungraded for outcome in self.outcomes.values())

    @property
    def done(self) -> bool:
        all_given = self.given == len(self.submission.notebooks)
        return (all_given or self.failed) and len(self.outcomes) == self.given

    def jobs(self) -> Iterator[Job]:
        """One for each notebook; once one of them cannot be graded, no more."""
        for name, notebook in sorted(self.submission.notebooks.items()):
            if self.failed:
                return
            self.given += 1
            part = replace(self.submission, notebooks={name: notebook})
            yield Job((self, name), part.to_bytes())

    def outcome(self) -> Outcome:
        """As if one worker had graded them one after the other."""
        parts = [self.outcomes[name] for name in sorted(self.outcomes)]
        seconds = sum(part.seconds for part in parts)
        for part in parts:
            if part.ungraded:
                return replace(part, seconds=seconds)
        notebooks = {name: data for part in parts for name, data in part.notebooks.items()}
        verdicts = {name: found for part in parts for name, found in part.verdicts.items()}
        rehearsals = {name: found for part in parts for name, found in part.rehearsals.items()}
        return Outcome(notebooks, verdicts, rehearsals, seconds=seconds)


def grade(
    pool: Pool, submissions: Iterable[tuple[Hashable, Submission]], seen: Seen
) -> Iterator[tuple[Hashable, Outcome]]:
    """Grade the submissions, drawn as workers are free; outcomes by their keys, as they come.

    submissions: with at least one notebook each.
    """
    jobs = (job for key, submission in submissions for job in _Whole(key, submission).jobs())
    for key, outcome in run(pool, jobs):
        whole, name = cast(tuple[_Whole, str], key)
        whole.outcomes[name] = outcome
        seen(whole.key, outcome)
        if whole.done:
            yield whole.key, whole.outcome()
