"""What the closed format holds, for both directions: its limits, its dtypes, its types.

A node is null, a boolean, a number, a string, a list, or an object `{"t": kind, ...}`. Sub-types
cross as their plain base: a float whose `__eq__` lies arrives as a float.
"""

from collections.abc import Callable
from typing import Any

from autograder.errors import WireError

DEPTH = 100
NODES = 2_000_000
ROOM = 2**29  # bytes of memory that a message's values may take beyond those that came
NUMPY_KINDS = "biufcSUmM"
ARRAY_BYTES = 2**28  # of one array, were each empty dimension of length 1
OBJECT = 4096  # bytes, amply, of an object of a library beside its data
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
TORCH_DTYPES = frozenset(
    {
        *("bool", "uint8", "int8", "int16", "int32", "int64"),
        *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    }
)
TYPES: dict[str, type] = {
    f"builtins.{kind.__name__}": kind
    for kind in (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
}

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
