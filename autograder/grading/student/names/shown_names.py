"""Names of a test cell's that the student's code reads: shown to it, and never taken back."""

from contextlib import suppress
from typing import Any

from autograder.errors import WireError
from autograder.grading.student.objects import Codec
from autograder.grading.wire.frames import Message

_MISSING = object()


class ShownNames:
    """Binds them in the notebook's namespace, and knows what stood there before."""

    def __init__(self, namespace: dict[str, Any], codec: Codec):
        self._namespace, self._codec = namespace, codec
        self._own: dict[str, Any] = {}

    def follow(self, request: Message) -> None:
        """Bind, delete or give back the names that a request tells of."""
        for name, how, *node in request.head.get("shown", []):
            if how == "own again":
                self._put(name, self._own.get(name, _MISSING))
                continue
            if how == "first":
                self._own[name] = self._namespace.get(name, _MISSING)
            value = _MISSING
            with suppress(WireError):  # an object of a class that is not here: the name goes
                for one in node:
                    value = self._codec.decoder(request).value(one)
            self._put(name, value)

    def _put(self, name: str, value: Any) -> None:
        self._namespace.pop(name, None)
        if value is not _MISSING:
            self._namespace[name] = value
