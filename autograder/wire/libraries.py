"""Values of numeric libraries that are plain data in all but name: polynomials, sparse matrices.

The receiver builds its own object from arrays, so its operators and methods are the library's,
never the sender's.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.errors import WireError

Node = Any

_SERIES = ("Polynomial", "Chebyshev", "Legendre", "Laguerre", "Hermite", "HermiteE")
_MOST_CELLS = 2**24  # what a claimed shape may cost beside the entries
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


def _polynomial(decoder: Any, node: Node) -> Any:
    from numpy import polynomial

    if node["k"] not in _SERIES:
        raise WireError("an unknown series of polynomials")
    coefficients, domain, window = decoder.items(node)
    return getattr(polynomial, node["k"])(coefficients, domain, window, symbol=node["x"])


def _sparse(decoder: Any, node: Node) -> Any:
    from scipy import sparse

    if node["k"] not in _FORMATS:
        raise WireError("an unknown format of sparse matrices")
    data, rows, columns, shape = decoder.items(node)
    diagonals = len(np.unique(np.subtract(columns, rows))) if node["k"] == "dia" else 1
    if max(shape) * diagonals > _MOST_CELLS:
        raise WireError(f"a sparse matrix of shape {shape}")
    kind = sparse.coo_array if node["array"] else sparse.coo_matrix
    return kind((data, (rows, columns)), shape=shape).asformat(node["k"])


DECODERS: dict[str, Callable[[Any, Node], Any]] = {
    "poly1d": lambda d, n: np.poly1d(d.value(n["v"]), variable=str(n["x"])),
    "masked": lambda d, n: np.ma.MaskedArray(*d.items(n)),
    "matrix": lambda d, n: np.asmatrix(d.value(n["v"])),
    "polynomial": _polynomial,
    "sparse": _sparse,
}
