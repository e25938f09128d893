"""Functions that both sides have, and so are the same: given ones, and those of helper modules."""

import os
import sys
from collections.abc import Collection, Mapping
from types import FunctionType, ModuleType
from typing import Any

_MOST = 200  # characters of a name


def own_function(
    place: Any, scope: Mapping[str, Any], given: Collection[str]
) -> FunctionType | None:
    """Ours, for the module and the name under which the student's process claims to have it.

    scope: the judge's namespace, and `given` the functions of it that are no secret.

    None where we have none: nothing is imported, and no attribute asked, for a claim.
    """
    module, name = (str(part)[:_MOST] for part in place)
    if module == "__main__":
        return _function(scope, module, name) if name in given else None
    found = sys.modules.get(module)
    if type(found) is not ModuleType or not _lies_here(vars(found).get("__file__")):
        return None
    return _function(vars(found), module, name)


def _function(scope: Mapping[str, Any], module: str, name: str) -> FunctionType | None:
    value = scope.get(name)
    return value if type(value) is FunctionType and value.__module__ == module else None


def _lies_here(file: Any) -> bool:
    return isinstance(file, str) and os.path.dirname(os.path.abspath(file)) == os.getcwd()
