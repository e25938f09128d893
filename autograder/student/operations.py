"""What the judge may do with an object of the student's: one function for each operation."""

import copy
import inspect
import operator
from typing import Any

import numpy as np

_SUPPORTED = ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor"]
_COMPARED = ["eq", "ne", "lt", "le", "gt", "ge"]
_UNARY = ["neg", "pos", "abs", "invert"]

OPERATORS = {
    **{f"__{name}__": getattr(operator, f"__{name}__") for name in _SUPPORTED + _COMPARED},
    **{f"__{name}__": getattr(operator, f"__{name}__") for name in _UNARY},
    **{f"__i{name}__": getattr(operator, f"__i{name}__") for name in _SUPPORTED},
    "__divmod__": divmod,
    "__round__": round,
    "__hash__": hash,
}


def _reflected(name: str) -> Any:
    forward = OPERATORS[f"__{name}__"]
    return lambda this, other: forward(other, this)


OPERATORS |= {f"__r{name}__": _reflected(name) for name in _SUPPORTED}


def _array(value: Any, dtype: Any = None) -> np.ndarray:
    return np.array(np.asarray(value, dtype=dtype))


def _signature(function: Any) -> tuple[list[tuple], list]:
    """A signature as plain data: each default and annotation in a list of its own, empty for none."""

    def listed(value: Any) -> list:
        return [] if value is inspect.Parameter.empty else [value]

    found = inspect.signature(function)
    parameters = [
        (p.name, int(p.kind), listed(p.default), listed(p.annotation))
        for p in found.parameters.values()
    ]
    return parameters, listed(found.return_annotation)


def _exit(manager: Any) -> Any:
    return type(manager).__exit__(manager, None, None, None)


OPERATIONS: dict[str, Any] = {
    "call": lambda function, /, *args, **kwargs: function(*args, **kwargs),
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contains": operator.contains,
    "iter": iter,
    "next": next,
    "len": len,
    "bool": bool,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "array": _array,
    "enter": lambda manager: type(manager).__enter__(manager),
    "exit": _exit,
    "str": str,
    "repr": repr,
    "format": format,
    "dir": dir,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "signature": _signature,
    "isinstance": lambda kind, value: isinstance(value, kind),
    "issubclass": lambda kind, value: issubclass(value, kind),
    **OPERATORS,
}
