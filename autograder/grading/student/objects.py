"""The student's objects that are no plain data stay here, and the judge holds handles to them.

`Codec` is how all values cross on this side: its encoder and decoder know these objects.
"""

import contextlib
import importlib
import itertools
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import CoroutineType, FunctionType
from typing import Any

from autograder.grading.student.callbacks import Ask, Callback, CallbackIterator, MockStandIn
from autograder.grading.wire.changed_arguments import is_large
from autograder.grading.wire.codecs.described.known import Known
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message
from autograder.grading.wire.given_classes import Instances
from autograder.grading.wire.identities import Sent, met_twice
from autograder.grading.wire.shared_tensors import SharedTensors
from autograder.grading.wire.special_methods import PLAIN

Node = Any
_WRAPPER = type(object.__str__)

# What a handle can do in the judge: the special methods that its type has here.
CAPABILITIES = PLAIN | {
    "call": "__call__",
    "iter": "__iter__",
    "array": "__array__",
    "exit": "__exit__",
    "await": "__await__",
    "aiter": "__aiter__",
    "anext": "__anext__",
    "aenter": "__aenter__",
    "aexit": "__aexit__",
}


class Objects:
    """Both directions: objects to handle numbers, and what the judge's nodes stand for."""

    def __init__(self, ask: Ask):
        self._ask = ask
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._origins: dict[int, Node] = {}
        self._callbacks: dict[int, Callback] = {}
        self._next = itertools.count(1)

    def handle(self, value: Any) -> Node:
        """The node of an object of the student's (the encoder's hook)."""
        if id(value) in self._origins:
            return self._origins[id(value)]
        if type(value) is _WRAPPER and value in vars(object).values():
            return {"t": "object's", "v": value.__name__}
        if id(value) not in self._numbers:
            self._numbers[id(value)] = number = next(self._next)
            self._objects[number] = value
        kind = type(value)
        can = [name for name, method in CAPABILITIES.items() if hasattr(kind, method)]
        number = self._numbers[id(value)]
        node = {"t": "handle", "id": number, "can": can, "mro": _names(kind.__mro__)}
        if isinstance(value, CoroutineType):
            node["name"] = value.__name__
        if isinstance(value, type):
            node |= self._class(value)
        elif is_notebooks(kind):
            node["of"] = self.handle(kind)
        elif isinstance(value, FunctionType) and _is_at_home(value):
            node["place"] = [str(value.__module__), str(value.__qualname__)]
        return node

    def _class(self, kind: type) -> Node:
        """Of which classes it is, and what its instances can do."""
        bases = [self._base(base) for base in kind.__bases__]
        makes = [name for name, method in CAPABILITIES.items() if hasattr(kind, method)]
        abstract = list(getattr(kind, "__abstractmethods__", ()))
        told = {"class": _names(kind.__mro__), "bases": bases, "makes": makes}
        return told | ({"abstract": abstract} if abstract else {})

    def _base(self, kind: type) -> Node:
        named = {"name": _names((kind,))[0]}
        return named | ({"class": self.handle(kind)} if is_notebooks(kind) else {})

    def echo(self, value: Any) -> Node:
        """As `handle`, but as the judge would have sent it: to see whether an argument changed."""
        number = self._numbers.get(id(value))
        return self.handle(value) if number is None else {"t": "ref", "id": number}

    def resolve(self, node: Node) -> Any:
        """What a node of the judge's stands for (the decoder's hook)."""
        found: Any
        if node["t"] == "ref":
            return self._objects[node["id"]]
        if node["t"] == "callback":
            kind = CallbackIterator if node.get("iterator") else Callback
            kind = MockStandIn if node.get("mock") else kind
            found = self._callbacks.setdefault(
                node["id"], kind(self._ask, node["id"], node["name"])
            )
        elif node["t"] == "global":
            found = importlib.import_module(node["module"])
            for part in filter(None, node["name"].split(".")):  # a module itself has no more
                found = getattr(found, part)
        else:
            raise LookupError(node["t"])
        self._origins[id(found)] = node
        return found

    def forget(self, numbers: list[int]) -> None:
        """Drop objects whose handles the judge no longer holds."""
        for number in numbers:
            with contextlib.suppress(KeyError):
                del self._numbers[id(self._objects.pop(number))]


class Codec:
    """Of one process. It learns which classes are given when the judge tells of them."""

    def __init__(self, ask: Ask):
        """ask: makes a call of a function of the judge's."""
        self.objects = Objects(ask)
        self._instances = Instances({}, frozenset(), known=Known(numbers_tensors=True))

    def give(
        self, namespace: dict[str, Any], given: list[str], theirs: list[str], libraries: list[str]
    ) -> None:
        """From now on instances of these classes of the notebook cross as their attributes.

        theirs: the names of classes that a solution cell binds.
        libraries: those whose objects cross as descriptions.
        """
        kinds = frozenset(given), frozenset(theirs)
        self._instances = Instances(
            namespace, *kinds, Known(libraries, numbers_tensors=True), trusted=True
        )

    @property
    def tensors(self) -> SharedTensors:
        """This side's parameters, which the judge may change."""
        return self._instances.known.tensors

    def encoder(self) -> Encoder:
        """For one message."""
        return Encoder(self.objects.handle, self._instances)

    def decoder(self, message: Message) -> Decoder:
        """For the nodes of a message."""
        return Decoder(message.buffers, self.objects.resolve, self._instances)

    def numbers(self, known: Mapping[int, Any], settled: Iterable[int], value: Any) -> Sent:
        """For a reply that gives `value`: the known numbers go on, and what comes twice has one."""
        return Sent(known, settled, met_twice(value, self._instances.gives))

    def as_sent(self, value: Any) -> Message:
        """A value as it would be sent now, to see whether it changed."""
        encoder = Encoder(self.objects.echo, self._instances)
        encoder.identities = Sent()
        return Message({"v": encoder.node(value)}, encoder.buffers)

    def as_lent(self, value: Any) -> Message:
        """The same of what a name of the notebook stands for: a large array is only identified."""
        return Message({"same": id(value)}) if is_large(value) else self.as_sent(value)


def _is_at_home(function: FunctionType) -> bool:
    """Whether it is what its module has by its name: a wrapper may bear the name of another."""
    module = sys.modules.get(str(function.__module__))
    return vars(module).get(function.__qualname__) is function if module else False


def is_notebooks(kind: type) -> bool:
    """Whether a class is the notebook's or of a file beside it, and of no library."""
    if kind.__module__ == "__main__":
        return True
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return isinstance(file, str) and str(Path(file).parent) == str(Path.cwd())


def _names(mro: tuple[type, ...]) -> list[list[str]]:
    return [[str(kind.__module__), str(kind.__qualname__)] for kind in mro]


def exception_node(error: BaseException, encode: Callable[[Any], Node], traceback: str) -> Node:
    """An exception as data: the names of its classes, its arguments, its text and traceback."""
    try:
        text = str(error)
    except BaseException as second:
        text = f"<str() of it raised {type(second).__name__}>"
    node: Node = {"mro": _names(type(error).__mro__), "text": text, "traceback": traceback}
    with contextlib.suppress(Exception):
        node["args"] = [encode(item) for item in error.args]
    with contextlib.suppress(Exception):
        node["attributes"] = encode(dict(vars(error)))
    return node
