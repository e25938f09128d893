"""Instances of classes that the notebook gives to both sides: they cross as their attributes.

A given class is the instructor's code on both sides of the wall; the receiver makes an instance of
its own class, and gives it the attributes as plain data.
"""

from collections.abc import Callable, Mapping
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.described.known import Known

Node = Any


class Instances:
    """The given classes of one side: names that locked or plain cells bind, looked up when used."""

    def __init__(
        self,
        namespace: Mapping[str, Any],
        names: frozenset[str],
        opaque: frozenset[str] = frozenset(),
        known: Known | None = None,
    ):
        """
        opaque: classes whose instances stay here, be they a list's or a float's subclass.
        known: the libraries whose objects cross as descriptions.
        """
        self.known = known or Known()
        self._namespace, self._names, self._opaque = namespace, names, opaque

    def stays(self, value: Any) -> bool:
        """Whether an instance crosses as a handle, whatever it is besides."""
        kind = type(value)
        return kind.__name__ in self._opaque and kind.__module__ == "__main__"

    def node(self, encoder: Any, value: Any) -> Node:
        """The node of an instance of a given class, or None where it is none."""
        if not self.gives(value):
            return None
        return {"t": "instance", "k": type(value).__name__, "v": encoder.node(dict(vars(value)))}

    def gives(self, value: Any) -> bool:
        """Whether a value is an instance of a given class, and of no other."""
        classes = type(value).__mro__[:-1]
        return bool(classes) and all(map(self._is_given, classes)) and hasattr(value, "__dict__")

    def value(self, decoder: Any, node: Node, made: Callable[[Any], None] | None = None) -> Any:
        """The instance of a node.

        made: is given the instance before its attributes are read: they may hold it.

        Raises WireError for a class that is not given.
        """
        kind: Any = self._namespace.get(node["k"])
        # By its true type: a stand-in would say that it is a class.
        if not (issubclass(type(kind), type) and self._is_given(kind)):
            raise WireError("an instance of a class that the notebook does not give")
        instance: Any = object.__new__(kind)
        if made is not None:
            made(instance)
        attributes = decoder.value(node["v"])
        if not (type(attributes) is dict and all(type(n) is str for n in attributes)):
            raise WireError("an instance with attributes that are none")
        vars(instance).update(attributes)
        return instance

    def _is_given(self, kind: type) -> bool:
        name = kind.__name__
        return name in self._names and self._namespace.get(name) is kind


NO_INSTANCES = Instances({}, frozenset())
