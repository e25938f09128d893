"""An assignment as nbgrader and the course's configuration have it, made into a bundle."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import nbformat
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import AssignLatePenalties, IgnorePattern, LimitOutput
from traitlets.utils.importstring import import_item

from autograder.code_digest import code_digest
from autograder.course.course import Course
from autograder.plugin.chain import AUTOGRADE, SANITIZE
from autograder.plugin.course_cache import with_kernel
from autograder.plugin.steps import Grade
from autograder.plugin.submission_exporter import SubmissionExporter
from autograder.submission.rehearsal import Rehearsal
from autograder.submission.worker_messages import Bundle
from autograder.working_folder import read_files


class Assignment:
    """What a run needs to know of an assignment before the first submission.

    bundle: with seed 0, as long as none is chosen.
    sources: the instructor's notebooks by name; beside: files that lie by every graded notebook.
    names: of all files in its folder.
    """

    def __init__(self, course: Course, converter: Any, name: str):
        """Raises CourseError when the assignment was not released, or cannot be read."""
        self._course, self._converter, self.name = course, converter, name
        self.notebooks = course.notebooks(name)
        self.sources = {n: with_kernel(course, name, n) for n in self.notebooks}
        self.ignore = list(course.coursedir.ignore)
        self.bundle = self._bundle()
        self.beside = self._beside()
        self.names = [*self.bundle.files, *(f"{name}.ipynb" for name in self.notebooks)]

    def for_workers(self, seed: int, rehearsals: Mapping[str, Rehearsal]) -> bytes:
        """The bundle, with what the instructor's own run with this seed showed, if it is known."""
        return replace(self.bundle, seed=seed, rehearsals=rehearsals).to_bytes()

    def digest(self, duedate: object) -> str:
        """A digest of all that determines a result beside the submission and the seed."""
        late = AssignLatePenalties(parent=self._converter)
        late.init_plugin()
        plugin = late.plugin_inst
        rest = {
            "code": code_digest([*self.bundle.preload, type(plugin).__module__]),
            "late": [f"{type(plugin)}", repr(sorted(plugin.trait_values(config=True).items()))],
            "due": str(duedate),
            "beside": sorted(self.beside),
            "ignore": self.ignore,
            "permissions": str(self._converter.permissions),
        }
        told = json.dumps(rest, sort_keys=True).encode()
        return hashlib.sha256(self.bundle.to_bytes() + told).hexdigest()

    def _bundle(self) -> Bundle:
        step = Grade(parent=self._converter)
        settings = step.engine_settings(self._course, self.name)
        ignore = IgnorePattern(parent=self._converter)
        limit = LimitOutput(parent=self._converter)
        return Bundle(
            notebooks={name: nbformat.writes(node) for name, node in self.sources.items()},
            files=read_files(self._course.source_folder(self.name), self.ignore),
            limits=settings.pop("limits"),
            preload=tuple(settings.pop("preload")),
            settings=settings,
            ignore_pattern=ignore.pattern if ignore.enabled else "",
            max_lines=limit.max_lines if limit.enabled else -1,
            max_traceback=limit.max_traceback if limit.enabled else -1,
            choices=step.choices(),
        )

    def _beside(self) -> dict[str, bytes]:
        kept = self._converter.exclude_overwriting.get(self.name, [])
        found = self.bundle.files
        return {path: data for path, data in found.items() if path not in kept}


def foreign_settings(converter: Any) -> str:
    """What in a course's configuration only nbgrader's own loop can do; "" where there is nothing.

    converter: nbgrader's Autograde.
    """
    if converter.pre_convert_hook or converter.post_convert_hook:
        return "a hook"
    if not issubclass(converter.exporter_class, SubmissionExporter):
        return "an exporter"
    if converter.coursedir.notebook_id != "*":
        return "a choice of notebooks"
    if not converter.create_student:
        return "create_student = False"
    for ours, theirs in (
        (SANITIZE, converter.sanitize_preprocessors),
        (AUTOGRADE, converter.autograde_preprocessors),
    ):
        if list(map(import_item, ours)) != [_class(step) for step in theirs]:
            return "steps"
    return _switched(converter)


def _switched(converter: Any) -> str:
    """The step that the course has switched on or off, where that is not ours to do."""
    free = (IgnorePattern, LimitOutput)
    for step in map(import_item, (*SANITIZE, *AUTOGRADE)):
        if step not in free and step(parent=converter).enabled != _usual(step):
            return f"the step {step.__name__}"
    return ""


def _usual(step: type) -> bool:
    return step is not ClearMetadataPreprocessor


def _class(step: Any) -> Any:
    return import_item(step) if isinstance(step, str) else step
