"""Values of numeric libraries that are plain data in all but name: polynomials, sparse matrices.

The receiver builds its own object from arrays, so its operators and methods are the library's,
never the sender's.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.closed_format import OBJECT

Node = Any

_SERIES = ("Polynomial", "Chebyshev", "Legendre", "Laguerre", "Hermite", "HermiteE")
_MOST_CELLS = 2**24  # what a claimed shape may cost beside the entries
_SYMBOL = 100  # characters of a variable's name
_FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")


def node(encoder: Any, value: Any) -> Node:
    """The node of a value of these libraries, or None where it is none."""
    if isinstance(value, np.poly1d):
        return {"t": "poly1d", "v": encoder.node(value.coeffs), "x": str(value.variable)}
    if isinstance(value, np.ma.MaskedArray):
        values, mask = np.asarray(value.data), np.ma.getmaskarray(value)
        return {"t": "masked", "v": encoder.items((values, mask))}
    if isinstance(value, np.matrix):
        return {"t": "matrix", "v": encoder.node(np.asarray(value))}
    polynomial = sys.modules.get("numpy.polynomial")
    for name in _SERIES if polynomial else ():
        if isinstance(value, getattr(polynomial, name)):
            parts = encoder.items(map(np.asarray, (value.coef, value.domain, value.window)))
            return {"t": "polynomial", "k": name, "v": parts, "x": str(value.symbol)}
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and sparse.issparse(value) and value.ndim == 2:
        entries = value.tocoo()
        shape, is_array = tuple(value.shape), isinstance(value, sparse.sparray)
        parts = encoder.items((entries.data, entries.row, entries.col, shape))
        return {"t": "sparse", "k": value.format, "v": parts, "array": is_array}
    return None


def _line(decoder: Any, node: Node) -> np.ndarray:
    """An array of numbers along one axis."""
    array = decoder.array(node)
    if array.ndim != 1 or array.dtype.kind not in "biufcO":
        raise WireError("no row of numbers")
    return array


def _poly1d(decoder: Any, node: Node) -> Any:
    return np.poly1d(_line(decoder, node["v"]), variable=str(node["x"])[:_SYMBOL])


def _polynomial(decoder: Any, node: Node) -> Any:
    from numpy import polynomial

    if node["k"] not in _SERIES or len(node["x"]) > _SYMBOL:
        raise WireError("an unknown series of polynomials")
    coefficients, domain, window = (_line(decoder, part) for part in node["v"])
    return getattr(polynomial, node["k"])(coefficients, domain, window, symbol=node["x"])


def _masked(decoder: Any, node: Node) -> Any:
    values, mask = (decoder.array(part) for part in node["v"])
    if mask.dtype != bool or mask.shape != values.shape:
        raise WireError("a mask that does not fit its array")
    return np.ma.MaskedArray(values, mask)


def _sparse(decoder: Any, node: Node) -> Any:
    from scipy import sparse

    if node["k"] not in _FORMATS:
        raise WireError("an unknown format of sparse matrices")
    data, rows, columns = (_line(decoder, part) for part in node["v"][:3])
    height, width = shape = tuple(node["v"][3]["v"])
    if (
        not all(type(n) is int and n >= 0 for n in shape)
        or "O" in rows.dtype.kind + data.dtype.kind
    ):
        raise WireError("no sparse matrix")
    diagonals = len(np.unique(np.subtract(columns, rows))) if node["k"] == "dia" else 1
    cells = max(height, width) * max(diagonals, 1)
    if cells > _MOST_CELLS:
        raise WireError(f"a sparse matrix of shape {shape}")
    decoder.spend(cells * 16)
    kind = sparse.coo_array if node["array"] else sparse.coo_matrix
    return kind((data, (rows, columns)), shape=shape).asformat(node["k"])


def _heavy(read: Callable[[Any, Node], Any]) -> Callable[[Any, Node], Any]:
    """Count what an object of a library takes beside its data."""

    def counted(decoder: Any, node: Node) -> Any:
        decoder.spend(OBJECT)
        return read(decoder, node)

    return counted


DECODERS: dict[str, Callable[[Any, Node], Any]] = {
    "poly1d": _heavy(_poly1d),
    "masked": _heavy(_masked),
    "matrix": lambda d, n: np.asmatrix(d.array(n["v"])),
    "polynomial": _heavy(_polynomial),
    "sparse": _heavy(_sparse),
}
