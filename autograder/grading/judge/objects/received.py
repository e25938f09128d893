"""What the student's process tells the judge of: handles to its objects, its exception classes."""

import weakref
from typing import Any

from autograder.errors import WireError
from autograder.grading.judge.objects import exceptions
from autograder.grading.judge.objects.stand_ins import Handle, Owner, handle_class
from autograder.text import shorten

Node = Any

_NAME = 200  # characters
_MOST_CLAIMS = 200  # base classes, or special methods, of one object
_MOST_HANDLES = 100_000  # held at a time
_MOST_EXCEPTIONS = 1000


class ReceivedObjects:
    """The stand-ins for one process's objects, each made once for as long as the judge holds it."""

    def __init__(self, owner: Owner, scope: dict[str, Any], classes: frozenset[str]):
        """
        scope: the judge's namespace, where claimed classes of `__main__` are looked up.
        classes: names that solution cells bind as classes; their operators are forwarded.
        """
        self._owner, self._scope, self._classes = owner, scope, classes
        self._handles: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()
        self._free: dict[int, None] = {}
        self.exceptions: dict[str, type[BaseException]] = {}  # classes for the student's, by name

    def resolve(self, node: Node) -> Handle | type[BaseException]:
        """The stand-in for a handle's node. Raises WireError for a malformed one."""
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
        if max(len(node["mro"]), len(node["can"])) > _MOST_CLAIMS:
            raise WireError("a handle that claims too much")
        mro = [[str(module)[:_NAME], str(name)[:_NAME]] for module, name in node["mro"]]
        can = set(map(str, node["can"])) - {"operators", "class"}
        if mro and mro[0][0] == "__main__" and mro[0][1] in self._classes:
            can.add("operators")
        if "class" in node:
            can.add("class")
        name = mro[0][1] if mro else ""
        return handle_class(frozenset(can), name)(self._owner, node["id"], mro, self._scope)
