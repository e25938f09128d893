"""What the judge may do with an object of the student's: one function for each operation."""

import copy
import importlib
import inspect
import operator
import os
from typing import Any

import numpy as np

from autograder.grading.student.kinds import coroutines
from autograder.grading.student.kinds.subclasses import member, subclass
from autograder.grading.wire.special_methods import ARITHMETIC, COMPARISONS, UNARY

_FORWARD = {name: getattr(operator, f"__{name}__") for name in ARITHMETIC | COMPARISONS | UNARY}


def _reflected(name: str) -> Any:
    return lambda this, other: _FORWARD[name](other, this)


_OPERATORS = {
    **{f"__{name}__": function for name, function in _FORWARD.items()},
    **{f"__i{name}__": getattr(operator, f"__i{name}__") for name in ARITHMETIC},
    **{f"__r{name}__": _reflected(name) for name in ARITHMETIC},
    "__divmod__": divmod,
    "__round__": round,
    "__hash__": hash,
}


def _array(value: Any, dtype: Any = None) -> np.ndarray:
    return np.array(np.asarray(value, dtype=dtype))


def _signature(function: Any) -> tuple[list[tuple], list]:
    """A signature as plain data: defaults and annotations in lists of one, or of none."""

    def listed(value: Any) -> list:
        return [] if value is inspect.Parameter.empty else [value]

    found = inspect.signature(function)
    parameters = [
        (p.name, int(p.kind), listed(p.default), listed(p.annotation))
        for p in found.parameters.values()
    ]
    return parameters, listed(found.return_annotation)


def _fields(of: Any) -> list[tuple[str, Any]]:
    """The fields of a dataclass, by name and type."""
    return [(field.name, field.type) for field in of.__dataclass_fields__.values()]


def _exit(manager: Any) -> Any:
    return type(manager).__exit__(manager, None, None, None)


def _load(load: Any, path: Any, **keywords: Any) -> Any:
    """`pickle.load` and its like, of a file of the student's."""
    with open(path, "rb") as file:
        return load(file, **keywords)


def _program(run: Any, *arguments: Any, env: Any = None, **keywords: Any) -> Any:
    """`subprocess.run` and its like, in this process's environment and what is added to it."""
    return run(*arguments, env={**os.environ, **(env or {})}, **keywords)


OPERATIONS: dict[str, Any] = {
    "call": lambda function, /, *args, **kwargs: function(*args, **kwargs),
    "load": _load,
    "program": _program,
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
    "module": importlib.import_module,
    "isinstance": lambda kind, value: isinstance(value, kind),
    "issubclass": lambda kind, value: issubclass(value, kind),
    "fields": _fields,
    "subclass": subclass,
    "member": member,
    "members": lambda kind: list(vars(kind)),
    **coroutines.OPERATIONS,
    **_OPERATORS,
}
