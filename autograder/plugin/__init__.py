"""What nbgrader calls. `configure(c)` in an nbgrader_config.py puts our steps in its chain."""

from autograder.extras import GRADER, need_or_exit

# Of an exception in a configuration nbgrader writes to its log, and grades without this plugin; and
# what a process of ours lacks, which imports some of them, would be told by its traceback.
need_or_exit("grader", *GRADER)

# isort: split
from autograder.plugin.chain import AUTOGRADE, EMPTY_STUB, SANITIZE, configure  # noqa: E402
from autograder.plugin.steps import Grade, Restore, Save  # noqa: E402
from autograder.plugin.submission_exporter import SubmissionExporter  # noqa: E402

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
