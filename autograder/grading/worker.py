"""What a worker process does: submissions in, graded notebooks out, as bytes; without nbgrader.

`grade_submission` is a plain function for any `concurrent.futures.Executor`; on a cluster its first
argument is best sent to each worker once. Local workers read the bundle from a file instead
(`grade_with`).
"""

import hashlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

from autograder import fast_imports  # noqa: F401  (fast_imports comes first)
from autograder.grading import shared_engine

# isort: split
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade, rehearse
from autograder.grading.postprocess import LastSteps
from autograder.grading.sandbox.syscalls import die_with_parent
from autograder.submission.rehearsal import Rehearsal
from autograder.submission.result import reason
from autograder.submission.worker_messages import Bundle, Outcome, Submission
from autograder.verdict import Verdict


def start(parent: int, folder: str) -> None:
    """Prepare a local worker: it dies with its parent, and leaves Ctrl-C to it.

    folder: where its temporary files go; the parent removes it.
    """
    signal.signal(signal.SIGTERM, lambda *_: _leave(parent, folder))
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:  # it died before we could ask
        os._exit(1)
    # Not SIG_IGN, which the servers would inherit: they interrupt a cell with this signal.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    tempfile.tempdir = folder


def _leave(parent: int, folder: str) -> None:
    """End at once, but in order: the servers first, which else complain of a lost socket."""
    shared_engine.close()
    if os.getppid() != parent:  # killed: nobody else will tidy up
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def grade_with(path: str, zygote: str, submission: bytes) -> bytes:
    """`grade_submission` with the bundle in this file, which must never change.

    zygote: the address of a process that has imported what the bundle asks for.
    """
    return _grade(_read(path, zygote), Submission.from_bytes(submission)).to_bytes()


def grade_submission(bundle: bytes, submission: bytes) -> bytes:
    """Grade one submission; the arguments and the answer are those of `worker_messages`, as bytes.

    Whatever goes wrong is in the answer: it raises only for bytes that are none of those.
    """
    known = _opened(hashlib.sha256(bundle).digest(), bundle)
    return _grade(known, Submission.from_bytes(submission)).to_bytes()


def warm_up(bundle: bytes) -> None:
    """Have ready what grades this assignment.

    Raises EngineError where this machine cannot: a worker that cannot must not get submissions.
    """
    with _opened(hashlib.sha256(bundle).digest(), bundle).engine() as engine:
        engine.wait_until_warm()


class _Assignment:
    """A bundle, and what each submission is graded by: made once for a worker."""

    def __init__(self, bundle: Bundle, zygote: str = ""):
        self.bundle, self._zygote = bundle, zygote
        self.sources = {name: text.encode() for name, text in bundle.notebooks.items()}
        names = (field.name for field in fields(LastSteps))
        last_steps = {name: getattr(bundle, name) for name in names}
        self.how = {"reveal": bool(bundle.settings.get("reveal")), "last_steps": last_steps}

    def engine(self) -> AbstractContextManager[Engine]:
        bundle = self.bundle
        settings = {**bundle.settings, "zygote": self._zygote}
        return shared_engine.using(Engine, bundle.limits, bundle.preload, bundle.seed, **settings)


@lru_cache(maxsize=1)
def _read(path: str, zygote: str) -> _Assignment:
    return _Assignment(Bundle.from_bytes(Path(path).read_bytes()), zygote)


_last: dict[bytes, _Assignment] = {}  # by digest, one at most: a cache would keep the bytes too


def _opened(digest: bytes, bundle: bytes) -> _Assignment:
    if digest not in _last:
        _last.clear()
        _last[digest] = _Assignment(Bundle.from_bytes(bundle))
    return _last[digest]


def _grade(assignment: _Assignment, submission: Submission) -> Outcome:
    began = time.monotonic()
    notebooks: dict[str, bytes] = {}
    verdicts: dict[str, Sequence[Verdict]] = {}
    rehearsals: dict[str, Rehearsal] = {}
    for name, source in assignment.sources.items():
        if name not in submission.notebooks:
            continue
        try:
            if submission.rehearsal:
                rehearsals[name] = _rehearsed(assignment, source)
            else:
                notebooks[name], verdicts[name] = _one(assignment, name, source, submission)
        except Exception as error:
            seconds = time.monotonic() - began
            return Outcome(
                ungraded=f"{name}.ipynb: {reason(error)}",
                fault=type(error).__name__,
                seconds=seconds,
            )
    return Outcome(notebooks, verdicts, rehearsals, seconds=time.monotonic() - began)


def _rehearsed(assignment: _Assignment, source: bytes) -> Rehearsal:
    bundle = assignment.bundle
    with assignment.engine() as engine:
        return rehearse(engine, source, bundle.files, bundle.choices)


def _one(
    assignment: _Assignment, name: str, source: bytes, submission: Submission
) -> tuple[bytes, Sequence[Verdict]]:
    bundle = assignment.bundle
    files = bundle.files, submission.files
    known = bundle.rehearsals.get(name), bundle.choices
    handed_in = submission.notebooks[name]
    with assignment.engine() as engine:
        graded = grade(engine, source, handed_in, *files, *known, **assignment.how)
    return graded.content, graded.verdicts
