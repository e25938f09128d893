"""Values and messages as short plain text: what comes from a student may be long or hostile."""

from typing import Any

import numpy as np
import torch

from autograder.text import describe, shorten

_EDGE = 3  # entries shown at each end of a long array
_USUAL = (torch.float32, torch.int64, torch.bool, *map(np.dtype, (float, int, bool)))  # unsaid


def is_really(value: Any, *kinds: type) -> bool:
    """Whether a value is of one of these classes, whatever it claims by `__class__`."""
    return issubclass(type(value), kinds)


def show_number(value: float | int) -> str:
    """A number with enough digits to see a mistake: 0.0900306, 5.18471e+21, 2.0, nan."""
    text = f"{value:.6g}"
    return f"{text}.0" if isinstance(value, float) and text.lstrip("-").isdigit() else text


def show(value: Any) -> str:
    """Any value, shortened: `tensor([1, 2, 3])`; long arrays by their ends, shape and dtype."""
    try:
        if is_really(value, torch.Tensor):
            return _show_array("tensor", as_numpy(value), value.dtype)
        if is_really(value, np.ndarray):
            return _show_array("array", value, value.dtype)
    except Exception:  # a student's array may raise anything when it is shown
        return f"a {shorten(type(value).__name__)}"
    return describe(value)


def as_numpy(tensor: torch.Tensor) -> np.ndarray:
    """The numbers of a tensor of any dtype, off the graph; bfloat16 and float16 as float64."""
    tensor = tensor.detach().cpu()
    return (tensor.double() if tensor.is_floating_point() else tensor).numpy()


def _show_array(kind: str, array: np.ndarray, dtype: Any) -> str:
    numbers = np.array2string(
        array,
        threshold=4 * _EDGE,
        edgeitems=_EDGE,
        separator=", ",
        max_line_width=10**6,
        formatter={"float_kind": lambda number: show_number(float(number))},
    )
    notes = [shorten(numbers)]
    if array.size > 4 * _EDGE or array.size == 0:
        notes.append(f"shape={tuple(array.shape)}")
    if dtype not in _USUAL:
        notes.append(f"dtype={dtype}")
    return f"{kind}({', '.join(notes)})"
