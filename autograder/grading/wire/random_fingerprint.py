"""A cheap and exact image of the global random states: equal images, equal states.

`random.getstate` and `np.random.get_state` cost some 100 µs each, as they build lists of numbers; a
call across the wire asks on both sides. The bytes of the generators themselves cost 1 µs.
"""

import _random
import ctypes
import random
import sys
from typing import Any

import numpy as np

_PYTHONS: Any = random.random.__self__  # type: ignore[attr-defined]
# All that the generator's C structure holds after the header that every object has.
_PLACE = id(_PYTHONS) + object.__basicsize__
_SIZE = _random.Random.__basicsize__ - object.__basicsize__
_MERSENNE_TWISTER = 4 * (624 + 1)  # 624 words of 32 bits and a position


def fingerprint() -> tuple:
    """The present states as comparable values; torch's only where torch is loaded."""
    torch = sys.modules.get("torch")
    return (
        ctypes.string_at(_PLACE, _SIZE),
        _PYTHONS.gauss_next,
        _numpy.fingerprint(),
        torch and torch.default_generator.get_state().numpy().tobytes(),
    )


class _NumpyState:
    """NumPy's: its generator's bytes, and the normal number that it may hold back for the next."""

    def __init__(self) -> None:
        self._last: tuple[bytes, tuple] = (b"", ())

    def fingerprint(self) -> tuple:
        bits = np.random.get_bit_generator()  # type: ignore[attr-defined]
        if type(bits) is not np.random.MT19937:
            return ("another", repr(np.random.get_state(legacy=False)))
        raw = ctypes.string_at(bits.ctypes.state_address, _MERSENNE_TWISTER)
        known, held_back = self._last
        # To hold a number back takes draws, which change the bytes; to give it out takes none.
        if raw != known or held_back[0]:
            state: Any = np.random.get_state(legacy=True)
            held_back = tuple(state[3:])
            self._last = raw, held_back
        return raw, held_back


_numpy = _NumpyState()
