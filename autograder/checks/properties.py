"""What can be asked of an answer: each property is a function of a Trial -> Flaw or None.

Every property but `only_input_kept` checks the values too: no answer gets points for junk.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from autograder.checks.compare import Flaw
from autograder.checks.show import show
from autograder.checks.trial import Attempt, Trial

Property = Callable[[Trial], Flaw | None]


def values(trial: Trial) -> Flaw | None:
    """The answer is right: type, dtype, shape, finite, values."""
    return trial.judge(trial.ask(*trial.arguments()), *trial.arguments())


def value_of_variable(trial: Trial) -> Flaw | None:
    """The answer is not a function but a value, and it is right."""
    return trial.judge(Attempt(value=trial.answer))


def input_kept(trial: Trial) -> Flaw | None:
    """The arguments are the same after the call as before, and the answer is right."""
    return only_input_kept(trial) or values(trial)


def only_input_kept(trial: Trial) -> Flaw | None:
    """The arguments are the same after the call as before: to be asked beside cases on values."""
    arguments = trial.arguments()
    attempt = trial.ask(*arguments)
    if attempt.error is not None:
        return trial.raised(attempt.error)
    for index, (before, after) in enumerate(zip(trial.arguments(), arguments, strict=True)):
        if not _same(before, after):
            return Flaw(
                f"`{trial.name}` changed its input: work on a new tensor instead",
                got=show(after),
                expected=f"unchanged: {show(before)}",
                observed=after,
                reproduce=trial.before_and_after(index),
            )
    return None


def _same(before: Any, after: Any) -> bool:
    if not isinstance(before, torch.Tensor | np.ndarray):
        return bool(before == after)
    one, two = torch.as_tensor(before), torch.as_tensor(after)
    same_type = one.dtype == two.dtype and one.shape == two.shape
    return same_type and torch.equal(one.nan_to_num(0), two.nan_to_num(0))


def refuses(error: type[Exception]) -> Property:
    """The answer raises `error` (or a subclass of it) for these arguments."""

    def property_(trial: Trial) -> Flaw | None:
        attempt = trial.ask(*trial.arguments())
        if isinstance(attempt.error, error):
            return None
        if attempt.error is not None:
            return trial.raised(attempt.error, error.__name__)
        problem = f"`{trial.name}` must raise {error.__name__} here, but returned a value"
        return Flaw(problem, show(attempt.value), error.__name__, observed=attempt.value)

    return property_


def shift_invariant(amount: float) -> Property:
    """The answer is right, and right again when `amount` is added to the first argument.

    `amount` is a power of two and the entries are such that the sum is exact in their dtype: the
    right answer is then the same.
    """

    def property_(trial: Trial) -> Flaw | None:
        flaw = values(trial)
        if flaw:
            return flaw
        first, *rest = trial.arguments()
        moved = first + amount
        flaw = trial.judge(trial.ask(moved.clone(), *rest), moved, *rest)
        return flaw and replace(
            flaw,
            problem=f"adding {amount:g} to every entry must change nothing, but {flaw.problem}",
            reproduce=trial.call_with(f"{trial.sources[0]} + {amount}"),
        )

    return property_
