"""`softmax_numpy(z)`: list or 1-D array of moderate numbers -> float64 array of probabilities."""

from random import Random

import numpy as np
import torch

from autograder.checks.compare import Wanted, probabilities
from autograder.checks.exercise import Behaviour, Case, Exercise, Misconception, cases
from softmax_checks.inputs import numbers
from softmax_checks.rule import by_hand

EXAMPLE = "[1, 1.1, 2, 3, 5, 6, 6.1]"


def expected(z: list[float] | np.ndarray) -> Wanted:
    """The probabilities in float64."""
    values = np.asarray(z, dtype=np.float64)
    return probabilities(torch.softmax(torch.from_numpy(values), 0), like=values)


def _array(values: list[float]) -> str:
    return f"np.array({values})"


def _many(random: Random) -> tuple[Case, ...]:
    lists = [[0], [1, 2, 3], [0.5] * 4, *(numbers(random, count) for count in (2, 3, 6))]
    arrays = [numbers(random, count) for count in (1, 4, 9)]
    seed = random.randrange(10**6)
    return cases(
        *map(str, lists),
        *map(_array, arrays),
        _array(numbers(random, 5, low=-9, high=-1)),
        _array(numbers(random, 5, low=-22, high=-18)),
        str(numbers(random, 4, low=-20, high=20)),
        "np.array([3, 1, 2, 2])",
        f"np.random.default_rng({seed}).normal(size=300)",
    )


def _by_hand(random: Random) -> tuple[Case, ...]:
    return cases(str(numbers(random, 5)), _array(numbers(random, 3)), holds=by_hand)


BEHAVIOURS = (
    Behaviour("values", cases(EXAMPLE, "np.array([-1., 0., 1.])"), _many),
    Behaviour("by hand", cases(EXAMPLE, holds=by_hand), _by_hand),
)


def _np_softmax(z) -> np.ndarray:
    return np.exp(z) / np.exp(z).sum()


MISCONCEPTIONS = (
    Misconception(
        "divides without exponentiating",
        lambda z: np.asarray(z) / np.sum(z),
        "Take np.exp of every entry first; then divide by the sum of these exponentials.",
    ),
    Misconception(
        "does not normalise",
        lambda z: np.exp(z),
        "Divide by the sum of the exponentials, so that the probabilities add up to 1.",
    ),
    Misconception(
        "divides by the maximum",
        lambda z: np.exp(z) / np.exp(z).max(),
        "Divide by the sum of all exponentials, not by the largest of them.",
    ),
    Misconception(
        "float32",
        lambda z: _np_softmax(z).astype(np.float32),
        "The result is asked for in float64, NumPy's own float: leave out the conversion.",
    ),
    Misconception(
        "a list",
        lambda z: _np_softmax(z).tolist(),
        "Return a NumPy array, not a list: np.array(...) makes one.",
    ),
    Misconception(
        "a torch tensor",
        lambda z: torch.from_numpy(_np_softmax(z)),
        "This one is to be written with NumPy: return an array, not a tensor.",
    ),
    Misconception(
        "arrays only",
        lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
        "z may be a plain list: turn it into an array first, with np.asarray(z).",
    ),
    Misconception(
        "nothing is returned",
        lambda z: None,
        "The function ends without `return`: printing a value does not return it.",
    ),
)

softmax_numpy = Exercise("softmax_numpy", expected, BEHAVIOURS, MISCONCEPTIONS)
