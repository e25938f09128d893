"""Python values as nodes of a message. What has no plain form crosses as an opaque node."""

import datetime
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import FunctionType
from typing import Any, Literal

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.closed_format import (
    BIT_GENERATORS,
    DEPTH,
    NUMPY_KINDS,
    TORCH_DTYPES,
    TYPES,
    Hook,
    Node,
    Opaque,
    refuse,
)
from autograder.grading.wire.codecs import exact_numbers, library_values, pandas_tables
from autograder.grading.wire.codecs.described import table as described
from autograder.grading.wire.given_classes import NO_INSTANCES, Instances
from autograder.grading.wire.identities import Sent, can_have_number

_PACK = 64  # a list of this many floats, or ints of 64 bits, crosses as one buffer
_AS_IN_NUMPY = frozenset({"bool", "uint8", "int32", "int64", "float32", "float64"})


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
        self.identities: Sent | None = None  # which values are one object, where that is told
        self._opaque, self._instances, self.known = opaque, instances, instances.known
        self.told: dict[int, int] = {}  # the buffers that tell of figures, by their identities
        self.descriptions: dict[int, Any] = {}  # of the figures that it has looked at
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
            if self.identities is not None and self._can_have_number(value):
                numbered = self.identities.node(self, value)
                return self._node(value) if numbered is None else numbered
            return self._node(value)
        finally:
            self._depth -= 1

    def _node(self, value: Any) -> Node:
        if (exactly := _EXACT.get(type(value))) is not None:
            return exactly(self, value)
        torch = sys.modules.get("torch")
        # A plain tensor, which most values are, is nothing else either.
        if torch and type(value) is torch.Tensor and (name := _dense_dtype(torch, value)):
            return self._tensor(torch, value, name)
        if issubclass(type(value), Opaque) or self._instances.stays(value):
            return self._opaque(value)
        pandas = sys.modules.get("pandas")
        node = torch and self._torch(torch, value)
        if node is None and pandas is not None:
            node = pandas_tables.node(pandas, self, value)
        if node is None:
            node = library_values.node(self, value)
        if node is None:
            node = described.node(self, value)
        if node is not None:
            return node
        if isinstance(value, np.generic):
            return self._array(np.asarray(value), "scalar")
        for kind, plain in _ENCODERS:
            if isinstance(value, kind):
                return plain(self, value)
        if isinstance(value, type) and TYPES.get(f"builtins.{value.__name__}") is value:
            return {"t": "type", "v": f"builtins.{value.__name__}"}
        node = self._instances.node(self, value)
        return self._opaque(value) if node is None else node

    def unnumbered(self, value: Any, *, inside: bool) -> Node:
        """The node of a value without its number; inside: what it holds has numbers."""
        identities = self.identities
        self.identities = identities if inside else None
        try:
            return self._node(value)
        finally:
            self.identities = identities

    def _can_have_number(self, value: Any) -> bool:
        return can_have_number(value) or self._instances.gives(value)

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
        if isinstance(value, Counter):
            return {"t": "counter", "v": pairs}
        if type(value) is defaultdict and (made := _default(value)) is not None:
            return {"t": "defaultdict", "f": made, "v": pairs}
        return {"t": "bunch" if hasattr(type(value), "__getattr__") else "dict", "v": pairs}

    def _generator(self, value: np.random.Generator) -> Node:
        kind = type(value.bit_generator).__name__
        if kind not in BIT_GENERATORS:
            return self._opaque(value)
        return {"t": "generator", "k": kind, "v": self.node(value.bit_generator.state)}

    def _array(self, value: np.ndarray, kind: str = "array") -> Node:
        array = np.ndarray.view(value, np.ndarray)
        node: dict[str, Any] = {"t": kind, "s": list(array.shape)}
        if array.dtype.kind == "O":
            return node | {"d": "O", "v": self.items(array.ravel().tolist())}
        if array.dtype.kind not in NUMPY_KINDS or array.dtype.names:
            return self._opaque(value)
        self._reserve(array.nbytes)
        order: Literal["F", "C"]
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        node |= {"d": array.dtype.str, "o": order, "b": self.buffer(array.tobytes(order))}
        return node if array.flags.writeable or kind == "scalar" else node | {"ro": True}

    def _torch(self, torch: Any, value: Any) -> Node:
        if isinstance(value, torch.Tensor) and (name := _dense_dtype(torch, value)):
            return self._tensor(torch, value, name)
        if isinstance(value, torch.dtype) and str(value)[6:] in TORCH_DTYPES:
            return {"t": "torch.dtype", "v": str(value)[6:]}
        if isinstance(value, torch.Size):
            return {"t": "torch.Size", "v": list(value)}
        return None

    def _tensor(self, torch: Any, value: Any, dtype: str) -> Node:
        self._reserve(value.numel() * value.element_size())
        node: dict[str, Any] = {"t": "tensor", "d": dtype, "s": list(value.shape)}
        node["b"] = self.buffer(_bytes_of(torch, value, dtype))
        if value.requires_grad:
            came_in = any(value is tensor for tensor in self.inputs)
            node["g"] = "leaf" if value.is_leaf and not came_in else "inner"
            if node["g"] == "leaf" and self.known.numbers_tensors:
                node["n"] = self.known.tensors.number(value)
            self.with_gradient.append(value)
        if value.is_leaf and value.grad is not None:
            node["grad"] = self.node(value.grad)  # a gradient may be its own: the depth is counted
        return node


def _bytes_of(torch: Any, tensor: Any, dtype: str) -> bytes:
    if type(tensor) is torch.Tensor and dtype in _AS_IN_NUMPY:
        return tensor.detach().resolve_neg().numpy().tobytes()
    plain = tensor.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg()
    # A clone: an expanded tensor of one element passes for contiguous, with a stride of 0.
    flat = plain.clone(memory_format=torch.contiguous_format).reshape(-1)
    if flat.is_complex():
        flat = torch.view_as_real(flat).reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""


def _dense_dtype(torch: Any, tensor: Any) -> str:
    """The name of its dtype if a tensor can cross; empty if not."""
    name = str(tensor.dtype)[6:]
    dense = tensor.layout == torch.strided and tensor.is_cpu and not tensor.is_quantized
    return name if dense and name in TORCH_DTYPES else ""


def _default(value: defaultdict) -> str | None:
    """The builtin type that makes a missing item; None where it is made by other code."""
    name = f"builtins.{getattr(value.default_factory, '__name__', '')}"
    return name if TYPES.get(name) is value.default_factory else None


def _text(kind: str, write: Callable[[Any], Any]) -> Callable[[Encoder, Any], Node]:
    return lambda _, value: {"t": kind, "v": write(value)}


def _dtype_node(encoder: Encoder, dtype: np.dtype) -> Node:
    if dtype.kind in NUMPY_KINDS and not dtype.names:
        return {"t": "dtype", "v": dtype.str}
    return encoder._opaque(dtype)


_ENCODERS: list[tuple[type, Callable[[Encoder, Any], Node]]] = [
    (int, lambda _, value: exact_numbers.int_node(value)),
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
    (type({}.keys()), lambda e, value: {"t": "keys", "v": e.items(value)}),
    (type({}.values()), lambda e, value: {"t": "values", "v": e.items(value)}),
    (type({}.items()), lambda e, value: {"t": "items", "v": e.items(value)}),
    (range, lambda _, value: {"t": "range", "v": [value.start, value.stop, value.step]}),
    (slice, lambda e, value: {"t": "slice", "v": e.items((value.start, value.stop, value.step))}),
    (type(...), lambda _, value: {"t": "ellipsis"}),
    (
        Fraction,
        lambda e, value: {"t": "fraction", "v": e.items((value.numerator, value.denominator))},
    ),
    (Decimal, lambda _, value: exact_numbers.decimal_node(value)),
    (datetime.datetime, _text("datetime", lambda value: value.isoformat())),
    (datetime.date, _text("date", lambda value: value.isoformat())),
    (datetime.time, _text("time", lambda value: value.isoformat())),
    (datetime.timedelta, _text("timedelta", lambda v: [v.days, v.seconds, v.microseconds])),
    (np.dtype, _dtype_node),
    (deque, lambda e, value: {"t": "deque", "v": e.items(value), "m": e.node(value.maxlen)}),
    (Path, _text("path", str)),
    (np.random.Generator, lambda e, value: e._generator(value)),
]
# A value that is exactly of one of these classes is nothing else: no library's, no instance's.
_EXACT = {**dict(_ENCODERS), FunctionType: lambda encoder, value: encoder._opaque(value)}
