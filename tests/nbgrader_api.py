"""nbgrader's API, which formgrader's buttons call: its commands, without their seconds to start."""

from pathlib import Path

from nbgrader.apps import NbGraderAPI

from autograder.class_run.runner import Runner
from autograder.course.course import Course


def open_course(root: Path) -> tuple[NbGraderAPI, Course]:
    """The API for the course in `root`, with the configuration as it stands there now."""
    runner = Runner(root)
    return NbGraderAPI(runner.course.coursedir, config=runner.config), runner.course


def release(root: Path, assignment: str) -> None:
    """As `nbgrader generate_assignment` does."""
    answer = open_course(root)[0].generate_assignment(assignment)
    assert answer["success"], answer
