"""Warnings: the filters of a test go over with a call, and what the call warned of comes back."""

import re
import warnings
from collections.abc import Mapping
from typing import Any

from autograder.errors import WireError
from autograder.grading.judge.objects import exceptions
from autograder.grading.wire.decode import Decoder

Node = Any
_MOST = 1000  # of one call
_FILE_NAME = 200  # characters


class Warned:
    """Of one judge. A test that looks at warnings is known by what it changed in `warnings`."""

    def __init__(self, scope: Mapping[str, Any]):
        """scope: the judge's namespace, where the notebook's classes of warnings are found."""
        self._scope = scope
        self.settle()

    def settle(self) -> None:
        """What the filters are now, both sides have: given cells set them on both."""
        self._usual, self._shown_by = list(warnings.filters), _shown_by()

    def sent(self) -> Node:
        """The filters that a test has set, to go with a call; None where it has set none."""
        now = list(warnings.filters)
        if now == self._usual and _shown_by() == self._shown_by:
            return None
        usual = len(self._usual)
        kept = now[len(now) - usual :] == self._usual
        own = now[: len(now) - usual] if kept else now
        return {"filters": [_filter(*entry) for entry in own], "alone": not kept}

    def take(self, claimed: Any, decoder: Decoder) -> None:
        """Warn here of what the student's code claims to have warned of.

        Raises WireError for more than a call can have honestly, and what is no warning.
        """
        if len(claimed) > _MOST:
            raise WireError(f"more than {_MOST:,} warnings of one call")
        for node, file, line in claimed:
            name = str(node["mro"][0][1])
            kind: Any = self._scope.get(name) if node["mro"][0][0] == "__main__" else None
            warning: Any = exceptions.from_node(node, decoder, {})
            if issubclass(type(kind), type) and issubclass(kind, Warning):
                warning = kind(str(warning))
            elif not isinstance(warning, Warning):
                warning = UserWarning(str(warning))
            warnings.warn_explicit(warning, type(warning), str(file)[:_FILE_NAME], int(line))


def _shown_by() -> tuple[Any, Any]:
    return warnings.showwarning, getattr(warnings, "_showwarnmsg_impl", None)


def _filter(
    action: str,
    message: re.Pattern[str] | str | None,
    category: Any,
    module: re.Pattern[str] | str | None,
    line: int,
) -> Node:
    kind = [category.__module__, category.__qualname__]
    return [action, _pattern(message), kind, _pattern(module), line]


def _pattern(of: re.Pattern[str] | str | None) -> str:
    return of.pattern if isinstance(of, re.Pattern) else of or ""
