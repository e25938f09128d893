"""Our steps in nbgrader's chain, put there by one line of an nbgrader_config.py.

    from autograder.plugin import configure
    configure(c)

nbgrader takes a submission through two chains. The first makes the notebook safe to handle:
`Restore` puts back what the instructor wrote, in the place of nbgrader's ClearOutput,
DeduplicateIds, OverwriteKernelspec, OverwriteCells and CheckCellMetadata, which trust the
submission's metadata. The second grades it: `Grade` stands in Execute's place, `Save` in that of
SaveAutoGrades and AssignLatePenalties, which ask the database some hundred questions a notebook.
Reading is ours as well (`SubmissionExporter`), or one file that is no notebook would end in a
traceback that names nothing.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import ClearSolutions

SANITIZE = ("autograder.plugin.Restore",)
AUTOGRADE = (
    "autograder.plugin.Grade",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.plugin.Save",
)
EMPTY_STUB = (
    "# YOUR CODE HERE\n"
    'raise NotImplementedError("This stub is still empty: replace this line with your code.")'
)


def configure(c: Any) -> None:
    """Make nbgrader grade with this engine; `c` is the config of an nbgrader_config.py.

    Settings that stand in the file already, or that follow, are kept.
    """
    c.Autograde.exporter_class = "autograder.plugin.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = list(SANITIZE)
    c.Autograde.autograde_preprocessors = list(AUTOGRADE)
    if "code_stub" not in c.ClearSolutions:
        c.ClearSolutions.code_stub = {**ClearSolutions().code_stub, "python": EMPTY_STUB}
    # nbgrader calls alembic by its bare name: not found where the environment is not activated.
    if shutil.which("alembic") is None:
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
