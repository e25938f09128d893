"""fixed_point(n): the value that every entry of the repeated softmax of n numbers tends to."""

from random import Random

import torch

from autograder.checks.compare import Wanted, probability_tolerance
from autograder.checks.exercise import Behaviour, Exercise, Misconception, cases
from softmax_checks.forms import in_any_form


def expected(n: int) -> Wanted:
    """1 / n, a scalar: equal entries are what the softmax leaves as they are."""
    return in_any_form(
        Wanted(torch.tensor(1 / n, dtype=torch.float64), None, probability_tolerance)
    )


def _hidden(random: Random):
    drawn = random.sample(range(5, 1000), 6)
    return cases("1", "2", "3", *map(str, drawn))


fixed_point = Exercise(
    name="fixed_point",
    expected=expected,
    behaviours=(Behaviour("values", shown=cases("4", "10", "100"), hidden=_hidden),),
    misconceptions=(
        Misconception(
            "tends to 0",
            lambda n: 0.0,
            "The entries of each row add up to 1, so they cannot all tend to 0.",
        ),
        Misconception(
            "tends to 1",
            lambda n: 1.0,
            "The n entries of each row add up to 1, so they cannot all tend to 1.",
        ),
        Misconception(
            "one half, whatever n", lambda n: 0.5, "With n equal entries that add up to 1, each is?"
        ),
        Misconception("n itself", lambda n: float(n), "n equal entries of size n add up to n * n."),
        Misconception(
            "one too few",
            lambda n: 1 / (n - 1) if n > 1 else torch.inf,
            "There are n entries to share the 1, not n - 1.",
        ),
    ),
)
