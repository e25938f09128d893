"""What a test binds anew in modules and classes: it goes over with the next call, and comes back.

While a test cell runs that may patch, modules are of a class that notes what is bound in them.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from types import FrameType, FunctionType, MethodType, ModuleType
from typing import Any

from autograder.errors import AutograderError
from autograder.grading.judge.surroundings.patching_cells import Reading, found, reading_of
from autograder.grading.judge.surroundings.replacements import TELLING
from autograder.grading.wire.encode import Encoder

Node = Any
Place = tuple[Any, str]  # a module or a class, and the attribute

_MISSING = object()
_LOOKED_THROUGH = {"unittest.mock", "_pytest.monkeypatch", "contextlib"}
# What these bind while a test runs is no test's patch.
_LIBRARIES = {
    *(
        "IPython",
        "autograder",
        "_pytest",
        "matplotlib",
        "numpy",
        "pandas",
        "pytest",
        "scipy",
        "seaborn",
    ),
    *("sklearn", "sympy", "torch", "tqdm", "traitlets", "transformers"),
}
# Of these the judge's are its own, or another rule of `surroundings` carries them over.
_OTHERS = {
    "sys": {
        *("stdin", "stdout", "stderr", "argv", "path", "modules", "displayhook", "excepthook"),
        *("path_hooks", "meta_path", "last_type", "last_value", "last_traceback", "last_exc"),
    },
    "warnings": {"filters", "showwarning", "_showwarnmsg_impl", "_filters_mutated"},
    "os": {"environ"},
}
_IMMUTABLE = 1 << 8  # of a class's flags: Py_TPFLAGS_IMMUTABLETYPE


class Rebindings:
    """Of one judge: the places that differ from what they were before a test bound them."""

    def __init__(self, scope: Mapping[str, Any], given: Iterable[str], beside: Iterable[str]):
        """
        scope: the judge's namespace, where a test's names of modules and classes are found.
        given: the names of classes that both sides have of the notebook.
        beside: the sources of modules beside it, which a test may have patch for it.
        """
        self._scope, self._given = scope, frozenset(given)
        self._patches = any(reading_of(source).patches for source in beside)
        self._original: dict[Place, Any] = {}
        self._told: dict[Place, Any] = {}
        self._classes: dict[type, dict[str, Any]] = {}
        self._aside: dict[Place, Any] | None = None

    def renew(self) -> None:
        """A fresh process of the student's has none of it."""
        self._told.clear()

    def __bool__(self) -> bool:
        """Whether anything is not as it was."""
        return bool(self._original)

    @contextmanager
    def watched(self, source: str) -> Iterator[None]:
        """Note what the body binds, a cell of the instructor's, if it or one before it patches."""
        cell = reading_of(source)
        self._patches = self._patches or cell.patches
        if not self._patches:
            yield
            return
        for name in cell.modules:
            with suppress(Exception):  # the cell itself says so
                import_module(name)
        self._classes |= {kind: dict(vars(kind)) for kind in self._classes_named(cell)}
        watched = [m for m in list(sys.modules.values()) if type(m) is ModuleType]
        _set_class(watched, _watched_class(self._note))
        try:
            yield
        finally:
            _set_class(watched, ModuleType)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Run the body, which is ours, without what a test has bound."""
        self._note_classes()
        if not self._original or self._aside is not None:
            yield
            return
        self._aside = {place: _bound(place) for place in self._original}
        _bind(self._original)
        try:
            yield
        finally:
            now, self._aside = self._aside, None
            _bind(now)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Run the body, which is a test's, within `apart`."""
        if self._aside is None:
            yield
            return
        now, self._aside = self._aside, None
        _bind(now)
        try:
            yield
        finally:
            self._aside = {place: _bound(place) for place in self._original}
            _bind(self._original)

    def changes(self, encoder: Encoder) -> list[list[Node]]:
        """What to bind in the student's process since it was last told, within `apart`."""
        changes = []
        for place, now in list((self._aside or {}).items()):
            original = self._original[place]
            if now is self._told.get(place, original):
                continue
            changes.append(_change(place, now, original, encoder))
            self._told[place] = now
        return changes

    def _note(self, module: ModuleType, name: str) -> None:
        place = (module, name)
        # Two frames up is who binds: this is called by the module's class.
        if place not in self._original and _is_patch(module, name, sys._getframe(2)):
            self._original[place] = vars(module).get(name, _MISSING)

    def _note_classes(self) -> None:
        for kind, before in self._classes.items():
            now = vars(kind)
            if len(now) == len(before) and all(now.get(n) is v for n, v in before.items()):
                continue
            for name in now.keys() | before.keys():
                if now.get(name, _MISSING) is not before.get(name, _MISSING):
                    self._original.setdefault((kind, name), before.get(name, _MISSING))

    def _classes_named(self, cell: Reading) -> Iterator[type]:
        """The classes that a cell names: of libraries, of modules beside the notebook, given."""
        imported = {name: found(path, {}) for name, path in cell.imported}
        for path in cell.dotted:
            kind = found(path, {**self._scope, **imported})
            if not issubclass(type(kind), type) or kind.__flags__ & _IMMUTABLE:
                continue
            if kind.__module__ != "__main__" or kind.__name__ in self._given:
                yield kind


def _watched_class(note: Any) -> type[ModuleType]:
    class Watched(ModuleType):
        def __setattr__(self, name: str, value: Any) -> None:
            note(self, name)
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            note(self, name)
            super().__delattr__(name)

    Watched.__name__ = Watched.__qualname__ = "module"
    return Watched


def _set_class(modules: Sequence[ModuleType], kind: type[ModuleType]) -> None:
    for module in modules:
        with suppress(TypeError):
            ModuleType.__setattr__(module, "__class__", kind)  # unseen by the class it has


def _is_patch(module: ModuleType, name: str, frame: FrameType | None) -> bool:
    own = module.__name__
    if own == "__main__" or own.startswith("autograder.") or name in _OTHERS.get(own, ()):
        return False
    while frame and frame.f_globals.get("__name__") in _LOOKED_THROUGH:
        frame = frame.f_back
    by = str(frame.f_globals.get("__name__") if frame else "").partition(".")[0]
    return by not in sys.stdlib_module_names and by not in _LIBRARIES


def _bound(place: Place) -> Any:
    holder, name = place
    return vars(holder).get(name, _MISSING)


def _bind(values: Mapping[Place, Any]) -> None:
    for (holder, name), value in values.items():
        # Not by a module's own class, which may be one that notes.
        bind: Any = type if isinstance(holder, type) else ModuleType
        with suppress(AttributeError):
            if value is _MISSING:
                bind.__delattr__(holder, name)
            else:
                bind.__setattr__(holder, name, value)


def _change(place: Place, now: Any, original: Any, encoder: Encoder) -> list[Node]:
    holder, name = place
    of_class = isinstance(holder, type)
    where = [holder.__module__, holder.__qualname__] if of_class else [holder.__name__, ""]
    if now is original:
        return [*where, name, "as before"]
    if now is _MISSING:
        return [*where, name, "gone"]
    tells = where[0] == "builtins" and name in TELLING
    if tells and isinstance(now, FunctionType | MethodType):
        return [*where, name, "as before"]
    if isinstance(now, staticmethod | classmethod):
        now = now.__func__
    try:
        node = encoder.node(now)
    except AutograderError:
        # It may be for the test alone; where not, the instructor's own solution fails on it.
        return [*where, name, "as before"]
    return [*where, name, "method" if of_class and isinstance(now, FunctionType) else "bound", node]
