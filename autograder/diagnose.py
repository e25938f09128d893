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
#: What a question showed of the student's answer, and the means to put it to another answer.
Question = tuple[Flaw | None, Callable[[Any], Flaw | None]]


def whose_answers(
    failed: Sequence[Question], known: Iterable[M], others: Callable[[], Sequence[Question]]
) -> M | None:
    """The misconception that has the student's flaws on all failed questions, or None.

    Where several have (many mistakes overflow alike), the `others` are asked as well, and the one
    that agrees with the student most often is taken; among equals, the first.
    """
    if any(flaw is None or flaw.observed is NOTHING for flaw, _ in failed):
        return None
    suspects = [m for m in known if _agreements(m, failed) == len(failed)]
    if len(suspects) < 2:
        return suspects[0] if suspects else None
    more = others()
    return max(suspects, key=lambda suspect: _agreements(suspect, more))


def _agreements(misconception: _Mistaken, questions: Iterable[Question]) -> int:
    return sum(_same_flaw(flaw, ask(misconception.wrong)) for flaw, ask in questions)


def _same_flaw(flaw: Flaw | None, other: Flaw | None) -> bool:
    if flaw is None or other is None:
        return flaw is other
    return same_outcome(flaw.observed, other.observed)


def same_outcome(one: Any, two: Any) -> bool:
    """Whether two observations are the same: an error's type and text; type, dtype, shape, numbers.

    nan equals nan here: the question is whether two answers are wrong in the same way.
    """
    if type(one) is not type(two):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(map(same_outcome, one, two))
    if isinstance(one, torch.Tensor | np.ndarray):
        return _same_numbers(torch.as_tensor(one).detach(), torch.as_tensor(two).detach())
    if isinstance(one, Exception):
        return str(one) == str(two)
    return bool(one == two)


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
