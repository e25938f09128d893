"""What the exercises with several results, or with results of a free form, have in common."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from autograder.checks.compare import Flaw, Wanted, compare, show_wanted
from autograder.checks.properties import Property
from autograder.checks.trial import Trial


def in_any_form(wanted: Wanted, precision: torch.dtype = torch.float32) -> Wanted:
    """The same numbers as a tensor, array or list of any dtype, computed in `precision` or better.

    For exercises whose text fixes shapes only: a list made by `tolist()` looks like float64, yet
    holds float32 numbers, so the tolerance must not follow the result's dtype.
    """

    def tolerance(reference, _, conditioning):
        return wanted.tolerance(reference, precision, conditioning)

    shown_as = wanted.dtype if isinstance(wanted.dtype, torch.dtype) else wanted.shown_as
    return replace(wanted, dtype=None, tolerance=tolerance, shown_as=shown_as)


def part(name: str, first_row: bool = False) -> Property:
    """One of several results is right, or its first row; the others are not looked at."""

    def property_(trial: Trial) -> Flaw | None:
        wanted = trial.expected(*trial.arguments())
        assert isinstance(wanted, Mapping)
        attempt = trial.ask(*trial.arguments())
        if attempt.error is not None:
            return trial.raised(attempt.error, show_wanted(wanted))
        got = attempt.value
        if not isinstance(got, tuple | list) or len(got) != len(wanted):
            return compare(got, wanted)  # says which results are missing
        mine = got[list(wanted).index(name)]
        flaw = (
            compare(*_first_rows(mine, wanted[name])) if first_row else compare(mine, wanted[name])
        )
        return flaw and replace(
            flaw, problem=f"{name}: {flaw.problem}", observed=_plain(flaw.observed)
        )

    return property_


def _plain(observed: Any) -> Any:
    """Numbers as a float32 array: one mistake is the same in a list, and in another precision.

    Nine decimals: the spread of nearly equal probabilities is rounding error below that.
    """
    numbers = observed.detach() if isinstance(observed, torch.Tensor) else observed
    try:
        return np.round(np.asarray(numbers, dtype=np.float64), 9).astype(np.float32)
    except (TypeError, ValueError):
        return observed


def _first_rows(got: Any, wanted: Wanted) -> tuple[Any, Wanted]:
    first = replace(wanted, reference=wanted.reference[0], inputs=None)
    try:
        return got[0], first
    except (TypeError, IndexError, KeyError):  # it has no rows: `compare` says what it is
        return got, first
