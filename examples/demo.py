"""`make demo`: release the course, let the example class hand it in, grade, write feedback."""

import os
import shutil
import sys
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from rich.console import Console

from autograder.runner import Result, Runner
from autograder.tables import by_notebook, console, plain
from examples.stories import stories

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "demo"
ASSIGNMENT = "softmax"
CLASS = ("honest", "naive-overflow", "forgot-to-normalise", "half-empty", "not-json")


def main() -> int:
    """Build the course folder afresh, grade the class in it; returns the exit code."""
    terminal = console()
    shutil.rmtree(COURSE, ignore_errors=True)
    COURSE.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", COURSE)
    shutil.copytree(ROOT / "source", COURSE / "source")
    runner = Runner(COURSE)
    nbgrader = NbGraderAPI(runner.course.coursedir, config=runner.config)
    terminal.print(f"Releasing {ASSIGNMENT} in {COURSE}")
    _succeeded(nbgrader.generate_assignment(ASSIGNMENT))
    for story in stories(*CLASS):
        terminal.print(plain(f"{story.name} hands in: {story.about}"))
        story.write(
            COURSE / "source" / ASSIGNMENT,
            COURSE / "release" / ASSIGNMENT,
            runner.course.submitted_folder(ASSIGNMENT, story.name),
        )
    results = _graded(runner, terminal)
    terminal.print(by_notebook(results))
    for result in results:
        if not result.ungraded:
            _succeeded(nbgrader.generate_feedback(ASSIGNMENT, result.student))
            folder = runner.course.feedback_folder(ASSIGNMENT, result.student)
            terminal.print(plain(f"feedback for {result.student}: {os.path.relpath(folder)}"))
    return 0


def _graded(runner: Runner, terminal: Console) -> list[Result]:
    students = runner.students(ASSIGNMENT)
    with terminal.status(f"Grading {len(students)} submissions"):
        return list(runner.grade(ASSIGNMENT, students))


def _succeeded(answer: dict) -> None:
    if not answer["success"]:
        sys.exit(f"nbgrader failed:\n{answer.get('log', '')}\n{answer['error']}")


if __name__ == "__main__":
    sys.exit(main())
