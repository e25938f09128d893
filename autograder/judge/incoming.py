"""What the student's process tells the judge of: handles to its objects, its exception classes."""

import contextlib
import weakref
from typing import Any

from autograder.errors import WireError
from autograder.judge import exceptions
from autograder.judge.remote import Handle, Owner, handle_class

Node = Any


class Incoming:
    """The stand-ins for one process's objects, each made once for as long as the judge holds it."""

    def __init__(self, owner: Owner, scope: dict[str, Any], classes: frozenset[str]):
        """
        scope: the judge's namespace, where claimed classes of `__main__` are looked up.
        classes: names that solution cells bind as classes; their operators are forwarded.
        """
        self._owner, self._scope, self._classes = owner, scope, classes
        self._handles: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()
        self._free: list[int] = []
        self.exceptions: dict[str, type[BaseException]] = {}  # classes for the student's, by name

    def resolve(self, node: Node) -> Handle | type[BaseException]:
        """The stand-in for a handle's node. Raises WireError for a malformed one."""
        number = node["id"]
        if type(number) is not int:
            raise WireError("a handle without a number")
        if (kind := self._exception_class(node)) is not None:
            return kind
        handle = self._handles.get(number)
        if handle is None:
            handle = self._handles[number] = self._new_handle(node)
            weakref.finalize(handle, self._free.append, number)
            with contextlib.suppress(ValueError):
                self._free.remove(number)  # it was dropped, and now it is here again
        return handle

    def freed(self) -> list[int]:
        """The numbers of handles that the judge dropped since it was last asked."""
        freed, self._free[:] = list(self._free), []
        return freed

    def _exception_class(self, node: Node) -> type[BaseException] | None:
        """A true class for an exception class of the student's: `except` and pytest need one."""
        if "class" not in node:
            return None
        base = exceptions.known_class(node["class"][1:], self.exceptions)
        if base is None:
            return None
        name = str(node["class"][0][1])
        if name not in self.exceptions:
            self.exceptions[name] = type(name, (base,), {"__module__": "__main__"})
        return self.exceptions[name]

    def _new_handle(self, node: Node) -> Handle:
        mro = [[str(module), str(name)] for module, name in node["mro"]]
        can = set(map(str, node["can"])) - {"operators", "class"}
        if mro and mro[0][0] == "__main__" and mro[0][1] in self._classes:
            can.add("operators")
        if "class" in node:
            can.add("class")
        name = mro[0][1][:100] if mro else ""
        return handle_class(frozenset(can), name)(self._owner, node["id"], mro, self._scope)
