"""Instances of classes that the notebook gives to both sides: they cross as their attributes.

A given class is the instructor's code on both sides of the wall; the receiver makes an instance of
its own class, and gives it the attributes as plain data. An instance of a subclass that the
student made up crosses as one of the given class: its own methods stay behind.
"""

from collections.abc import Callable, Mapping
from types import MemberDescriptorType
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.closed_format import Opaque
from autograder.grading.wire.codecs.described.known import Known

Node = Any

_MISSING = object()
# What `functools.update_wrapper` and `typing` leave on an instance. Others are protocols: NumPy
# follows an instance's `__array_interface__` to any place in memory.
_HARMLESS = frozenset(
    {"__name__", "__qualname__", "__doc__", "__module__", "__wrapped__", "__annotations__"}
    | {"__type_params__", "__orig_class__"}
)


class Instances:
    """The given classes of one side: names that locked or plain cells bind, looked up when used."""

    def __init__(
        self,
        namespace: Mapping[str, Any],
        names: frozenset[str],
        opaque: frozenset[str] = frozenset(),
        known: Known | None = None,
        *,
        trusted: bool = False,
    ):
        """
        opaque: classes whose instances stay here, be they a list's or a float's subclass.
        known: the libraries whose objects cross as descriptions.
        trusted: what comes is the judge's, whose attributes may hide what they like.
        """
        self._trusted = trusted
        self.known = known or Known()
        self._namespace, self._names, self._opaque = namespace, names, opaque

    def stays(self, value: Any) -> bool:
        """Whether an instance crosses as a handle, whatever it is besides."""
        return self._is_opaque(type(value))

    def node(self, encoder: Any, value: Any) -> Node:
        """The node of an instance of a given class, or None where it is none."""
        kind = self._given_kind(value)
        if kind is None:
            return None
        return {"t": "instance", "k": kind.__name__, "v": encoder.node(attributes_of(value))}

    def gives(self, value: Any) -> bool:
        """Whether a value crosses as an instance of a given class."""
        return self._given_kind(value) is not None

    def _given_kind(self, value: Any) -> type | None:
        if issubclass(type(value), Opaque):  # a stand-in, whose class may derive from a given one
            return None
        classes = type(value).__mro__
        kind = next(filter(self.crosses, classes), None)
        if kind is None or any(map(self._is_opaque, classes)):
            return None
        own = classes[: classes.index(kind)]
        return kind if all(one.__module__ == "__main__" for one in own) else None

    def value(self, decoder: Any, node: Node, made: Callable[[Any], None] | None = None) -> Any:
        """The instance of a node.

        made: is given the instance before its attributes are read: they may hold it.

        Raises WireError for a class that is not given, and for an attribute that would take the
        place of what the class defines.
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
        set_attributes(instance, attributes if self._trusted else _without_caches(kind, attributes))
        return instance

    def crosses(self, kind: type) -> bool:
        """Whether instances cross as their attributes: a given class, with none but given bases."""
        return kind is not object and all(map(self._is_given, kind.__mro__[:-1]))

    def is_carried(self, name: str) -> bool:
        """Whether the class of this name is one whose instances cross as their attributes."""
        kind: Any = self._namespace.get(name)
        return issubclass(type(kind), type) and self.crosses(kind)

    def _is_opaque(self, kind: type) -> bool:
        return kind.__name__ in self._opaque and kind.__module__ == "__main__"

    def _is_given(self, kind: type) -> bool:
        name = kind.__name__
        return name in self._names and self._namespace.get(name) is kind


NO_INSTANCES = Instances({}, frozenset())


def attributes_of(instance: Any) -> dict[str, Any]:
    """The attributes of an instance, those in slots too."""
    slots = {
        name: member.__get__(instance)
        for name, member in _slots(type(instance)).items()
        if _is_set(member, instance)
    }
    return slots | dict(getattr(instance, "__dict__", {}))


def has_attributes(instance: Any) -> bool:
    """Whether an instance has any, or could have."""
    return hasattr(instance, "__dict__") or bool(_slots(type(instance)))


def set_attributes(instance: Any, attributes: Mapping[str, Any]) -> None:
    """Give an instance these attributes and no others. Raises WireError for one it cannot have."""
    slots = _slots(type(instance))
    others: Any = getattr(instance, "__dict__", None)
    for name in attributes_of(instance).keys() - attributes.keys():
        if name in slots:
            slots[name].__delete__(instance)
        else:
            others.pop(name)
    for name, value in attributes.items():
        if name in slots:
            slots[name].__set__(instance, value)
        elif others is None:
            raise WireError(f"an attribute that {type(instance).__name__} has no slot for: {name}")
        else:
            others[name] = value


def _slots(kind: type) -> dict[str, Any]:
    return {
        name: member
        for one in reversed(kind.__mro__)
        for name, member in vars(one).items()
        if type(member) is MemberDescriptorType
    }


def _is_set(member: Any, instance: Any) -> bool:
    try:
        member.__get__(instance)
    except AttributeError:
        return False
    return True


def _without_caches(kind: type, attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes, but for what the class computes itself: `cached_property` and its like.

    Raises WireError for one that hides a method, or is a protocol's.
    """
    kept = {}
    for name, value in attributes.items():
        defined = _defined(kind, name)
        if name.startswith("__") and name.endswith("__") and name not in _HARMLESS:
            raise WireError(f"an attribute {name} of its own on an instance of {kind.__name__}")
        if not _would_be_hidden(defined) or name in getattr(kind, "__dataclass_fields__", ()):
            kept[name] = value  # it hides a default, as what `__init__` sets may do
        elif callable(defined) or isinstance(defined, classmethod | staticmethod):
            raise WireError(f"an attribute that hides the method {kind.__name__}.{name}")
    return kept


def _defined(kind: type, name: str) -> Any:
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), _MISSING)


def _would_be_hidden(defined: Any) -> bool:
    """Whether it is looked up on the class, but only after the instance's own attributes."""
    kind = type(defined)
    return hasattr(kind, "__get__") and not (
        hasattr(kind, "__set__") or hasattr(kind, "__delete__")
    )
