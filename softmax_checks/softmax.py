"""`softmax(xx)`: 1-D float tensor -> exp(x_i) / sum_j exp(x_j), the same shape and dtype.

The plain formula is a right answer here, so every input is moderate: exp of it, and the sum, stay
far from overflow and underflow in float32.
"""

from random import Random

import torch

from autograder.checks.compare import Wanted, probabilities
from autograder.checks.exercise import Behaviour, Case, Exercise, Misconception, cases
from autograder.checks.gradient import gradient
from softmax_checks.inputs import normal, numbers, tensor
from softmax_checks.rule import by_hand

EXAMPLE = "torch.tensor([1., 2., 3.])"


def expected(xx: torch.Tensor) -> Wanted:
    """The probabilities in float64."""
    return probabilities(torch.softmax(xx.double(), 0), like=xx)


def _many(random: Random) -> tuple[Case, ...]:
    short = [tensor(numbers(random, count)) for count in (2, 3, 5, 8)]
    long = [normal(random, count) for count in (20, 55, 200, 1000)]
    special = [
        tensor(numbers(random, 6, low=-9, high=-1)),
        tensor([random.choice([-1.5, 0.25, 2.0])] * 7),
        tensor([0.0, 0.0, 1.0, -1.0]),
        tensor(numbers(random, 5, low=-25, high=25)),
        tensor(numbers(random, 4, low=-22, high=-18)),
    ]
    # In float64 even a tiny number added to the denominator shows.
    double = [
        tensor(numbers(random, 5), "float64"),
        tensor(numbers(random, 4, low=-22, high=-18), "float64"),
    ]
    return cases(*short, *long, *special, *double)


def _one_entry(random: Random) -> tuple[Case, ...]:
    alone = [[0.0], [-3.5], numbers(random, 1), numbers(random, 1, low=20, high=40)]
    return cases(*map(tensor, [*alone, numbers(random, 2), numbers(random, 3)]))


def _other_examples(random: Random) -> tuple[Case, ...]:
    near = ([1.0, 2.0, 4.0], [3.0, 2.0, 1.0], [1.0, 3.0, 2.0], [1.0, 2.0], [1.0, 2.0, 3.0, 4.0])
    return cases(*map(tensor, [*near, numbers(random, 3), numbers(random, 3)]))


def _gradients(random: Random) -> tuple[Case, ...]:
    drawn = [numbers(random, 4, -2, 2), numbers(random, 3, -2, 2), [0.5, 0.5, -1.0]]
    return cases(*(tensor(values, "float64") for values in drawn), holds=gradient)


def _near_example(random: Random) -> tuple[Case, ...]:
    return cases(EXAMPLE, f"{EXAMPLE} * 2", f"-{EXAMPLE}", tensor(numbers(random, 4)))


def _by_hand(random: Random) -> tuple[Case, ...]:
    return cases(tensor(numbers(random, 6)), tensor(numbers(random, 3), "float64"), holds=by_hand)


BEHAVIOURS = (
    Behaviour("values", cases(EXAMPLE, tensor([-1.0, 0.0, 0.5, 2.0])), _many),
    Behaviour("one entry", cases(tensor([2.0]), tensor([0.0, 1.0])), _one_entry),
    Behaviour("not tied to the example", cases("torch.tensor([3., 1., 2.])"), _other_examples),
    Behaviour("gradient", cases(tensor([1.0, 2.0, 3.0], "float64"), holds=gradient), _gradients),
    Behaviour("equal to the built-in", cases(EXAMPLE, f"{EXAMPLE} - 1"), _near_example),
    Behaviour("by hand", cases(EXAMPLE, holds=by_hand), _by_hand),
)

MISCONCEPTIONS = (
    Misconception(
        "divides without exponentiating",
        lambda xx: xx / xx.sum(),
        "Take exp of every entry first; then divide by the sum of these exponentials.",
    ),
    Misconception(
        "does not normalise",
        lambda xx: xx.exp(),
        "Divide by the sum of the exponentials, so that the probabilities add up to 1.",
    ),
    Misconception(
        "divides by the maximum",
        lambda xx: xx.exp() / xx.exp().max(),
        "Divide by the sum of all exponentials, not by the largest of them.",
    ),
    Misconception(
        "divides by the mean",
        lambda xx: xx.exp() / xx.exp().mean(),
        "Divide by the sum of the exponentials: with the mean they add up to their number, not 1.",
    ),
    Misconception(
        "divides by the sum of the inputs",
        lambda xx: xx.exp() / xx.sum(),
        "The denominator is the sum of the exponentials, not of the inputs themselves.",
    ),
    Misconception(
        "divides by the Euclidean norm",
        lambda xx: xx.exp() / xx.exp().norm(),
        "Probabilities add up to 1, not their squares: divide by the sum of the exponentials.",
    ),
    Misconception(
        "sigmoid of each entry",
        lambda xx: 1 / (1 + (-xx).exp()),
        "A sigmoid looks at one entry alone; here every entry is divided by the sum over all.",
    ),
    Misconception(
        "the sign is turned round",
        lambda xx: torch.softmax(-xx, 0),
        "The largest input gets the largest probability: exponentiate x, not -x.",
    ),
    Misconception(
        "powers of two",
        lambda xx: 2**xx / (2**xx).sum(),
        "The base is e = 2.718..., so use exp(x) and not 2 ** x.",
    ),
    Misconception(
        "absolute values",
        lambda xx: torch.softmax(xx.abs(), 0),
        "Negative inputs stay negative: exp makes them small and positive by itself.",
    ),
    Misconception(
        "logarithm of the probabilities",
        lambda xx: xx - xx.logsumexp(0),
        "These are the logarithms of the right probabilities: exponentiate them.",
    ),
    Misconception(
        "only the winner",
        lambda xx: (xx == xx.max()).to(xx.dtype),
        "This is the argmax: the other entries get a share as well, exp(x_i) over the sum.",
    ),
    Misconception(
        "normalised twice",
        lambda xx: torch.softmax(torch.softmax(xx, 0), 0),
        "The result is put through the same formula again: exponentiate and divide only once.",
    ),
    Misconception(
        "rounded",
        lambda xx: (torch.softmax(xx, 0) * 1e4).round() / 1e4,
        "Return the numbers as they are: round only where you print them.",
    ),
    Misconception(
        "the example's answer",
        lambda xx: torch.tensor([0.0900, 0.2447, 0.6652]),
        "Compute the answer from xx: these are the printed numbers of one example.",
    ),
    Misconception(
        "a small number in the denominator",
        lambda xx: xx.exp() / (xx.exp().sum() + 1e-8),
        "The sum of exponentials is never 0: a number added to it makes every entry too small.",
    ),
    Misconception(
        "no gradient",
        lambda xx: torch.softmax(xx.detach(), 0),
        "NumPy, .item(), .tolist(), .detach() and torch.no_grad() cut the result off from its "
        "input: stay with tensor operations.",
    ),
    Misconception(
        "a list",
        lambda xx: torch.softmax(xx, 0).tolist(),
        "Return a tensor like the input, not a list of numbers.",
    ),
    Misconception(
        "nothing is returned",
        lambda xx: None,
        "The function ends without `return`: printing a value does not return it.",
    ),
)

softmax = Exercise("softmax", expected, BEHAVIOURS, MISCONCEPTIONS)
