"""Where a check runs: in a student's notebook, or in the judge with the grader's seed."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """What a check may know of its run.

    seed: draws the inputs; in the judge it comes of the grader's, the same for all students of a
        run.
    cells: the sources of the submission's code cells, or None in a student's own notebook.
    """

    seed: int = 0
    cells: tuple[str, ...] | None = None


_context: ContextVar[Context] = ContextVar("autograder_context", default=Context())  # noqa: B039


def current() -> Context:
    """The context of the running check."""
    return _context.get()


@contextmanager
def running_in(context: Context):
    """Run the body's checks in this context."""
    token = _context.set(context)
    try:
        yield context
    finally:
        _context.reset(token)
