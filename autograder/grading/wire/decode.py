"""The nodes of a message as Python values. Nothing in them is trusted."""

import datetime
import math
import sys
from collections import Counter, defaultdict, deque, namedtuple
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.closed_format import (
    ARRAY_BYTES,
    DEPTH,
    NODES,
    NUMPY_KINDS,
    OBJECT,
    ROOM,
    TORCH_DTYPES,
    TYPES,
    Bunch,
    Hook,
    Node,
    refuse,
)
from autograder.grading.wire.codecs import (
    exact_numbers,
    generator_states,
    library_values,
    pandas_tables,
)
from autograder.grading.wire.codecs.described import table as described
from autograder.grading.wire.codecs.dicts_and_sets import Allowance
from autograder.grading.wire.given_classes import NO_INSTANCES, Instances
from autograder.grading.wire.identities import Received

_NUMBER = 40  # bytes of a number in a list
_FIELDS = 1000  # of a named tuple
_DTYPE = 40  # characters of its name


def _guarded(read: Callable[["Decoder", Node], Any]) -> Callable[["Decoder", Node], Any]:
    """Have whatever a malformed node leads to raised as WireError."""

    @wraps(read)
    def guarded(self: "Decoder", node: Node) -> Any:
        try:
            return read(self, node)
        except WireError:
            raise
        except Exception as error:
            raise WireError(f"a malformed value: {type(error).__name__}") from error

    return guarded


class Decoder:
    """Turns the nodes of one message into values; trusts nothing in them."""

    def __init__(
        self,
        buffers: Sequence[bytes | bytearray],
        resolve: Hook = refuse,
        instances: Instances = NO_INSTANCES,
    ):
        self.buffers = buffers
        self.with_gradient: list[Any] = []  # the leaves of the tensors that require a gradient
        # Not self._as_input: that would be a cycle, and messages would stay until it is collected.
        self.attach: Callable[[Any, str], Any] | None = None
        self.identities: Received | None = None  # what numbers stand for, where they may come
        self.resolve = resolve  # what a node of another kind stands for
        self._instances, self.known = instances, instances.known
        self.told: dict[int, Any] = {}  # the figures that it has read of, by number
        self._nodes = 0
        self._depth = 0
        self._room = ROOM
        self._taken: set[int] = set()  # the buffers that a value has been made of
        self.keys = Allowance()  # of time to build dicts and sets

    @_guarded
    def value(self, node: Node) -> Any:
        """The value of a node. Raises WireError for whatever is not of the format."""
        return self._value(node)

    @_guarded
    def items(self, node: Node) -> list[Any]:
        """The values of a node's list `v`. Raises WireError for whatever is not of the format."""
        if not isinstance(node["v"], list):
            raise WireError("no list of values")
        return [self._value(item) for item in node["v"]]

    @_guarded
    def pairs(self, node: Node) -> dict[Any, Any]:
        """The dict of a node's list of pairs `v`. Raises WireError likewise."""
        pairs = ((self._value(key), self._value(item)) for key, item in node["v"])
        return self.keys.dict_of(list(pairs))

    def instance(self, node: Node, made: Callable[[Any], None]) -> Any:
        """The instance of a node, which `made` is given before its attributes are read."""
        self._depth += 1
        try:
            return self._instances.value(self, node, made)
        finally:
            self._depth -= 1

    def array(self, node: Node) -> np.ndarray:
        """The value of a node that must be an array. Raises WireError likewise."""
        value = self.value(node)
        if not isinstance(value, np.ndarray):  # a range of 10**10 would be made one
            raise WireError(f"{type(value).__name__} where an array was to come")
        return value

    def spend(self, size: int) -> None:
        """Note that a value takes `size` bytes that did not come. Raises WireError if too many."""
        self._room -= size
        if self._room < 0:
            raise WireError(f"values that take more than {ROOM:,} bytes of memory")

    def _value(self, node: Node) -> Any:
        self._nodes += 1
        if self._nodes > NODES or self._depth > DEPTH:
            raise WireError(f"a value of more than {NODES:,} parts, or nested deeper than {DEPTH}")
        if node is None or isinstance(node, bool | int | float | str):
            return node
        self._depth += 1
        try:
            if isinstance(node, list):
                return [self._value(item) for item in node]
            decode = _DECODERS.get(node["t"])
            return self.resolve(node) if decode is None else decode(self, node)
        finally:
            self._depth -= 1

    def data(self, node: Node) -> bytes | bytearray:
        """The bytes that a node refers to; each buffer makes one value, or a few could fill memory.

        Raises WireError for bytes that did not come, or were taken.
        """
        index = node["b"]
        if type(index) is not int or not 0 <= index < len(self.buffers) or index in self._taken:
            raise WireError("a value refers to bytes that did not come, or are another's")
        self._taken.add(index)
        return self.buffers[index]

    def shape(self, node: Node, itemsize: int, length: int) -> tuple[int, ...]:
        """A node's shape, checked against the `length` bytes that came."""
        shape = tuple(node["s"])
        if len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
            raise WireError("a value's shape is not one")
        if math.prod(shape) * itemsize != length:
            raise WireError(f"{length:,} bytes for an array of shape {shape}")
        # What a test makes of an empty array may be as large as its other dimensions say.
        if math.prod(max(n, 1) for n in shape) * itemsize > ARRAY_BYTES:
            raise WireError(f"an array of shape {shape}")
        return shape

    def _numbers(self, node: Node) -> list:
        if node["d"] not in ("d", "l"):
            raise WireError("packed numbers of an unknown kind")
        data = self.data(node)
        self.spend(len(data) // 8 * _NUMBER)
        return np.frombuffer(data, node["d"]).tolist()

    def _tuple(self, node: Node) -> tuple:
        items = self.items(node)
        if "f" not in node:
            return tuple(items)
        if not isinstance(node["f"], list) or len(node["f"]) > _FIELDS:
            raise WireError("a named tuple of too many fields")
        kind = _named_tuple(str(node["n"]), tuple(map(str, node["f"])))
        self.spend(OBJECT)  # for its class, which may be new
        return kind(*items)

    def _is(self, node: Node) -> Any:
        if self.identities is None:
            raise WireError("a number where none was asked for")
        if node["t"] == "same":
            return self.identities.same(node)
        self._depth, self._nodes = self._depth - 1, self._nodes - 1  # a number is no part
        try:
            return self.identities.value(self, node)
        finally:
            self._depth += 1

    def _generator(self, node: Node) -> np.random.Generator:
        self.spend(OBJECT)
        return generator_states.numpy_generator(node["k"], self._value(node["v"]))

    def _array(self, node: Node) -> np.ndarray:
        if node["d"] == "O":
            return self._objects(node)
        dtype, data = _numpy_dtype(node["d"]), self.data(node)
        shape = self.shape(node, dtype.itemsize, len(data))
        if not math.prod(shape):
            return np.empty(shape, dtype)
        array = np.frombuffer(_own(data, dtype.kind == "b"), dtype)
        if dtype.kind == "U" and array.view(np.uint32).max() > sys.maxunicode:
            raise WireError("an array of text with what is no character")
        array = array.reshape(shape, order="F" if node.get("o") == "F" else "C")
        array.flags.writeable = not node.get("ro")
        return array

    def _objects(self, node: Node) -> np.ndarray:
        items = self.items(node)
        array = np.empty(len(items), dtype=object)
        for i, item in enumerate(items):  # `array[:] = items` would unpack lists of one length
            array[i] = item
        return array.reshape(self.shape(node, 1, len(items)))

    def _tensor(self, node: Node) -> Any:
        import torch

        if node["d"] not in TORCH_DTYPES:
            raise WireError("a tensor of an unknown dtype")
        dtype, data = getattr(torch, node["d"]), self.data(node)
        shape = self.shape(node, dtype.itemsize, len(data))
        self.spend(OBJECT // 4)
        own = _own(data, node["d"] == "bool")
        flat = torch.frombuffer(own, dtype=dtype) if own else torch.empty(0, dtype=dtype)
        tensor = flat if len(shape) == 1 else flat.reshape(shape)
        if node.get("grad"):
            tensor.grad = self._value(node["grad"])
        if "g" not in node:
            return tensor
        attached = (self.attach or self._as_input)(tensor, node["g"])
        if "n" in node and node["g"] == "leaf":
            return self.known.tensors.met(node["n"], attached)
        return attached

    def _as_input(self, tensor: Any, kind: str) -> Any:
        self.with_gradient.append(tensor.requires_grad_())
        # A clone of a leaf is no leaf: it may be changed in place, as the caller's could.
        return tensor if kind == "leaf" else tensor.clone()

    def _torch_dtype(self, node: Node) -> Any:
        import torch

        if node["v"] not in TORCH_DTYPES:
            raise WireError("an unknown torch dtype")
        return getattr(torch, node["v"])

    def _torch_size(self, node: Node) -> Any:
        import torch

        return torch.Size(self.items(node))


def _own(data: bytes | bytearray, are_flags: bool) -> bytearray:
    """The bytes of an array, to keep and to write to.

    Those of booleans as 0 or 1, or a flag of byte 7 sums to seven.
    """
    if are_flags:
        return bytearray((np.frombuffer(data, np.uint8) != 0).tobytes())
    return data if isinstance(data, bytearray) else bytearray(data)


@lru_cache(maxsize=1000)
def _named_tuple(name: str, fields: tuple[str, ...]) -> Callable[..., tuple]:
    return namedtuple(name, fields)  # type: ignore[misc]


def _numpy_dtype(text: str) -> np.dtype:
    if not isinstance(text, str) or len(text) > _DTYPE:
        raise WireError("an array of an unknown dtype")
    dtype = np.dtype(text)
    if dtype.kind not in NUMPY_KINDS or dtype.names or dtype.subdtype or not dtype.itemsize:
        raise WireError("an array of an unknown dtype")
    return dtype


_DECODERS: dict[str, Callable[[Decoder, Node], Any]] = {
    "numbers": Decoder._numbers,
    "tuple": Decoder._tuple,
    "dict": Decoder.pairs,
    "bunch": lambda d, n: Bunch(d.pairs(n)),
    "defaultdict": lambda d, n: defaultdict(TYPES[n["f"]], d.pairs(n)),
    "counter": lambda d, n: Counter(d.pairs(n)),
    "deque": lambda d, n: deque(d.items(n), d.value(n["m"])),
    "path": lambda _, n: Path(n["v"]),
    "complex": lambda _, n: complex(*n["v"]),
    "bytes": lambda d, n: bytes(d.data(n)),
    "bytearray": lambda d, n: bytearray(d.data(n)),
    "set": lambda d, n: d.keys.set_of(d.items(n)),
    "frozenset": lambda d, n: frozenset(d.keys.set_of(d.items(n))),
    "keys": lambda d, n: d.keys.dict_of((item, None) for item in d.items(n)).keys(),
    "values": lambda d, n: dict(enumerate(d.items(n))).values(),
    "items": lambda d, n: d.keys.dict_of(d.items(n)).items(),
    "range": lambda d, n: range(*d.items(n)),
    "slice": lambda d, n: slice(*d.items(n)),
    "ellipsis": lambda d, n: ...,
    "datetime": lambda _, n: datetime.datetime.fromisoformat(n["v"]),
    "date": lambda _, n: datetime.date.fromisoformat(n["v"]),
    "time": lambda _, n: datetime.time.fromisoformat(n["v"]),
    "timedelta": lambda _, n: datetime.timedelta(*n["v"]),
    "type": lambda _, n: TYPES[n["v"]],
    "dtype": lambda _, n: _numpy_dtype(n["v"]),
    "array": Decoder._array,
    "scalar": lambda d, n: Decoder._array(d, n)[()],
    "tensor": Decoder._tensor,
    "generator": Decoder._generator,
    "is": Decoder._is,
    "same": Decoder._is,
    "instance": lambda d, n: d._instances.value(d, n),
    "torch.dtype": Decoder._torch_dtype,
    "torch.Size": Decoder._torch_size,
    **exact_numbers.DECODERS,
    **pandas_tables.DECODERS,
    **library_values.DECODERS,
    **described.DECODERS,
}
