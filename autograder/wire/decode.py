"""The nodes of a message as Python values. Nothing in them is trusted."""

import datetime
import math
from collections import Counter, deque, namedtuple
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.wire import libraries, tables
from autograder.wire.closed import (
    BIT_GENERATORS,
    DEPTH,
    NODES,
    NUMPY_KINDS,
    TORCH_DTYPES,
    TYPES,
    Bunch,
    Hook,
    Node,
    refuse,
)
from autograder.wire.instances import NO_INSTANCES, Instances


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
        self.attach: Callable[[Any, str], Any] = self._as_input
        self._resolve, self._instances = resolve, instances
        self._nodes = 0
        self._depth = 0

    def value(self, node: Node) -> Any:
        """The value of a node. Raises WireError for whatever is not of the format."""
        try:
            return self._value(node)
        except WireError:
            raise
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            MemoryError,
            RuntimeError,  # torch's, and RecursionError
            TypeError,
            ValueError,
        ) as e:
            raise WireError(f"a malformed value: {type(e).__name__}") from e

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
            return self._resolve(node) if decode is None else decode(self, node)
        finally:
            self._depth -= 1

    def items(self, node: Node) -> list[Any]:
        """The values of a node's list `v`."""
        return [self._value(item) for item in node["v"]]

    def data(self, node: Node) -> bytes | bytearray:
        """The bytes that a node refers to."""
        index = node["b"]
        if type(index) is not int or not 0 <= index < len(self.buffers):
            raise WireError("a value refers to bytes that did not come")
        return self.buffers[index]

    def shape(self, node: Node, itemsize: int) -> tuple[int, ...]:
        """A node's shape, checked against the bytes that came."""
        shape = tuple(node["s"])
        if len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
            raise WireError("a value's shape is not one")
        if math.prod(shape) * itemsize != len(self.data(node)):
            raise WireError(f"{len(self.data(node)):,} bytes for an array of shape {shape}")
        return shape

    def pairs(self, node: Node) -> dict[Any, Any]:
        """The dict of a node's list of pairs `v`."""
        return {self._value(key): self._value(item) for key, item in node["v"]}

    def _numbers(self, node: Node) -> list:
        if node["d"] not in ("d", "l"):
            raise WireError("packed numbers of an unknown kind")
        return np.frombuffer(self.data(node), node["d"]).tolist()

    def _tuple(self, node: Node) -> tuple:
        items = self.items(node)
        if "f" not in node:
            return tuple(items)
        return namedtuple(node["n"], node["f"])(*items)  # type: ignore[misc]

    def _generator(self, node: Node) -> np.random.Generator:
        if node["k"] not in BIT_GENERATORS:
            raise WireError("an unknown random generator")
        bits = getattr(np.random, node["k"])(0)
        bits.state = self._value(node["v"])
        return np.random.Generator(bits)

    def _array(self, node: Node) -> np.ndarray:
        if node["d"] == "O":
            items = self.items(node)
            array = np.empty(len(items), dtype=object)
            for i, item in enumerate(items):  # `array[:] = items` would unpack lists of one length
                array[i] = item
            return array.reshape(node["s"])
        dtype = _numpy_dtype(node["d"])
        shape = self.shape(node, dtype.itemsize)
        if not math.prod(shape):
            return np.empty(shape, dtype)
        array = np.frombuffer(_flags(self.data(node), dtype.kind == "b"), dtype).copy()
        array = array.reshape(shape, order="F" if node.get("o") == "F" else "C")
        array.flags.writeable = not node.get("ro")
        return array

    def _tensor(self, node: Node) -> Any:
        import torch

        if node["d"] not in TORCH_DTYPES:
            raise WireError("a tensor of an unknown dtype")
        dtype = getattr(torch, node["d"])
        shape = self.shape(node, dtype.itemsize)
        data = bytearray(_flags(self.data(node), node["d"] == "bool"))
        flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        tensor = flat.reshape(shape)
        if node.get("grad"):
            tensor.grad = self._tensor(node["grad"])
        return self.attach(tensor, node["g"]) if "g" in node else tensor

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


def _flags(data: bytes | bytearray, are_flags: bool) -> bytes | bytearray:
    """The bytes of an array; those of booleans as 0 or 1, or a flag of byte 7 sums to seven."""
    return (np.frombuffer(data, np.uint8) != 0).tobytes() if are_flags else data


def _numpy_dtype(text: str) -> np.dtype:
    dtype = np.dtype(str(text))
    if dtype.kind not in NUMPY_KINDS or dtype.names or dtype.subdtype or not dtype.itemsize:
        raise WireError("an array of an unknown dtype")
    return dtype


_DECODERS: dict[str, Callable[[Decoder, Node], Any]] = {
    "int": lambda _, n: int(n["v"], 16),
    "numbers": Decoder._numbers,
    "tuple": Decoder._tuple,
    "dict": Decoder.pairs,
    "bunch": lambda d, n: Bunch(d.pairs(n)),
    "counter": lambda d, n: Counter(d.pairs(n)),
    "deque": lambda d, n: deque(d.items(n), d.value(n["m"])),
    "path": lambda _, n: Path(n["v"]),
    "complex": lambda _, n: complex(*n["v"]),
    "bytes": lambda d, n: bytes(d.data(n)),
    "bytearray": lambda d, n: bytearray(d.data(n)),
    "set": lambda d, n: set(d.items(n)),
    "frozenset": lambda d, n: frozenset(d.items(n)),
    "keys": lambda d, n: dict.fromkeys(d.items(n)).keys(),
    "values": lambda d, n: dict(enumerate(d.items(n))).values(),
    "items": lambda d, n: dict(d.items(n)).items(),
    "range": lambda d, n: range(*d.items(n)),
    "slice": lambda d, n: slice(*d.items(n)),
    "ellipsis": lambda d, n: ...,
    "fraction": lambda d, n: Fraction(*d.items(n)),
    "decimal": lambda _, n: Decimal(n["v"]),
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
    "instance": lambda d, n: d._instances.value(d, n),
    "torch.dtype": Decoder._torch_dtype,
    "torch.Size": Decoder._torch_size,
    **tables.DECODERS,
    **libraries.DECODERS,
}
