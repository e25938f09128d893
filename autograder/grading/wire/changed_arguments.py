"""What a call changed in its arguments, carried over to the judge's own objects."""

import sys
from collections import deque
from types import FunctionType
from typing import Any

import numpy as np

from autograder.grading.wire.closed_format import Opaque
from autograder.grading.wire.codecs.described import table as described
from autograder.grading.wire.given_classes import attributes_of, set_attributes

_LARGE = 2**18  # bytes
# What no call can change: it crosses after the call as it did before.
FIXED = frozenset({type(None), bool, int, float, complex, str, bytes, FunctionType})


def is_large(value: Any) -> bool:
    """Whether an array is so large that, at every call, only its identity should be compared."""
    if type(value) in FIXED:
        return False
    kinds = [np.ndarray, *([torch.Tensor] if (torch := sys.modules.get("torch")) else [])]
    # By its true type: a stand-in would ask what it stands for.
    return issubclass(type(value), tuple(kinds)) and value.nbytes > _LARGE


def apply_change(original: Any, changed: Any) -> None:
    """Make `original` what the student's copy of it became, in place, where its type can change.

    Lists, dicts, sets, arrays and tensors of the same shape change; what cannot stays as it was.
    """
    if original is changed or issubclass(type(original), Opaque):
        return  # a stand-in: what it claims to be is not asked
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and isinstance(original, torch.Tensor):
        _change_tensor(torch, original, changed)
    elif isinstance(original, np.ndarray):
        same_shape = isinstance(changed, np.ndarray) and changed.shape == original.shape
        if same_shape and original.flags.writeable:
            original[...] = changed
    elif isinstance(original, np.random.Generator):
        original.bit_generator.state = changed.bit_generator.state
    elif isinstance(original, list) and isinstance(changed, list):
        original[:] = _merged_items(original, changed)
    elif isinstance(original, bytearray) and isinstance(changed, bytearray):
        original[:] = changed
    elif isinstance(original, tuple) and isinstance(changed, tuple):
        for mine, new in zip(original, changed, strict=False):
            apply_change(mine, new)
    elif isinstance(original, dict) and isinstance(changed, dict):
        items = {k: merged(original[k], v) if k in original else v for k, v in changed.items()}
        original.clear()
        original.update(items)
    elif isinstance(original, deque) and isinstance(changed, deque):
        kept = _merged_items(list(original), list(changed))
        original.clear()
        original.extend(kept)
    elif isinstance(original, set) and isinstance(changed, set):
        original.clear()
        original.update(changed)
    elif type(original) is type(changed) and type(original).__module__ == "__main__":
        now = attributes_of(original)
        apply_change(now, attributes_of(changed))
        set_attributes(original, now)
    elif pandas is not None and isinstance(original, pandas.DataFrame | pandas.Series):
        original._update_inplace(changed)
    else:
        described.change(original, changed)


def become(original: Any, told: Any) -> None:
    """Have `original` hold what `told` does: the very same objects, where its type can change."""
    if type(original) is not type(told) or type(original) in (tuple, frozenset):
        return
    if isinstance(original, list | bytearray):
        original[:] = told
    elif isinstance(original, dict | set):
        original.clear()
        original.update(told)
    elif isinstance(original, deque):
        original.clear()
        original.extend(told)
    elif type(original).__module__ == "__main__":
        vars(original).clear()
        vars(original).update(vars(told))
    else:
        apply_change(original, told)


def _merged_items(originals: list, changed: list) -> list:
    kept = [merged(mine, new) for mine, new in zip(originals, changed, strict=False)]
    return kept + changed[len(kept) :]


def merged(original: Any, changed: Any) -> Any:
    """A value after the call: the same object, changed, where both are of one mutable type."""
    if type(original) is not type(changed):
        return changed
    if not isinstance(original, list | dict | set | np.ndarray):
        return original if described.change(original, changed) else changed
    if isinstance(original, np.ndarray) and original.shape != changed.shape:
        return changed
    apply_change(original, changed)
    return original


def _change_tensor(torch: Any, original: Any, changed: Any) -> None:
    if not isinstance(changed, torch.Tensor) or changed.shape != original.shape:
        return
    with torch.no_grad():
        if not torch.equal(original, changed):
            original.copy_(changed)
    if original.is_leaf and changed.is_leaf:
        original.requires_grad_(changed.requires_grad)
        original.grad = changed.grad
