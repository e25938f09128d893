"""What can go wrong on *our* side. A student's failure is never one of these: it is a verdict.

AutograderError
├── CourseError            the course folder, its configuration or a source notebook is wrong
│   └── FaultyTest         a test cell fails for a reason that is not the student's
├── SubmissionError        a submission cannot be read at all: it stays ungraded, and is named
├── MissingExtra           a library that the base install leaves out is not installed
└── EngineError            the judge or the student server could not start, or was lost
    ├── JudgeLost          the judge ended in the middle of a notebook
    ├── ClusterError       the cluster cannot be reached, was lost, or has other versions
    ├── MissingLayer       this machine does not give a layer of the sandbox
    ├── CannotFork         a process that is to fork has threads, which no fork has
    └── WireError          bytes that are not of the closed format, or more than it allows
"""

from autograder.text import visible


class AutograderError(Exception):
    """Anything of ours that went wrong; the message says what was given, wanted, and the mend."""

    def __str__(self) -> str:
        """Without what a terminal or a log would obey: a message may quote a submission."""
        return visible(super().__str__())


class CourseError(AutograderError):
    """The course folder, its configuration or a source notebook cannot be graded with."""


class FaultyTest(CourseError):  # noqa: N818 - it says whose fault it is
    """A test cell is itself wrong: it fails on the instructor's own solution, or gives no mark."""


class SubmissionError(AutograderError):
    """A submission cannot be read as a notebook of this assignment."""


class MissingExtra(AutograderError, ImportError):  # noqa: N818 - it says what is not there
    """A library of an extra is not installed. IPython shows the message alone, no traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class EngineError(AutograderError):
    """A server or a judge of ours could not start, or ended without an answer."""


class JudgeLost(EngineError):  # noqa: N818 - it says what became of it
    """A judge ended in the middle of a notebook.

    results: how many cells' results it had given. code: its exit code, negative for a signal.
    """

    def __init__(self, message: str, results: int = 0, code: int = 0):
        super().__init__(message)
        self.results, self.code = results, code


class ClusterError(EngineError):
    """No worker of a cluster can be had; it says nothing about any submission."""


class MissingLayer(EngineError):  # noqa: N818 - it says what is not there
    """A layer of the sandbox cannot be had: nothing is graded without it, unless that is typed."""

    def __init__(self, layer: str, problem: str = "", mend: str = ""):
        """A message alone is one that has crossed from another process."""
        self.layer, self.problem, self.mend = layer, problem, mend
        off = "To grade without any sandbox, with code that you trust: --sandbox=off"
        told = f"the sandbox cannot have its {layer} here ({problem}): {mend}. {off}"
        super().__init__(told if problem else layer)


class CannotFork(EngineError):  # noqa: N818 - it says what is not there
    """A process that is to fork has threads: what it forks lacks them. It is so for everybody."""


class WireError(EngineError):
    """Bytes that are not of the closed format, or exceed its limits."""
