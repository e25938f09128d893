"""repeated_softmax(x, num_repeats): softmax of softmax of ..., each row and its spread."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np
import torch

from autograder.checks.compare import Flaw, Wanted, largest, probability_tolerance
from autograder.checks.exercise import Behaviour, Case, Exercise, Misconception, cases
from autograder.checks.properties import values
from autograder.checks.trial import Trial
from softmax_checks.forms import in_any_form, part
from softmax_checks.inputs import vector
from softmax_checks.rule import by_hand


def expected(x: np.ndarray, num_repeats: int) -> dict[str, Wanted]:
    """probabilities (num_repeats, n) and stds (num_repeats,), of x (n,) float64.

    The standard deviation is the population's, sqrt(mean((p - mean(p))^2)).
    """
    rows = _repeat(x, num_repeats)
    wanted = {
        "probabilities": (rows, probability_tolerance),
        "stds": (rows.std(axis=1), _spread_tolerance),
    }
    return {
        name: in_any_form(Wanted(torch.from_numpy(right), None, tolerance, largest(x)))
        for name, (right, tolerance) in wanted.items()
    }


def _softmax(x: np.ndarray) -> np.ndarray:
    exponentials = np.exp(x - x.max())
    return exponentials / exponentials.sum()


def _repeat(x: np.ndarray, num_repeats: int) -> np.ndarray:
    rows = []
    for _ in range(num_repeats):
        x = _softmax(x)
        rows.append(x)
    return np.array(rows)


def _spread_tolerance(reference, dtype: torch.dtype, conditioning: float) -> torch.Tensor:
    """8 eps (1 + max|x|): the rounding of probabilities <= 1, far above a late row's std."""
    return torch.full_like(reference, 8 * torch.finfo(dtype).eps * (1 + conditioning))


def shapes(trial: Trial) -> Flaw | None:
    """Both results have the right shape and are finite, and the first row is right."""

    def loosely(*arguments):
        wanted = expected(*arguments)
        return {name: replace(one, tolerance=_anything) for name, one in wanted.items()}

    flaw = values(replace(trial, expected=loosely))
    return flaw or part("probabilities", first_row=True)(trial)


def _anything(reference, dtype: torch.dtype, conditioning: float) -> torch.Tensor:
    return torch.full_like(reference, torch.inf)


SHOWN = ("np.linspace(0, 1, 20), 8", "np.array([0.0, 1.0, 3.0]), 4")


def _draw(holds):
    def hidden(random: Random) -> Iterator[Case]:
        for size in (2, 3, 4, 7, 20, 50):
            x = vector(random, size, bound=5.0)
            yield Case(f"np.array({x}), {random.randint(2, 8)}", holds)
        yield from cases("np.linspace(0, 1, 10), 8", "np.linspace(-3, 3, 100), 5", holds=holds)

    return hidden


def _shapes_hidden(random: Random) -> Iterator[Case]:
    sizes = [(1, 3), (5, 1), (1, 1), (4, 4), (100, 2), (random.randint(6, 30), 6)]
    for size, repeats in sizes:
        yield Case(f"np.array({vector(random, size)}), {repeats}", shapes)


def _graded(name: str, holds) -> Behaviour:
    return Behaviour(name, shown=cases(*SHOWN, holds=holds), hidden=_draw(holds))


def _wrongly(step=None, spread=np.std):
    """A wrong implementation: with another step from (row, x) to the next row, or another std."""

    def wrong(x, num_repeats):
        rows, row = [], x
        for _ in range(num_repeats):
            row = (step or (lambda row, x: _softmax(row)))(row, x)
            rows.append(row)
        return np.array(rows), np.array([spread(row) for row in rows])

    return wrong


def _x_first(x, num_repeats):
    rows = np.array([x, *_repeat(x, num_repeats)])[:num_repeats]
    return rows, rows.std(axis=1)


def _one_more_row(x, num_repeats):
    rows = np.array([x, *_repeat(x, num_repeats)])
    return rows, rows.std(axis=1)


def _across_rows(x, num_repeats):
    rows = _repeat(x, num_repeats)
    return rows, rows.std(axis=0)


def _sample_std(row):
    return row.std(ddof=1) if len(row) > 1 else np.nan


repeated_softmax = Exercise(
    name="repeated_softmax",
    expected=expected,
    behaviours=(
        _graded("first row", part("probabilities", first_row=True)),
        _graded("every row", part("probabilities")),
        _graded("standard deviations", part("stds")),
        Behaviour(
            "shapes",
            shown=cases(*SHOWN, "np.array([2.0, 1.0, 0.0, 1.0]), 1", holds=shapes),
            hidden=_shapes_hidden,
        ),
        Behaviour(
            "by hand",
            shown=cases(*SHOWN, holds=by_hand),
            hidden=lambda random: cases(f"np.array({vector(random, 6)}), 5", holds=by_hand),
        ),
    ),
    misconceptions=(
        Misconception(
            "always the softmax of x",
            _wrongly(lambda row, x: _softmax(x)),
            "Every row is the softmax of x. Feed each result into the next softmax.",
        ),
        Misconception(
            "x itself is the first row",
            _x_first,
            "The first row must be softmax(x), not x: apply the softmax before you store the row.",
        ),
        Misconception(
            "one row too many",
            _one_more_row,
            "x itself is not one of the rows: the first of the num_repeats rows is softmax(x).",
        ),
        Misconception(
            "sample standard deviation",
            _wrongly(spread=_sample_std),
            "This divides by n - 1, as torch.std does by default. The population's standard "
            "deviation divides by n: np.std, or torch.std(..., correction=0).",
        ),
        Misconception(
            "variance",
            _wrongly(spread=np.var),
            "This is the variance; the standard deviation is its square root.",
        ),
        Misconception(
            "standard deviations of the columns",
            _across_rows,
            "Each row needs its own standard deviation: take it along the last axis (axis=1).",
        ),
        Misconception(
            "forgot to normalise",
            _wrongly(lambda row, x: np.exp(row)),
            "The exponentials are not divided by their sum, so no row adds up to 1.",
        ),
        Misconception(
            "forgot exp",
            _wrongly(lambda row, x: row / row.sum()),
            "The entries are divided by their sum without exponentiating them first.",
        ),
    ),
)
