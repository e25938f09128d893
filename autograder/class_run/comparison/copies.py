"""A course to be thrown away: its assignment released anew, with the submissions chosen."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from autograder.class_run.runner import Runner
from autograder.errors import CourseError

SOLUTION = "the-instructor"  # who hands in the instructor's own notebooks
_KEPT_OUT = ("submitted", "autograded", "feedback", "release", "source", "gradebook.db", ".git")
_LAYOUT = "{nbgrader_step}/{student_id}/{assignment_id}"
# After the course's own settings: its database and folders stay as they are, and with STOCK in the
# environment, what our `configure` has set is as nbgrader has it.
_CONFIG = """import os
from pathlib import Path

load_subconfig("nbgrader_config_of_course.py")
c = get_config()
c.CourseDirectory.root = str(Path(__file__).parent)
c.CourseDirectory.db_url = f"sqlite:///{{Path(__file__).parent / 'gradebook.db'}}"
c.CourseDirectory.directory_structure = {layout!r}
if os.environ.get("AUTOGRADER_COMPARES_WITH_STOCK"):
    for setting in ("exporter_class", "sanitize_preprocessors", "autograde_preprocessors"):
        if "autograder." in str(c.Autograde.get(setting, "")):
            del c.Autograde[setting]
"""


def make(runner: Runner, assignment: str, submissions: Mapping[str, Path], root: Path) -> None:
    """Copy the course of the runner to `root`, which is not there yet, and release the assignment.

    What else lies in the course's folder is linked to. Those who hand in are `submissions`, and
    SOLUTION with the instructor's own notebooks.

    Raises CourseError where it cannot be released.
    """
    course = runner.course
    root.mkdir(parents=True)
    for path in runner.root.iterdir():
        if path.name not in (*_KEPT_OUT, "nbgrader_config.py"):
            (root / path.name).symlink_to(path)
    config = runner.root / "nbgrader_config.py"
    told = config.read_text(encoding="utf-8") if config.exists() else ""
    (root / "nbgrader_config_of_course.py").write_text(told, encoding="utf-8")
    (root / "nbgrader_config.py").write_text(_CONFIG.format(layout=_LAYOUT), encoding="utf-8")
    source = course.source_folder(assignment)
    shutil.copytree(source, root / "source" / assignment, symlinks=True)
    for student, folder in {**submissions, SOLUTION: source}.items():
        shutil.copytree(folder, root / "submitted" / student / assignment, symlinks=True)
    done = run_nbgrader(root, "generate_assignment", assignment)
    if done.returncode:
        raise CourseError(f"{assignment!r} cannot be released: {last_words(done)}")


def run_nbgrader(
    root: Path, command: str, *words: str, stock: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run an nbgrader command in a copy.

    stock: without our steps; the students' code then has all rights of whoever runs it.
    """
    names = {"AUTOGRADER_COMPARES_WITH_STOCK": "1"} if stock else {}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # for alembic
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", command, *words],
        cwd=root,
        env=os.environ | names | {"PATH": path},
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
    )


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said last."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {done.returncode}"
