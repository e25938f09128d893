"""What nbgrader calls. `configure(c)` in an nbgrader_config.py puts our steps in its chain."""

from autograder.extras import GRADER, need_or_exit

try:
    from autograder.plugin.chain import AUTOGRADE, EMPTY_STUB, SANITIZE, configure
    from autograder.plugin.steps import Grade, Restore, Save
    from autograder.plugin.submission_exporter import SubmissionExporter
except ModuleNotFoundError:
    # Of an exception in a configuration nbgrader writes to its log, and grades without this plugin.
    need_or_exit("grader", *GRADER)
    raise

__all__ = [
    "AUTOGRADE",
    "EMPTY_STUB",
    "SANITIZE",
    "Grade",
    "Restore",
    "Save",
    "SubmissionExporter",
    "configure",
]
