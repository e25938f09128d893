"""What does nbgrader_config.py say? nbgrader's application, with the configuration of a course."""

from pathlib import Path
from typing import Any

from autograder import fast_imports  # noqa: F401  (comes before nbgrader)

# isort: split
from nbgrader.apps import AutogradeApp
from nbgrader.utils import chdir

from autograder.errors import CourseError
from autograder.plugin.chain import configure


def application(root: Path, sandbox: str | None = None) -> AutogradeApp:
    """nbgrader with the configuration of the course in `root`, and silent.

    A course without one, or whose file does not call `autograder.plugin.configure`, gets our steps
    all the same.

    sandbox: "on" or "off", in the place of what the configuration says.

    Raises CourseError when there is no course, or its file fails.
    """
    if not any((root / name).exists() for name in ("nbgrader_config.py", "source")):
        raise CourseError(
            f"{root} is not a course folder: it has neither nbgrader_config.py nor "
            "source; go there first, or name it with --course"
        )
    with chdir(str(root)):
        app = _initialized(root)
    _require_our_steps(app.config, root)
    if sandbox is not None:
        app.config.Grade.sandbox = str(sandbox)
    return app


def _initialized(root: Path) -> AutogradeApp:
    app: Any = AutogradeApp()
    app.raise_config_file_errors = True
    try:
        app.initialize(["--quiet", f"--CourseDirectory.root={root}"])
    except (Exception, SystemExit) as error:
        raise CourseError(f"{root / 'nbgrader_config.py'} fails: {error}") from error
    return app


def _require_our_steps(config: Any, root: Path) -> None:
    steps = config.Autograde.get("autograde_preprocessors")
    if steps is None:
        configure(config)
    elif not any(str(getattr(step, "__name__", step)).endswith("Grade") for step in steps):
        raise CourseError(
            f"{root / 'nbgrader_config.py'} sets Autograde.autograde_preprocessors without "
            "autograder.plugin.Grade: put it in Execute's place, or call configure(c) last"
        )
