"""`temperature_sweep(logits, temperatures)`: one row of probabilities for each temperature."""

from collections.abc import Sequence
from random import Random

import torch

from autograder.checks.compare import Wanted, largest, probabilities
from autograder.checks.exercise import Behaviour, Case, Exercise, Misconception, cases
from softmax_checks.inputs import numbers, tensor
from softmax_checks.rule import by_hand

EXAMPLE = "torch.tensor([1., 2., 3.]), [0.5, 1.0, 2.0, 10.0]"


def _scaled(logits: torch.Tensor, temperatures: Sequence[float]) -> torch.Tensor:
    """(len(temperatures), len(logits)) float64: every quotient."""
    return logits.double() / torch.tensor(temperatures, dtype=torch.float64)[:, None]


def expected(logits: torch.Tensor, temperatures: Sequence[float]) -> Wanted:
    """The probabilities in float64, (len(temperatures), len(logits))."""
    scaled = _scaled(logits, temperatures)
    return probabilities(torch.softmax(scaled, 1), like=logits, conditioning=largest(scaled))


def _temperatures(random: Random, count: int) -> list[float]:
    return [round(random.uniform(0.4, 4), 2) for _ in range(count)]


def _several(random: Random) -> tuple[Case, ...]:
    drawn = [
        f"{tensor(numbers(random, entries))}, {_temperatures(random, rows)}"
        for entries, rows in ((4, 4), (2, 5), (6, 3), (3, 3))
    ]
    return cases(
        *drawn,
        "torch.linspace(-5, 5, 55), [0.3, 0.6, 1.0, 1.4]",
        "torch.tensor([1.0, 3.0, 3.0]), [1e4, 1.0, 1e-4]",
        f"{tensor(random.sample([0.0, 1.0, 2.0, 5.0], 4))}, [1e-4, 1e-2, 1e2]",
        f"{tensor(numbers(random, 3))}, [2, 1]",
    )


def _shapes(random: Random) -> tuple[Case, ...]:
    sizes = ((3, 1), (1, 3), (1, 1), (7, 2), (2, 7), (5, 5))
    single = [f"{tensor(numbers(random, n))}, {_temperatures(random, rows)}" for n, rows in sizes]
    # Halves and doubles: float32 holds them exactly, whatever the temperatures are turned into.
    double = [f"{tensor(numbers(random, n), 'float64')}, [0.5, 2.0, 4.0]" for n in (2, 3, 4)]
    return cases(*single, *double)


def _by_hand(random: Random) -> tuple[Case, ...]:
    return cases(f"{tensor(numbers(random, 4))}, {_temperatures(random, 3)}", holds=by_hand)


BEHAVIOURS = (
    Behaviour("values", cases(EXAMPLE), _several),
    Behaviour(
        "shape and dtype",
        cases(
            "torch.tensor([1., 2., 3.]), [0.5, 2.0]",
            "torch.tensor([1., 2.], dtype=torch.float64), [0.5, 1.0, 2.0]",
        ),
        _shapes,
    ),
    Behaviour("by hand", cases(EXAMPLE, holds=by_hand), _by_hand),
)


def _right(logits: torch.Tensor, temperatures: Sequence[float]) -> torch.Tensor:
    return torch.softmax(_scaled(logits, temperatures), 1).to(logits.dtype)


MISCONCEPTIONS = (
    Misconception(
        "one column for each temperature",
        lambda logits, ts: _right(logits, ts).T,
        "Each temperature is a row: transpose the result, or stack along dimension 0.",
    ),
    Misconception(
        "normalised over the temperatures",
        lambda logits, ts: torch.softmax(_scaled(logits, ts), 0).to(logits.dtype),
        "Every row adds up to 1 by itself: sum over the logits, the last dimension.",
    ),
    Misconception(
        "normalised over everything",
        lambda logits, ts: (
            torch.softmax(_scaled(logits, ts).flatten(), 0).view(len(ts), -1).to(logits.dtype)
        ),
        "Every row adds up to 1 by itself: sum over the last dimension, with keepdim=True.",
    ),
    Misconception(
        "the temperature is not used",
        lambda logits, ts: _right(logits, [1.0] * len(ts)),
        "Each row has a temperature of its own: divide the logits by it.",
    ),
    Misconception(
        "multiplies by the temperature",
        lambda logits, ts: _right(logits, [1 / t for t in ts]),
        "A high temperature evens the probabilities out: divide the logits by it.",
    ),
    Misconception(
        "only the last temperature",
        lambda logits, ts: _right(logits, ts[-1:])[0],
        "Collect a row in every turn of the loop and stack them, with torch.stack(rows).",
    ),
    Misconception(
        "sorted by temperature",
        lambda logits, ts: _right(logits, sorted(ts)),
        "The rows come in the order in which the temperatures were given.",
    ),
    Misconception(
        "a list of rows",
        lambda logits, ts: list(_right(logits, ts)),
        "Make one tensor of the rows, with torch.stack(rows).",
    ),
    Misconception(
        "always float32",
        lambda logits, ts: _right(logits, ts).float(),
        "The result has the dtype of the logits: torch.zeros needs dtype=logits.dtype.",
    ),
    Misconception(
        "nothing is returned",
        lambda logits, ts: None,
        "The function ends without `return`: printing a value does not return it.",
    ),
)

temperature_sweep = Exercise("temperature_sweep", expected, BEHAVIOURS, MISCONCEPTIONS)
