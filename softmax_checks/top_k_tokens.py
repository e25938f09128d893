"""top_k_tokens(logits, k, temperature=1.0): the k most probable tokens, the best first."""

from random import Random

import torch

from autograder.checks.compare import (
    Flaw,
    Wanted,
    exact,
    largest,
    probability_tolerance,
    show_wanted,
)
from autograder.checks.exercise import Behaviour, Exercise, Misconception, cases
from autograder.checks.show import show
from autograder.checks.trial import Trial
from softmax_checks import gpt2_rows
from softmax_checks.forms import in_any_form
from softmax_checks.inputs import vector
from softmax_checks.rule import by_hand


def expected(logits: torch.Tensor, k: int, temperature: float = 1.0) -> dict[str, Wanted]:
    """probabilities (k,) over the whole vocabulary, descending, and token_ids (k,).

    logits: (vocab,), of which the k + 1 largest differ.
    """
    scaled = logits.double() / temperature
    best = torch.topk(torch.softmax(scaled, dim=-1), k)
    shares = Wanted(best.values, logits.dtype, probability_tolerance, largest(scaled))
    return {
        "probabilities": in_any_form(shares, logits.dtype),
        "token_ids": Wanted(best.indices, None, exact, shown_as=torch.int64),
    }


def descending(trial: Trial) -> Flaw | None:
    """The probabilities descend, and both results are right."""
    attempt = trial.ask(*trial.arguments())
    match attempt.value:
        case (torch.Tensor() as shares, _) if shares.ndim == 1 and (shares.diff() > 0).any():
            problem = "the probabilities must descend: the most probable token comes first"
            wanted = show_wanted(trial.expected(*trial.arguments()))
            return Flaw(problem, show(attempt.value), wanted, observed=attempt.value)
    return trial.judge(attempt, *trial.arguments())


def _logits(random: Random, size: int) -> str:
    return f"torch.tensor({vector(random, size)})"


def _values(random: Random):
    sizes = [(1, 1), (2, 1), (5, 2), (8, 8), (30, 10), (100, random.randint(3, 20))]
    drawn = [f"{_logits(random, size)}, {k}" for size, k in sizes]
    # So wide that only the plain formula and the subtracted maximum cope with it.
    return cases(*drawn, "torch.tensor([-60.0, 0.0, 50.0]), 2", 'gpt2.row("gpt2", 8), 10')


def _order(random: Random):
    sizes = [(3, 3), (6, 4), (9, 9), (50, 12)]
    drawn = [f"{_logits(random, size)}, {k}" for size, k in sizes]
    rising = "torch.arange(5.0), 4"
    return cases(*drawn, rising, "-torch.arange(5.0), 4", holds=descending)


def _temperature(random: Random):
    drawn = [
        f"{_logits(random, size)}, {random.randint(2, size)}, {temperature}"
        for size, temperature in [(3, 0.5), (5, 2.0), (8, 1.5), (20, 0.25), (20, 10.0), (6, 1.0)]
    ]
    rows = [f'gpt2.row("gpt2", 8), 10, {temperature}' for temperature in (0.25, 0.5, 1.5)]
    return cases(*drawn, *rows)


_FOUR = "torch.tensor([1.0, 3.0, 0.0, 2.0])"


def _wrong(pick=None, scale=lambda logits, t: logits / t):
    """A wrong implementation: with another choice from the probabilities, or another scaling."""

    def wrong(logits, k, temperature=1.0):
        shares = torch.softmax(scale(logits, temperature), dim=-1)
        return (pick or torch.topk)(shares, k)

    return wrong


def _pair(found) -> tuple[torch.Tensor, torch.Tensor]:
    return found[0], found[1]


def _renormalised(shares, k):
    best, ids = torch.topk(shares, k)
    return best / best.sum(), ids


def _naive(logits, k, temperature=1.0):
    exponentials = (logits / temperature).exp()
    return tuple(torch.topk(exponentials / exponentials.sum(), k))


top_k_tokens = Exercise(
    name="top_k_tokens",
    expected=expected,
    names={"gpt2": gpt2_rows},  # `row` alone: importing `gpt2` costs seconds
    behaviours=(
        Behaviour(
            "values",
            shown=cases(f"{_FOUR}, 2", 'gpt2.row("gpt2", 8), 10'),
            hidden=_values,
        ),
        Behaviour(
            "order",
            shown=cases(f"{_FOUR}, 4", "torch.arange(5.0), 3", holds=descending),
            hidden=_order,
        ),
        Behaviour(
            "temperature",
            shown=cases(f"{_FOUR}, 2, 0.5", f"{_FOUR}, 3, 1.5", 'gpt2.row("gpt2", 8), 10, 0.5'),
            hidden=_temperature,
        ),
        Behaviour(
            "by hand",
            shown=cases(f"{_FOUR}, 2", holds=by_hand),
            hidden=lambda random: cases(f"{_logits(random, 9)}, 3", holds=by_hand),
        ),
    ),
    misconceptions=(
        Misconception(
            "ascending",
            _wrong(lambda shares, k: tuple(part.flip(0) for part in torch.topk(shares, k))),
            "The order is the other way round: the most probable token comes first.",
        ),
        Misconception(
            "least probable",
            _wrong(lambda shares, k: _pair(torch.topk(shares, k, largest=False))),
            "These are the k least probable tokens: sort the other way round.",
        ),
        Misconception(
            "renormalised over the k tokens",
            _wrong(_renormalised),
            "These probabilities add up to 1 over the k tokens. Those over the whole vocabulary "
            "are asked for: normalise before you choose.",
        ),
        Misconception(
            "results swapped",
            _wrong(lambda shares, k: _pair(torch.topk(shares, k))[::-1]),
            "The probabilities come first, then the token ids.",
        ),
        Misconception(
            "temperature ignored",
            _wrong(scale=lambda logits, t: logits),
            "The temperature changes nothing here: divide the logits by it before the softmax.",
        ),
        Misconception(
            "multiplied by the temperature",
            _wrong(scale=lambda logits, t: logits * t),
            "The logits are to be divided by the temperature, not multiplied with it.",
        ),
        Misconception(
            "softmax without subtracting the maximum",
            _naive,
            "Low temperatures make the logits larger still, and their exponentials leave float32's "
            "range. Subtract the largest first.",
        ),
        Misconception(
            "logits instead of probabilities",
            lambda logits, k, temperature=1.0: _pair(torch.topk(logits / temperature, k)),
            "These are logits: choose from their softmax.",
        ),
        Misconception(
            "the first k tokens",
            _wrong(lambda shares, k: (shares[:k], torch.arange(len(shares))[:k])),
            "These are the first k tokens of the vocabulary: sort by probability first.",
        ),
        Misconception(
            "positions in the sorted list",
            _wrong(lambda shares, k: (shares.sort(descending=True).values[:k], torch.arange(k))),
            "The ids are those of the tokens in the vocabulary, not 0, 1, 2, ...",
        ),
    ),
)
