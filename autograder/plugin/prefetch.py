"""With a submission's first notebook, its others begin: nbgrader will ask for them one by one."""

from collections.abc import Mapping
from contextlib import suppress

from nbformat import NotebookNode

from autograder.choices import Choices
from autograder.errors import AutograderError
from autograder.grading.engine_pool import EnginePool
from autograder.grading.one_notebook import request
from autograder.notebook.plan import Plan
from autograder.notebook.roles import restore
from autograder.plugin.course_cache import CourseCache
from autograder.submission import notebook_file
from autograder.working_folder import Files


def announce(
    pool: EnginePool,
    cache: CourseCache,
    ids: Mapping[str, str],
    notebook: NotebookNode,
    files: Files,
    choices: Choices,
) -> None:
    """Tell the pool of this notebook, and of those that follow, unless it knows of it already.

    ids: nbgrader's "assignment", "student" and "notebook". files: what was handed in beside it.
    """
    own = _asked_for(cache, ids["assignment"], ids["notebook"], notebook, files, choices)
    if pool.knows(*own):
        return
    pool.forget()
    pool.announce(*own)
    coursedir = cache.course.coursedir
    folder = cache.course.submitted_folder(ids["assignment"], ids["student"])
    for path in sorted(folder.glob("*.ipynb")):
        if path.stem > ids["notebook"]:
            with suppress(AutograderError):  # nbgrader will come to it, and say what is wrong
                found = notebook_file.read(path, coursedir.max_file_size * 1000)
                pool.announce(
                    *_asked_for(cache, ids["assignment"], path.stem, found, files, choices)
                )


def _asked_for(
    cache: CourseCache,
    assignment: str,
    name: str,
    notebook: NotebookNode,
    files: Files,
    choices: Choices,
) -> tuple[Plan, Files, Files]:
    source = cache.source(assignment, name)
    restored = restore(source, notebook)
    return request(source, restored, cache.files(assignment), files, choices)
