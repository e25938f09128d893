"""What an engine is asked for, and what comes of it: one submitted notebook, graded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.choices import Choices
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Verdict
from autograder.working_folder import Files


@dataclass(frozen=True)
class Task:
    """A submitted notebook to grade.

    source: the instructor's notebook, as JSON; submitted: the student's file, not yet looked into.
    judge_files, student_files: what lies in the working folder of each side.
    how: it is written down; arguments of `reading.steps.completed`.
    choices: the course's. rehearsal: of the source, with the engine's seed; made as soon as it is
        needed unless given.
    """

    source: bytes
    submitted: bytes
    judge_files: Files
    student_files: Files
    how: Mapping[str, Any] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)
    rehearsal: Rehearsal | None = None

    def key(self) -> tuple:
        """The same for the same task."""
        files = (frozenset(found.items()) for found in (self.judge_files, self.student_files))
        how = json.dumps([self.how, self.choices.as_json()], sort_keys=True)
        return self.source, self.submitted, *files, how


@dataclass(frozen=True)
class Graded:
    """A submission with its cells' outputs and its verdicts, one for each test cell of the source.

    content: the notebook as JSON. Test cells hold their visible part, their verdict in
        `metadata["autograder"]`, and outputs of ours alone: an error, or one result, a number from
        0 to the cell's points.
    """

    content: bytes
    verdicts: tuple[Verdict, ...]

    @cached_property
    def notebook(self) -> NotebookNode:
        """The notebook, where it was not written down with the last steps of nbgrader's chain."""
        return from_dict(json.loads(self.content))
