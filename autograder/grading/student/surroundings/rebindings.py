"""What a test has bound anew in modules and classes: in place while the student's code runs."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

from autograder.grading.wire.decode import Decoder

Node = Any
Place = tuple[Any, str]
_MISSING = object()


class Rebindings:
    """The attributes of modules and classes that the judge wants otherwise, for now."""

    def __init__(self):
        self._wanted: dict[Place, Any] = {}
        self._aside: dict[Place, Any] | None = None

    def learn(self, changes: list[list[Node]], decoder: Decoder) -> None:
        """Take note of changes; a module or class that is not here is left alone."""
        for module, of, name, how, *node in changes:
            with suppress(ImportError, AttributeError):
                holder = import_module(module)
                for part in filter(None, of.split(".")):
                    holder = getattr(holder, part)
                if how == "as before":
                    self._wanted.pop((holder, name), None)
                else:
                    self._wanted[holder, name] = _wanted(how, *map(decoder.value, node))

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Run the body, which is the student's code, with what is wanted."""
        if not self._wanted or self._aside is not None:
            yield
            return
        wanted = dict(self._wanted)
        self._aside = {place: _bound(place) for place in wanted}
        _bind(wanted)
        try:
            yield
        finally:
            # What the body itself bound there stays.
            aside, self._aside = self._aside, None
            _bind({p: aside[p] for p, value in wanted.items() if _bound(p) is value})

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Run the body, which is ours, within `in_place`."""
        if self._aside is None:
            yield
            return
        aside, self._aside = self._aside, None
        now = {place: _bound(place) for place in aside}
        _bind(aside)
        try:
            yield
        finally:
            self._aside = aside
            _bind({place: self._wanted.get(place, aside[place]) for place in now})


def _wanted(how: str, value: Any = _MISSING) -> Any:
    if how == "method":  # a function of the judge's is no function here, and would not be bound
        return lambda *arguments, **keywords: value(*arguments, **keywords)
    return value


def _bound(place: Place) -> Any:
    holder, name = place
    return vars(holder).get(name, _MISSING)


def _bind(values: dict[Place, Any]) -> None:
    for (holder, name), value in values.items():
        with suppress(AttributeError, TypeError):
            if value is _MISSING:
                delattr(holder, name)
            else:
                setattr(holder, name, value)
