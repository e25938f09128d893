"""With a submission's first notebook, its others begin: nbgrader will ask for them one by one."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.errors import AutograderError
from autograder.grading.engine_pool import EnginePool
from autograder.grading.one_notebook import request
from autograder.grading.task import Task
from autograder.notebook.roles import grade_id, restore
from autograder.plugin.course_cache import CourseCache
from autograder.submission import notebook_file
from autograder.working_folder import Files


def announce(
    pool: EnginePool,
    cache: CourseCache,
    ids: Mapping[str, str],
    notebook: NotebookNode,
    files: Files,
    **asked: Any,
) -> Task:
    """Tell the pool of this notebook, and of those that follow, unless it knows of it already.

    Returns what to ask the pool for.

    ids: nbgrader's "assignment", "student" and "notebook". files: what was handed in beside it.
    asked: what else `request` is given.
    """
    own = _asked_for(cache, ids["assignment"], ids["notebook"], notebook, files, asked)
    if pool.knows(own):
        return own
    pool.forget()
    pool.announce(own)
    coursedir = cache.course.coursedir
    folder = cache.course.submitted_folder(ids["assignment"], ids["student"])
    for path in sorted(folder.glob("*.ipynb")):
        if path.stem > ids["notebook"]:
            with suppress(AutograderError):  # nbgrader will come to it, and say what is wrong
                data = notebook_file.read_bytes(path, coursedir.max_file_size * 1000)
                found = from_dict(pool.parse(data))
                pool.announce(_asked_for(cache, ids["assignment"], path.stem, found, files, asked))
    return own


def _asked_for(
    cache: CourseCache,
    assignment: str,
    name: str,
    notebook: NotebookNode,
    files: Files,
    asked: Mapping[str, Any],
) -> Task:
    source = cache.source(assignment, name)
    restored = restore(source, notebook)
    for cell in restored.cells:
        if not grade_id(cell):
            del cell["id"]  # a random one: with it, what was announced would never be asked for
    return request(source, restored, cache.files(assignment), files, **asked)
