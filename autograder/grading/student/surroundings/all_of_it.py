"""All that stands around a call, as the judge tells of it, and what is told of it in return."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from autograder.grading.student.surroundings import logged, warned
from autograder.grading.student.surroundings.environment import Environment
from autograder.grading.student.surroundings.files import Files
from autograder.grading.student.surroundings.rebindings import Rebindings
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder

Node = Any


class Surroundings:
    """Of one student's process. Made before any of its cells is run."""

    def __init__(self):
        self._files = Files()
        self._environment = Environment(self._files)
        self._rebindings = Rebindings()
        self._asked: dict[str, Node] = {}
        self._caught: warned.Caught = []
        self._logged: list[logging.LogRecord] = []
        self.apart = self._rebindings.apart

    def learn(self, told: Node, decoder: Decoder) -> None:
        """Take what came with a request."""
        self._asked = {what: told.get(what) for what in ("warnings", "logs")}
        if start := told.get("start"):
            self._files.start(start)
        self._files.learn(told.get("files", ()), decoder)
        self._environment.learn(told.get("environment", {}))
        self._rebindings.learn(told.get("rebindings", ()), decoder)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Run the body, which is the student's code, as the test wants it to run."""
        with ExitStack() as stack:
            stack.enter_context(self._environment.in_place())
            caught = stack.enter_context(warned.recorded(self._asked.get("warnings")))
            records = stack.enter_context(logged.recorded(self._asked.get("logs")))
            stack.enter_context(self._rebindings.in_place())
            try:
                yield
            finally:
                self._caught += caught
                self._logged += records

    def told(self, encoder: Encoder) -> Node:
        """What goes with a reply; None where there is nothing to tell."""
        caught, self._caught = self._caught, []
        records, self._logged = self._logged, []
        told = {
            "files": self._files.changes(encoder),
            "input": self._environment.position(),
            "warnings": warned.nodes(caught, encoder),
            "logs": logged.nodes(records),
        }
        return {what: node for what, node in told.items() if node} or None
