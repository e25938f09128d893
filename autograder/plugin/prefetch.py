"""With a submission's first notebook, its others begin: nbgrader will ask for them one by one."""

from collections.abc import Mapping
from contextlib import suppress

from nbformat import NotebookNode

from autograder.errors import AutograderError
from autograder.grading.engine_pool import Team
from autograder.grading.one_notebook import request
from autograder.notebook.plan import Plan
from autograder.notebook.roles import restore
from autograder.plugin.course_cache import Once
from autograder.submission import notebook_file
from autograder.working_folder import Files


def announce(
    team: Team, once: Once, ids: Mapping[str, str], notebook: NotebookNode, files: Files
) -> None:
    """Tell the team of this notebook, and of those that follow, unless it knows of it already.

    ids: nbgrader's "assignment", "student" and "notebook". files: what was handed in beside it.
    """
    own = _asked_for(once, ids["assignment"], ids["notebook"], notebook, files)
    if team.knows(*own):
        return
    team.forget()
    team.announce(*own)
    coursedir = once.course.coursedir
    folder = once.course.submitted_folder(ids["assignment"], ids["student"])
    for path in sorted(folder.glob("*.ipynb")):
        if path.stem > ids["notebook"]:
            with suppress(AutograderError):  # nbgrader will come to it, and say what is wrong
                found = notebook_file.read(path, coursedir.max_file_size * 1000)
                team.announce(*_asked_for(once, ids["assignment"], path.stem, found, files))


def _asked_for(
    once: Once, assignment: str, name: str, notebook: NotebookNode, files: Files
) -> tuple[Plan, Files, Files]:
    source = once.source(assignment, name)
    return request(source, restore(source, notebook), once.files(assignment), files)
