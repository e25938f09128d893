"""Python values as nodes of a message, and back. What has no node here crosses as an opaque one.

A node is null, a boolean, a number, a string, a list, or an object `{"t": kind, ...}`. Sub-types
cross as their plain base: a float whose `__eq__` lies arrives as a float.
"""

import datetime
import math
import sys
from collections import namedtuple
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.wire import libraries, tables
from autograder.wire.instances import NO_INSTANCES, Instances

DEPTH = 100
NODES = 2_000_000
_PACK = 64  # a list of this many floats, or ints of 64 bits, crosses as one buffer
_WIDE_INT = 2**1024

_TYPES = {
    f"{t.__module__}.{t.__name__}": t
    for t in (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
}
_NUMPY_KINDS = "biufcSUmM"
_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_TORCH_DTYPES = (
    "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128"
).split()

Node = Any
Hook = Callable[[Any], Node]


class Opaque:
    """Base of values that go to the encoder's hook unseen: even isinstance may ask them things."""


class Bunch(dict):
    """A dict whose keys can be read as attributes, as SciPy's results can."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def refuse(value: Any) -> Node:
    """The hook of a side that has nothing opaque to offer or to take."""
    raise WireError(f"no plain data: {type(value).__name__}")


class Encoder:
    """Collects the buffers of one message while it turns values into nodes."""

    def __init__(
        self,
        opaque: Hook = refuse,
        instances: Instances = NO_INSTANCES,
        max_bytes: int = 256 * 2**20,
    ):
        self.buffers: list[bytes] = []
        self.with_gradient: list[Any] = []  # the tensors that require a gradient, in order
        self.inputs: list[Any] = []  # leaves here that came in with the call: inner to the caller
        self._opaque, self._instances = opaque, instances
        self._room = max_bytes
        self._depth = 0

    def node(self, value: Any) -> Node:
        """The node of a value. Raises WireError if it is too deep or too large."""
        if value is None or type(value) in (bool, float, str):
            return value
        self._depth += 1
        if self._depth > DEPTH:
            raise WireError(f"a value nested deeper than {DEPTH}")
        try:
            return self._node(value)
        finally:
            self._depth -= 1

    def _node(self, value: Any) -> Node:
        if issubclass(type(value), Opaque):
            return self._opaque(value)
        torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
        node = torch and self._torch(torch, value)
        if node is None and pandas is not None:
            node = tables.node(pandas, self, value)
        if node is None:
            node = libraries.node(self, value)
        if node is not None:
            return node
        if isinstance(value, np.generic):
            return self._array(np.asarray(value), "scalar")
        for kind, plain in _ENCODERS:
            if isinstance(value, kind):
                return plain(self, value)
        if isinstance(value, type) and _TYPES.get(_qualified(value)) is value:
            return {"t": "type", "v": _qualified(value)}
        node = self._instances.node(self, value)
        return self._opaque(value) if node is None else node

    def items(self, values: Iterable[Any]) -> list[Node]:
        """The nodes of several values."""
        return [self.node(value) for value in values]

    def buffer(self, data: bytes) -> int:
        """Add raw bytes to the message; return their index."""
        self.buffers.append(data)
        return len(self.buffers) - 1

    def _reserve(self, size: int) -> None:
        # Before a copy is made: an expanded view may claim 2**40 elements.
        self._room -= size
        if self._room < 0:
            raise WireError(f"arrays of more bytes than a message holds (one of {size:,})")

    def _int(self, value: int) -> Node:
        value = int(value)
        return value if abs(value) < _WIDE_INT else {"t": "int", "v": hex(value)}

    def _list(self, value: list) -> Node:
        if len(value) >= _PACK:
            kind = type(value[0])
            if kind in (float, int) and all(type(item) is kind for item in value):
                packed = np.array(value)
                if packed.dtype.char in "dl":
                    self._reserve(packed.nbytes)
                    return {
                        "t": "numbers",
                        "d": packed.dtype.char,
                        "b": self.buffer(packed.tobytes()),
                    }
        return self.items(value)

    def _tuple(self, value: tuple) -> Node:
        node: dict[str, Any] = {"t": "tuple", "v": self.items(value)}
        fields = getattr(type(value), "_fields", None)
        if isinstance(fields, tuple) and len(fields) == len(value):
            node |= {"n": type(value).__name__, "f": list(fields)}
        return node

    def _dict(self, value: dict) -> Node:
        pairs = [[self.node(key), self.node(item)] for key, item in value.items()]
        return {"t": "bunch" if hasattr(type(value), "__getattr__") else "dict", "v": pairs}

    def _generator(self, value: np.random.Generator) -> Node:
        kind = type(value.bit_generator).__name__
        if kind not in _BIT_GENERATORS:
            return self._opaque(value)
        return {"t": "generator", "k": kind, "v": self.node(value.bit_generator.state)}

    def _array(self, value: np.ndarray, kind: str = "array") -> Node:
        array = np.ndarray.view(value, np.ndarray)
        node: dict[str, Any] = {"t": kind, "s": list(array.shape)}
        if array.dtype.kind == "O":
            return node | {"d": "O", "v": self.items(array.ravel().tolist())}
        if array.dtype.kind not in _NUMPY_KINDS or array.dtype.names:
            return self._opaque(value)
        self._reserve(array.nbytes)
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        node |= {"d": array.dtype.str, "o": order, "b": self.buffer(array.tobytes(order))}
        return node if array.flags.writeable or kind == "scalar" else node | {"ro": True}

    def _torch(self, torch: Any, value: Any) -> Node:
        if isinstance(value, torch.Tensor) and _is_dense(torch, value):
            return self._tensor(torch, value)
        if isinstance(value, torch.dtype) and str(value)[6:] in _TORCH_DTYPES:
            return {"t": "torch.dtype", "v": str(value)[6:]}
        if isinstance(value, torch.Size):
            return {"t": "torch.Size", "v": list(value)}
        return None

    def _tensor(self, torch: Any, value: Any) -> Node:
        self._reserve(value.numel() * value.element_size())
        plain = value.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg()
        # A clone: an expanded tensor of one element passes for contiguous, with a stride of 0.
        flat = plain.clone(memory_format=torch.contiguous_format).reshape(-1)
        if flat.is_complex():
            flat = torch.view_as_real(flat).reshape(-1)
        data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
        node = {"t": "tensor", "d": str(value.dtype)[6:], "s": list(value.shape)}
        node["b"] = self.buffer(data)
        if value.requires_grad:
            came_in = any(value is tensor for tensor in self.inputs)
            node["g"] = "leaf" if value.is_leaf and not came_in else "inner"
            self.with_gradient.append(value)
        if value.is_leaf and value.grad is not None:
            node["grad"] = self._tensor(torch, value.grad)
        return node


def _is_dense(torch: Any, tensor: Any) -> bool:
    return (
        tensor.layout == torch.strided
        and tensor.device.type == "cpu"
        and not tensor.is_quantized
        and str(tensor.dtype)[6:] in _TORCH_DTYPES
    )


def _qualified(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _text(kind: str, write: Callable[[Any], Any]) -> Callable[[Encoder, Any], Node]:
    return lambda _, value: {"t": kind, "v": write(value)}


_ENCODERS: list[tuple[type, Callable[[Encoder, Any], Node]]] = [
    (int, Encoder._int),
    (float, lambda _, value: float.__float__(value)),
    (str, lambda _, value: str.__str__(value)),
    (list, Encoder._list),
    (tuple, Encoder._tuple),
    (np.ndarray, Encoder._array),
    (dict, Encoder._dict),
    (complex, lambda _, value: {"t": "complex", "v": [value.real, value.imag]}),
    (bytes, lambda encoder, value: {"t": "bytes", "b": encoder.buffer(bytes(value))}),
    (bytearray, lambda encoder, value: {"t": "bytearray", "b": encoder.buffer(bytes(value))}),
    (set, lambda encoder, value: {"t": "set", "v": encoder.items(set.__iter__(value))}),
    (frozenset, lambda encoder, value: {"t": "frozenset", "v": encoder.items(value)}),
    (range, lambda _, value: {"t": "range", "v": [value.start, value.stop, value.step]}),
    (slice, lambda e, value: {"t": "slice", "v": e.items((value.start, value.stop, value.step))}),
    (type(...), lambda _, value: {"t": "ellipsis"}),
    (
        Fraction,
        lambda e, value: {"t": "fraction", "v": e.items((value.numerator, value.denominator))},
    ),
    (Decimal, _text("decimal", lambda value: Decimal.__str__(value))),
    (datetime.datetime, _text("datetime", lambda value: value.isoformat())),
    (datetime.date, _text("date", lambda value: value.isoformat())),
    (datetime.time, _text("time", lambda value: value.isoformat())),
    (datetime.timedelta, _text("timedelta", lambda v: [v.days, v.seconds, v.microseconds])),
    (np.dtype, lambda e, value: _dtype_node(e, value)),
    (np.random.Generator, lambda e, value: e._generator(value)),
]


def _dtype_node(encoder: Encoder, dtype: np.dtype) -> Node:
    if dtype.kind in _NUMPY_KINDS and not dtype.names:
        return {"t": "dtype", "v": dtype.str}
    return encoder._opaque(dtype)


class Decoder:
    """Turns the nodes of one message into values; trusts nothing in them."""

    def __init__(
        self, buffers: list[bytes], resolve: Hook = refuse, instances: Instances = NO_INSTANCES
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
            RecursionError,
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

    def data(self, node: Node) -> bytes:
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
        return namedtuple(node["n"], node["f"])(*items)  # type: ignore[misc]  # noqa: PYI024

    def _generator(self, node: Node) -> np.random.Generator:
        if node["k"] not in _BIT_GENERATORS:
            raise WireError("an unknown random generator")
        bits = getattr(np.random, node["k"])(0)
        bits.state = self._value(node["v"])
        return np.random.Generator(bits)

    def _array(self, node: Node) -> np.ndarray:
        if node["d"] == "O":
            items = self.items(node)
            array = np.empty(len(items), dtype=object)
            array[:] = items
            return array.reshape(node["s"])
        dtype = _numpy_dtype(node["d"])
        shape = self.shape(node, dtype.itemsize)
        if not math.prod(shape):
            return np.empty(shape, dtype)
        array = np.frombuffer(self.data(node), dtype).copy()
        array = array.reshape(shape, order="F" if node.get("o") == "F" else "C")
        array.flags.writeable = not node.get("ro")
        return array

    def _tensor(self, node: Node) -> Any:
        import torch

        if node["d"] not in _TORCH_DTYPES:
            raise WireError("a tensor of an unknown dtype")
        dtype = getattr(torch, node["d"])
        shape = self.shape(node, dtype.itemsize)
        data = bytearray(self.data(node))
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

        if node["v"] not in _TORCH_DTYPES:
            raise WireError("an unknown torch dtype")
        return getattr(torch, node["v"])

    def _torch_size(self, node: Node) -> Any:
        import torch

        return torch.Size(self.items(node))


def _numpy_dtype(text: str) -> np.dtype:
    dtype = np.dtype(str(text))
    if dtype.kind not in _NUMPY_KINDS or dtype.names or dtype.subdtype or not dtype.itemsize:
        raise WireError("an array of an unknown dtype")
    return dtype


_DECODERS: dict[str, Callable[[Decoder, Node], Any]] = {
    "int": lambda _, n: int(n["v"], 16),
    "numbers": Decoder._numbers,
    "tuple": Decoder._tuple,
    "dict": Decoder.pairs,
    "bunch": lambda d, n: Bunch(d.pairs(n)),
    "complex": lambda _, n: complex(*n["v"]),
    "bytes": lambda d, n: bytes(d.data(n)),
    "bytearray": lambda d, n: bytearray(d.data(n)),
    "set": lambda d, n: set(d.items(n)),
    "frozenset": lambda d, n: frozenset(d.items(n)),
    "range": lambda d, n: range(*d.items(n)),
    "slice": lambda d, n: slice(*d.items(n)),
    "ellipsis": lambda d, n: ...,
    "fraction": lambda d, n: Fraction(*d.items(n)),
    "decimal": lambda _, n: Decimal(n["v"]),
    "datetime": lambda _, n: datetime.datetime.fromisoformat(n["v"]),
    "date": lambda _, n: datetime.date.fromisoformat(n["v"]),
    "time": lambda _, n: datetime.time.fromisoformat(n["v"]),
    "timedelta": lambda _, n: datetime.timedelta(*n["v"]),
    "type": lambda _, n: _TYPES[n["v"]],
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
