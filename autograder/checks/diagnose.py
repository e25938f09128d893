"""Whose answers are these? A student's flaws, compared with those of each known misconception."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any, Protocol, TypeVar

import numpy as np
import torch

from autograder.checks.compare import NOTHING, Flaw


class _Mistaken(Protocol):
    """A misconception, as far as the diagnosis needs it."""

    @property
    def wrong(self) -> Any: ...


M = TypeVar("M", bound=_Mistaken)
#: What a question showed of the student's answer, and the means to put it to another answer.
Question = tuple[Flaw | None, Callable[[Any], Flaw | None]]


def whose_answers(
    failed: Sequence[Question], known: Iterable[M], others: Callable[[], Sequence[Question]]
) -> M | None:
    """The misconception that has the student's flaws on all failed questions, or None.

    Many mistakes fail alike (an overflow is an overflow), so the `others` are asked as well. They
    rule out a misconception that fails where the student is right, or that differs from the student
    on half of them; of those that are left, the one that agrees most often is taken.
    """
    if any(flaw is None or flaw.observed is NOTHING for flaw, _ in failed):
        return None
    suspects = [m for m in known if all(_same_flaw(f, ask(m.wrong)) for f, ask in failed)]
    more = others() if suspects else ()
    votes = [(_votes(m, more), m) for m in suspects]
    most, likeliest = max(votes, key=lambda vote: vote[0], default=(0, None))
    return likeliest if 2 * most > len(more) else None


def _votes(misconception: _Mistaken, questions: Iterable[Question]) -> int:
    """On how many questions it agrees with the student; 0 if it fails where they are right."""
    pairs = [(flaw, ask(misconception.wrong)) for flaw, ask in questions]
    if any(flaw is None and other and other.observed is not NOTHING for flaw, other in pairs):
        return 0
    return sum(_same_flaw(flaw, other) for flaw, other in pairs)


def _same_flaw(flaw: Flaw | None, other: Flaw | None) -> bool:
    if flaw is None or other is None:
        return flaw is other
    return same_outcome(flaw.observed, other.observed, flaw.noise)


def same_outcome(one: Any, two: Any, noise: float = 0.0) -> bool:
    """Whether two observations are the same: an error's type and text; type, dtype, shape, numbers.

    nan equals nan here: the question is whether two answers are wrong in the same way. Numbers may
    differ by a relative rounding error, or by `noise`.
    """
    if type(one) is not type(two):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(map(same_outcome, one, two, repeat(noise)))
    if isinstance(one, torch.Tensor | np.ndarray):
        return _same_numbers(torch.as_tensor(one).detach(), torch.as_tensor(two).detach(), noise)
    if isinstance(one, float):
        return math.isclose(one, two, rel_tol=1e-5, abs_tol=noise) or (one != one and two != two)
    if isinstance(one, Exception):
        return str(one) == str(two)
    return bool(one == two)


def _same_numbers(one: torch.Tensor, two: torch.Tensor, noise: float) -> bool:
    if one.dtype != two.dtype or one.shape != two.shape:
        return False
    if not one.is_floating_point():
        return torch.equal(one, two)
    info = torch.finfo(one.dtype)
    rtol = min(100 * info.eps, 0.05)  # another formula for the same mistake rounds differently
    atol = max(noise, info.smallest_normal)
    return torch.allclose(one.double(), two.double(), rtol=rtol, atol=atol, equal_nan=True)
