"""Whose answers are these? A student's flaws, compared with those of each known misconception."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import torch

from autograder.compare import NOTHING, Flaw


class _Mistaken(Protocol):
    """A misconception, as far as the diagnosis needs it."""

    @property
    def wrong(self) -> Any: ...


M = TypeVar("M", bound=_Mistaken)
Question = tuple[Flaw, Callable[[Any], Flaw | None]]  # a flaw, and the question that showed it


def whose_answers(failed: Sequence[Question], known: Iterable[M]) -> M | None:
    """The first misconception whose answers have the same flaws as the student's, or None."""
    if any(flaw.observed is NOTHING for flaw, _ in failed):
        return None
    for misconception in known:
        if all(_same_flaw(flaw, ask(misconception.wrong)) for flaw, ask in failed):
            return misconception
    return None


def _same_flaw(flaw: Flaw, other: Flaw | None) -> bool:
    return other is not None and same_outcome(flaw.observed, other.observed)


def same_outcome(one: Any, two: Any) -> bool:
    """Whether two observations are the same: error type, or type, dtype, shape and numbers.

    nan equals nan here: the question is whether two answers are wrong in the same way.
    """
    if type(one) is not type(two):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(map(same_outcome, one, two))
    if isinstance(one, torch.Tensor | np.ndarray):
        return _same_numbers(torch.as_tensor(one).detach(), torch.as_tensor(two).detach())
    return isinstance(one, Exception) or bool(one == two)


def _same_numbers(one: torch.Tensor, two: torch.Tensor) -> bool:
    if one.dtype != two.dtype or one.shape != two.shape:
        return False
    if not one.is_floating_point():
        return torch.equal(one, two)
    info = torch.finfo(one.dtype)
    rtol = min(100 * info.eps, 0.05)  # another formula for the same mistake rounds differently
    return torch.allclose(
        one.double(), two.double(), rtol=rtol, atol=info.smallest_normal, equal_nan=True
    )
