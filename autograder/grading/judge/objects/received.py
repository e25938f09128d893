"""What the student's process tells the judge of: handles to its objects, its exception classes."""

import weakref
from typing import Any

from autograder.errors import WireError
from autograder.grading.judge.objects import exceptions
from autograder.grading.judge.objects.classes import ClassHandle, class_handle
from autograder.grading.judge.objects.coroutines import COROUTINE, Coroutines
from autograder.grading.judge.objects.stand_ins import (
    Facts,
    Handle,
    Owner,
    claimed_class,
    handle_class,
    is_handle,
    known_here,
    stand_for,
)
from autograder.grading.wire.given_classes import Instances
from autograder.text import shorten

Node = Any

_NAME = 200  # characters
_MOST_CLAIMS = 200  # base classes, or special methods, of one object
_MOST_HANDLES = 100_000  # held at a time
_MOST_CLASSES = 2000  # of those: each takes kilobytes
_DEEPEST = 50  # bases of bases
_MOST_EXCEPTIONS = 1000


class ReceivedObjects:
    """The stand-ins for one process's objects, each made once for as long as the judge holds it."""

    def __init__(
        self, owner: Owner, scope: dict[str, Any], classes: frozenset[str], instances: Instances
    ):
        """
        scope: the judge's namespace, where claimed classes of `__main__` are looked up.
        classes: names that solution cells bind as classes; their operators are forwarded.
        instances: the given classes, of which an honest process sends no handles.
        """
        self._owner, self._scope, self._classes = owner, scope, classes
        self._instances = instances
        self._handles: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()
        self._free: dict[int, None] = {}
        self._classes_held: weakref.WeakSet[Any] = weakref.WeakSet()
        self._depth = 0
        self.coroutines = Coroutines()
        self.exceptions: dict[str, type[BaseException]] = {}  # classes for the student's, by name

    def resolve(self, node: Node) -> Any:
        """The stand-in for a handle's node. Raises WireError for a malformed one."""
        found = self._resolve(node)
        if is_handle(found) and not isinstance(found, type) and node["mro"][:1] == [COROUTINE]:
            return self.coroutines.of(found, str(node.get("name", "coroutine"))[:_NAME])
        return found

    def _resolve(self, node: Node) -> Handle | type[BaseException]:
        if node["t"] == "object's":
            return _of_object(node["v"])
        number = self.number(node)
        if (kind := self._exception_class(node)) is not None:
            return kind
        handle = self._handles.get(number)
        if handle is None:
            if len(self._handles) >= _MOST_HANDLES:
                raise WireError(f"more than {_MOST_HANDLES:,} objects that are no plain data")
            handle = self._handles[number] = self._new_handle(node)
            weakref.finalize(handle, self._free.setdefault, number)
            self._free.pop(number, None)  # it was dropped, and now it is here again
        return handle

    def number(self, node: Node) -> int:
        """By which the student's process knows an object. Raises WireError for none."""
        number = node["id"]
        if type(number) is not int or not 0 < number < 2**53:
            raise WireError("a handle without a number")
        return number

    def freed(self) -> list[int]:
        """The numbers of handles that the judge dropped since it was last asked."""
        freed = list(self._free)
        self._free.clear()
        return freed

    def _exception_class(self, node: Node) -> type[BaseException] | None:
        """A true class for an exception class of the student's: `except` and pytest need one."""
        if "class" not in node:
            return None
        base = exceptions.known_class(node["class"][1:], self.exceptions)
        if base is None:
            return None
        name = str(node["class"][0][1])[:_NAME]
        if name not in self.exceptions:
            if len(self.exceptions) >= _MOST_EXCEPTIONS:
                raise WireError(f"more than {_MOST_EXCEPTIONS:,} classes of exceptions")
            shown = shorten(name) or "Exception"
            self.exceptions[name] = type(shown, (base,), {"__module__": "__main__"})
        return self.exceptions[name]

    def _new_handle(self, node: Node) -> Handle:
        mro, can = self._without_carried(_names(node["mro"])), _capabilities(node["can"])
        facts = Facts(self._owner, node["id"], claimed_class(mro, self._scope))
        if "class" in node:
            return self._new_class(node, facts, can)
        if "of" in node:
            return self._new_instance(node["of"], facts)
        if self._is_theirs(mro[:1]):
            can |= {"operators"}
        return stand_for(handle_class(can, mro[0][1] if mro else ""), facts)

    def _new_instance(self, node: Node, facts: Facts) -> Handle:
        """The stand-in for an object of a class that has one, too."""
        kind: Any = self.resolve(node)
        if not issubclass(type(kind), ClassHandle):
            raise WireError("an object whose class is none")
        if facts.claimed is None or issubclass(kind, facts.claimed):
            facts.claimed = None  # its class says so itself
        return stand_for(kind, facts)

    def _new_class(self, node: Node, facts: Facts, can: frozenset[str]) -> Handle:
        if len(self._classes_held) >= _MOST_CLASSES:
            raise WireError(f"more than {_MOST_CLASSES:,} classes")
        mro, makes = _names(node["class"]), _capabilities(node.get("makes", []))
        place = mro[0] if mro else ["builtins", "object"]
        mro = self._without_carried(mro)
        if self._is_theirs(mro):
            makes |= {"operators"}
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise WireError("a class of too many bases")
            told = node.get("bases", [])[:_MOST_CLAIMS]
            if not self._is_theirs(mro):
                told = [base for base in told if not self._is_carried(*_names([base["name"]])[0])]
            bases = [self._base(base) for base in told]
        finally:
            self._depth -= 1
        if place[0] != "__main__":  # of a file beside the notebook, which the test imports, too
            facts.same = self._here(place[0], place[1])
        line = self._line(bases, [claim for claim in mro if claim != place])
        named = [base for base in bases if base is not None]
        abstract = frozenset(map(str, node.get("abstract", [])[:_MOST_CLAIMS]))
        kind = class_handle(facts, (place[0], place[1]), can, makes, named, line, abstract)
        self._classes_held.add(kind)
        return kind

    def _base(self, node: Node) -> Any:
        [(module, name)] = _names([node["name"]])
        if (module, name) == ("builtins", "object"):
            return object
        found = self._here(module, name)  # a given class is the judge's own, not what came of it
        return self.resolve(node["class"]) if found is None and "class" in node else found

    def _line(self, bases: list[Any], mro: list[list[str]]) -> list[type]:
        """All classes that one derives from, in its own order as far as the judge has them."""
        theirs: dict[tuple[str, str], Any] = {}
        for base in bases:
            if issubclass(type(base), ClassHandle):
                theirs |= {_place(kind): kind for kind in base.__mro__ if _is_class(kind)}
        found = (self._here(m, n) or theirs.get((m, n)) for m, n in mro)
        return [kind for kind in dict.fromkeys(found) if kind is not None]

    def _here(self, module: str, name: str) -> type | None:
        return known_here(module, name, self._scope)

    def _without_carried(self, mro: list[list[str]]) -> list[list[str]]:
        """The claims, without given classes that no class of a solution cell derives from."""
        if self._is_theirs(mro):
            return mro
        return [claim for claim in mro if not self._is_carried(*claim)]

    def _is_carried(self, module: str, name: str) -> bool:
        return module == "__main__" and self._instances.is_carried(name)

    def _is_theirs(self, mro: list[list[str]]) -> bool:
        return any(module == "__main__" and name in self._classes for module, name in mro)


def _of_object(name: str) -> Any:
    """A method that every object has: `Cat.__str__ is object.__str__`."""
    found = vars(object)[name]
    if not callable(found):
        raise WireError("no method of every object")
    return found


def _is_class(kind: Any) -> bool:
    return issubclass(type(kind), ClassHandle)


def _place(kind: Any) -> tuple[str, str]:
    return kind.__module__, kind.__qualname__


def _names(claims: Any) -> list[list[str]]:
    if len(claims) > _MOST_CLAIMS:
        raise WireError("a handle that claims too much")
    return [[str(module)[:_NAME], str(name)[:_NAME]] for module, name in claims]


def _capabilities(claims: Any) -> frozenset[str]:
    if len(claims) > _MOST_CLAIMS:
        raise WireError("a handle that claims too much")
    return frozenset(map(str, claims)) - {"operators"}
