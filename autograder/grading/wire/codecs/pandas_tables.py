"""pandas Series, Index and DataFrame as columns of plain data."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.closed_format import OBJECT

Node = Any

_ZONE = re.compile(r"(?!/)(?!.*\.\.)[A-Za-z0-9_+:/-]{1,64}")
_MOMENT = 100  # characters of a date as text
_COLLIDE = (int, complex, tuple, Fraction, Decimal)  # kinds whose hashes can be chosen


def node(pandas: Any, encoder: Any, value: Any) -> Node:
    """The node of a pandas value, or None where it is none, or has a dtype with no plain form."""
    if value is pandas.NA:
        return {"t": "pandas.NA"}
    if value is pandas.NaT:
        return {"t": "pandas.NaT"}
    if isinstance(value, pandas.Timestamp | pandas.Timedelta):
        return {"t": f"pandas.{type(value).__name__}", "v": value.isoformat()}
    if isinstance(value, pandas.DataFrame):
        columns = [_column(pandas, encoder, value.iloc[:, i]) for i in range(value.shape[1])]
        if None in columns:
            return None
        labels = {"columns": _index(pandas, encoder, value.columns)}
        return {"t": "frame", "v": columns, "index": _index(pandas, encoder, value.index)} | labels
    if isinstance(value, pandas.Series):
        column = _column(pandas, encoder, value)
        index = _index(pandas, encoder, value.index)
        name = encoder.node(value.name)
        return column and {"t": "series", "v": column, "index": index, "name": name}
    if isinstance(value, pandas.Index):
        return {"t": "index"} | _index(pandas, encoder, value)
    return None


def _index(pandas: Any, encoder: Any, index: Any) -> Node:
    names = encoder.items(index.names)
    if isinstance(index, pandas.RangeIndex):
        return {"range": [index.start, index.stop, index.step], "names": names}
    if isinstance(index, pandas.MultiIndex):
        return {"rows": encoder.items(index.tolist()), "names": names}
    return {"column": _column(pandas, encoder, index.to_series()), "names": names}


def _column(pandas: Any, encoder: Any, series: Any) -> Node:
    """Values of one dtype: a NumPy array, a list with a dtype's name, or categories with codes."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return {"array": encoder.node(series.to_numpy())}
    if isinstance(dtype, pandas.CategoricalDtype):
        categories = _index(pandas, encoder, dtype.categories)
        codes = encoder.node(series.cat.codes.to_numpy())
        return {"categories": categories, "codes": codes, "ordered": bool(dtype.ordered)}
    if isinstance(dtype, pandas.DatetimeTZDtype):
        stamps = series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        return {"array": encoder.node(stamps), "tz": str(dtype.tz)}
    if str(dtype) in _LISTED:
        missing = series.isna().to_numpy()
        items = [None if gap else item for item, gap in zip(series.tolist(), missing, strict=True)]
        return {"items": encoder.items(items), "dtype": str(dtype)}
    return None


_LISTED = {"str", "string", "boolean", "Float32", "Float64"} | {
    f"{sign}nt{bits}" for sign in ("I", "UI") for bits in (8, 16, 32, 64)
}


def _read_index(decoder: Any, node: Node) -> Any:
    import pandas

    decoder.spend(OBJECT)
    names = [decoder.value(name) for name in node["names"]]
    if "range" in node:
        steps = _range(decoder, node["range"])
        return pandas.RangeIndex(steps.start, steps.stop, steps.step, name=names[0])
    if "rows" in node:
        return _levels(decoder, decoder.items({"v": node["rows"]}), names)
    return pandas.Index(_read_column(decoder, node["column"]), name=names[0])


def _range(decoder: Any, node: Node) -> range:
    """The rows that an index claims without naming them: what is done with it makes an array."""
    if not all(type(n) is int for n in node):
        raise WireError("an index without numbers")
    steps = range(*node)
    if steps and not -(2**63) <= min(steps[0], steps[-1]) <= max(steps[0], steps[-1]) < 2**63:
        raise WireError("an index of numbers beyond 64 bits")
    decoder.spend(8 * len(steps))
    return steps


def _levels(decoder: Any, rows: list, names: list) -> Any:
    import pandas

    if not all(type(row) is tuple and len(row) == len(names) for row in rows):
        raise WireError("an index whose rows have not a value for each of its levels")
    for level in zip(*rows, strict=True):
        decoder.keys.set_of(level)  # pandas files them too, and could not be stopped
    return pandas.MultiIndex.from_tuples(rows, names=names)


def _read_column(decoder: Any, node: Node) -> Any:
    import pandas

    decoder.spend(OBJECT)
    if "categories" in node:
        categories = _read_index(decoder, node["categories"])
        codes = decoder.array(node["codes"])
        return pandas.Categorical.from_codes(codes, categories, ordered=bool(node["ordered"]))
    if "items" in node:
        if node["dtype"] not in _LISTED:
            raise WireError("a column of an unknown dtype")
        items = decoder.items({"v": node["items"]})
        return pandas.array(items, dtype=node["dtype"])
    array = decoder.array(node["array"])
    if array.ndim != 1:
        raise WireError("a column of more than one dimension")
    if array.dtype.kind == "O":
        decoder.keys.set_of(item for item in array.tolist() if type(item) in _COLLIDE)
    return (
        pandas.DatetimeIndex(array).tz_localize("UTC").tz_convert(_zone(node))
        if "tz" in node
        else array
    )


def _zone(node: Node) -> str:
    """The name of a time zone alone: pandas opens the file that one with "dateutil/" names."""
    name = node["tz"]
    if not isinstance(name, str) or not _ZONE.fullmatch(name) or name.startswith("dateutil"):
        raise WireError("an unknown time zone")
    return name


def _of_length(length: int, column: Any) -> Any:
    """The column; pandas would repeat a single value as often as the index claims to be long."""
    if len(column) != length:
        raise WireError(f"a column of {len(column):,} values for {length:,} rows")
    return column


def _series(decoder: Any, node: Node) -> Any:
    import pandas

    index = _read_index(decoder, node["index"])
    column = _of_length(len(index), _read_column(decoder, node["v"]))
    return pandas.Series(column, index, name=decoder.value(node["name"]))


def _frame(decoder: Any, node: Node) -> Any:
    import pandas

    index = _read_index(decoder, node["index"])
    columns = {
        i: _of_length(len(index), _read_column(decoder, column))
        for i, column in enumerate(node["v"])
    }
    frame = pandas.DataFrame(columns, index=index)
    frame.columns = _read_index(decoder, node["columns"])
    return frame


def _constant(name: str) -> Callable[[Any, Node], Any]:
    def read(_: Any, node: Node) -> Any:
        import pandas

        return getattr(pandas, name)

    return read


def _moment(name: str) -> Callable[[Any, Node], Any]:
    def read(_: Any, node: Node) -> Any:
        import pandas

        if not isinstance(node["v"], str) or len(node["v"]) > _MOMENT:
            raise WireError("a moment that is none")
        return getattr(pandas, name)(node["v"])

    return read


DECODERS: dict[str, Callable[[Any, Node], Any]] = {
    "pandas.NA": _constant("NA"),
    "pandas.NaT": _constant("NaT"),
    "pandas.Timestamp": _moment("Timestamp"),
    "pandas.Timedelta": _moment("Timedelta"),
    "frame": _frame,
    "series": _series,
    "index": _read_index,
}
