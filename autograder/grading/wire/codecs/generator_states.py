"""Claimed states of random generators, checked here: C code reads memory at the place they name."""

import random
from typing import Any

import numpy as np

from autograder.errors import WireError

_WORDS = 624  # of the Mersenne Twister
# The arrays of each bit generator's state, and the positions in them with the last one allowed.
_ARRAYS: dict[str, dict[tuple[str, ...], tuple[Any, int]]] = {
    "MT19937": {("state", "key"): (np.uint32, _WORDS)},
    "Philox": {
        ("state", "counter"): (np.uint64, 4),
        ("state", "key"): (np.uint64, 2),
        ("buffer",): (np.uint64, 4),
    },
    "SFC64": {("state", "state"): (np.uint64, 4)},
    "PCG64": {},
    "PCG64DXSM": {},
}
_POSITIONS = {"MT19937": (("state", "pos"), _WORDS), "Philox": (("buffer_pos",), 4)}


def numpy_generator(kind: str, state: Any) -> np.random.Generator:
    """A generator of this kind in this state. Raises WireError for one that is none."""
    if kind not in _ARRAYS:
        raise WireError("an unknown random generator")
    for path, (dtype, length) in _ARRAYS[kind].items():
        _check_words(_at(state, path), dtype, length)
    if kind in _POSITIONS:
        path, last = _POSITIONS[kind]
        _check_position(_at(state, path), last)
    bits = getattr(np.random, kind)(0)
    bits.state = state
    return np.random.Generator(bits)


def set_global(states: Any) -> None:
    """Set the global states of random, NumPy and, where it is named, torch. Raises WireError."""
    try:
        _set_python(states["random"])
        _set_numpy(states["numpy"])
        if "torch" in states:
            import torch

            torch.set_rng_state(states["torch"])
    except WireError:
        raise
    except Exception as error:
        raise WireError(f"no random state: {type(error).__name__}") from error


def _set_python(state: Any) -> None:
    version, words, gauss = state
    if version != 3 or not (gauss is None or type(gauss) is float):
        raise WireError("no state of Python's random numbers")
    random.setstate((version, words, gauss))


def _set_numpy(state: Any) -> None:
    name, words, position, has_gauss, gauss = state
    _check_words(words, np.uint32, _WORDS)
    _check_position(position, _WORDS)
    if has_gauss not in (0, 1) or type(gauss) is not float:
        raise WireError("no state of NumPy's random numbers")
    np.random.set_state((name, words, position, has_gauss, gauss))


def _at(state: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        state = state[name]
    return state


def _check_words(words: Any, dtype: Any, length: int) -> None:
    if type(words) is not np.ndarray or words.dtype != dtype or words.shape != (length,):
        raise WireError("a random state of the wrong length")


def _check_position(position: Any, last: int) -> None:
    if type(position) is not int or not 0 <= position <= last:
        raise WireError("a random state whose position lies outside it")
