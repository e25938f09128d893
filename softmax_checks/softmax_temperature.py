"""`softmax_temperature(logits, temperature)`: softmax(logits / temperature); ValueError for T <= 0.

Beyond logits / T of about 1e5 no case has ties or near ties: exp(z - logsumexp(z)), a right answer,
cannot tell them apart there in float32. In float64 the temperatures are exact in float32, so that
`torch.tensor(temperature)` loses nothing.
"""

from collections.abc import Callable
from random import Random

import torch

from autograder.checks.compare import Wanted, largest, probabilities
from autograder.checks.exercise import Behaviour, Case, Exercise, Misconception, cases
from autograder.checks.gradient import gradient
from autograder.checks.properties import refuses
from softmax_checks.inputs import normal, numbers, tensor
from softmax_checks.rule import by_hand

EXAMPLE = "torch.tensor([1., 2., 3.])"


def expected(logits: torch.Tensor, temperature: float) -> Wanted:
    """The probabilities in float64; their conditioning is that of logits / temperature."""
    scaled = logits.double() / temperature
    return probabilities(torch.softmax(scaled, 0), like=logits, conditioning=largest(scaled))


def _at(source: str, temperature: float) -> str:
    return f"{source}, {temperature}"


def _several(random: Random) -> tuple[Case, ...]:
    drawn = [_at(tensor(numbers(random, n)), round(random.uniform(0.4, 3), 2)) for n in (2, 3, 6)]
    return cases(
        *drawn,
        _at("torch.linspace(-5, 5, 55)", 0.3),
        _at("torch.linspace(-5, 5, 55)", 1.4),
        _at(normal(random, 300), 0.6),
        _at(tensor(numbers(random, 4)), 2),
        _at(tensor(numbers(random, 5), "float64"), 0.5),
        _at(tensor(numbers(random, 5), "float64"), 3.0),
        _at(tensor(numbers(random, 4, low=-9, high=-1)), 0.7),
        _at(tensor([2.5]), 0.5),
        _at(tensor(numbers(random, 5)), 10.0),
    )


def _at_one(random: Random) -> tuple[Case, ...]:
    drawn = [_at(tensor(numbers(random, count)), 1.0) for count in (2, 3, 6)]
    return cases(*drawn, _at(normal(random, 50), 1), _at(tensor([0.5, 0.25], "float64"), 1.0))


def _low(random: Random) -> tuple[Case, ...]:
    shuffled = random.sample([4.0, -2.0, 1.0, 0.0, 3.0], 5)
    return cases(
        _at(tensor(shuffled), 1e-4),
        _at(tensor([-3.0, -1.0, -2.0]), 1e-4),
        _at(tensor([2.0, -1.0, 2.0, 2.0]), 1e-4),
        _at(tensor([-1.0, -1.0]), 1e-4),
        _at(tensor([0.0, 0.0, -1.0]), 1e-3),
        _at(tensor([0.1, 0.2, 0.15, -0.3]), 0.01),
        _at(tensor([1.0, 3.0, 3.0], "float64"), 2**-13),
        _at(tensor(numbers(random, 6)), 0.05),
    )


def _high(random: Random) -> tuple[Case, ...]:
    return cases(
        _at(tensor(numbers(random, 4)), 1e4),
        _at(normal(random, 100), 1e4),
        _at(tensor(numbers(random, 3), "float64"), 4096.0),
        _at(tensor(numbers(random, 5)), 100),
        _at(tensor([1000.0, -1000.0]), 1e4),
    )


def _large(random: Random) -> tuple[Case, ...]:
    return cases(
        _at(tensor([1e3, 0.0, -1e3]), 1e-4),
        _at(tensor([1000.0, 990.0, 950.0]), 0.001),
        _at(tensor([1000.0, 999.0, 998.0]), 0.1),
        _at(tensor([-1000.0, -999.0, -1001.0]), 0.5),
        _at(tensor([-1000.0, -1000.0]), 0.1),
        _at(tensor([1000.0, 1000.0, 999.5]), 0.25),
        _at(tensor([1000.0 + value for value in numbers(random, 4)]), 0.5),
        _at(tensor([1e3, -1e3, 999.0]), 1.0),
    )


_REFUSED = ("0", "0.0", "-1", "-0.5", "-1e-4", "-1e4", "torch.tensor(0.0)", "torch.tensor(-2.0)")


def _refused(random: Random) -> tuple[Case, ...]:
    source = tensor(numbers(random, 3))
    wrong = cases(*(f"{source}, {value}" for value in _REFUSED), holds=refuses(ValueError))
    return wrong + cases(_at(source, 0.5), _at(source, 7))


def _gradients(random: Random) -> tuple[Case, ...]:
    drawn = [(numbers(random, 4, -2, 2), 0.5), (numbers(random, 3, -2, 2), 2.0), ([0.5, 0.5], 1.5)]
    return cases(*(_at(tensor(x, "float64"), t) for x, t in drawn), holds=gradient)


def _by_hand(random: Random) -> tuple[Case, ...]:
    return cases(
        _at(tensor(numbers(random, 5)), 0.7),
        _at(tensor(numbers(random, 3), "float64"), 2.0),
        holds=by_hand,
    )


BEHAVIOURS = (
    Behaviour("values", cases(_at(EXAMPLE, 0.5), _at(EXAMPLE, 2.0)), _several),
    Behaviour("temperature one", cases(_at(EXAMPLE, 1.0)), _at_one),
    Behaviour(
        "low temperature",
        cases(_at(EXAMPLE, 1e-4), _at(tensor([1.0, 3.0, 3.0]), 1e-4), _at(EXAMPLE, 0.25)),
        _low,
    ),
    Behaviour("high temperature", cases(_at(EXAMPLE, 1e4), _at(EXAMPLE, 50.0)), _high),
    Behaviour(
        "large logits",
        cases(
            _at(tensor([1e3, 0.0]), 1e-2),
            _at(tensor([1000.0, 999.0]), 0.5),
            _at(tensor([1e3, 0.0]), 100),
        ),
        _large,
    ),
    Behaviour(
        "refuses temperatures <= 0",
        cases(_at(EXAMPLE, 0), _at(EXAMPLE, -1.0), holds=refuses(ValueError))
        + cases(_at(EXAMPLE, 0.5)),
        _refused,
    ),
    Behaviour(
        "gradient",
        cases(_at(tensor([1.0, 2.0, 3.0], "float64"), 0.5), holds=gradient),
        _gradients,
    ),
    Behaviour("by hand", cases(_at(EXAMPLE, 0.5), holds=by_hand), _by_hand),
)


def _refuse(temperature: float) -> None:
    if temperature <= 0:
        raise ValueError("temperature must be positive")


def _refusing(formula: Callable) -> Callable:
    """The formula, which is the mistake, after the check of the temperature, which is not."""

    def wrong(logits: torch.Tensor, temperature: float) -> torch.Tensor:
        _refuse(temperature)
        return formula(logits, temperature)

    return wrong


def _only_negative_refused(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    if temperature < 0:
        raise ValueError("temperature must be positive")
    return torch.softmax(logits / temperature, 0)


def _plain(logits: torch.Tensor) -> torch.Tensor:
    return logits.exp() / logits.exp().sum()


def _powers(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    raised = torch.softmax(logits, 0) ** (1 / temperature)
    return raised / raised.sum()


def _winner(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    if temperature > 0.01:
        return torch.softmax(logits / temperature, 0)
    return torch.zeros_like(logits).index_fill(0, logits.argmax(), 1)


MISCONCEPTIONS = (
    Misconception(
        "the temperature is not used",
        _refusing(lambda logits, t: torch.softmax(logits, 0)),
        "Divide the logits by the temperature before you exponentiate.",
    ),
    Misconception(
        "multiplies by the temperature",
        _refusing(lambda logits, t: torch.softmax(logits * t, 0)),
        "A high temperature evens the probabilities out: divide the logits by it.",
    ),
    Misconception(
        "divides the probabilities",
        _refusing(lambda logits, t: torch.softmax(logits, 0) / t),
        "The temperature divides the logits, before exp: afterwards the sum is no longer 1.",
    ),
    Misconception(
        "in the numerator only",
        _refusing(lambda logits, t: (logits / t).exp() / logits.exp().sum()),
        "The denominator is the sum of the same exponentials, exp(x_j / T).",
    ),
    Misconception(
        "overflows",
        _refusing(lambda logits, t: _plain(logits / t)),
        "At a low temperature logits / T is large: subtract its maximum before exp.",
    ),
    Misconception(
        "the maximum of the unscaled logits",
        _refusing(lambda logits, t: _plain(logits / t - logits.max())),
        "Divide by the temperature first; then subtract the maximum of the quotients.",
    ),
    Misconception(
        "does not normalise",
        _refusing(lambda logits, t: ((logits - logits.max()) / t).exp()),
        "Divide by the sum of the exponentials, so that the probabilities add up to 1.",
    ),
    Misconception(
        "powers of the probabilities",
        _refusing(_powers),
        "True on paper, but at a low temperature all the powers vanish: divide the logits instead.",
    ),
    Misconception(
        "accepts any temperature",
        lambda logits, t: torch.softmax(logits / t, 0),
        "Begin with `if temperature <= 0: raise ValueError(...)`.",
    ),
    Misconception(
        "accepts the temperature 0",
        _only_negative_refused,
        "Zero is refused as well: the condition is `temperature <= 0`.",
    ),
    Misconception(
        "the winner takes all at a low temperature",
        _refusing(_winner),
        "Entries that are equally large share the weight: no special case is needed.",
    ),
    Misconception(
        "no gradient",
        _refusing(lambda logits, t: torch.softmax(logits.detach() / t, 0)),
        "NumPy, .item(), .tolist(), .detach() and torch.no_grad() cut the result off from its "
        "input: stay with tensor operations.",
    ),
    Misconception(
        "nothing is returned",
        _refusing(lambda logits, t: None),
        "The function ends without `return`: printing a value does not return it.",
    ),
)


softmax_temperature = Exercise("softmax_temperature", expected, BEHAVIOURS, MISCONCEPTIONS)
