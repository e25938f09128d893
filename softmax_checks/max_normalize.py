"""max_normalize(logits): the logits moved so that the largest is 0."""

from random import Random

import torch

from autograder.checks.compare import Wanted, logarithms
from autograder.checks.exercise import Behaviour, Exercise, Misconception, cases
from autograder.checks.properties import input_kept
from softmax_checks import gpt2_rows
from softmax_checks.forms import in_any_form
from softmax_checks.inputs import vector


def expected(logits: torch.Tensor) -> Wanted:
    """logits - max(logits), (vocab,)."""
    exact = logits.double()
    return in_any_form(logarithms(exact - exact.max(), like=logits), logits.dtype)


def _hidden(random: Random):
    drawn = [vector(random, size, bound) for size in (1, 2, 7, 30) for bound in (3.0, 200.0)]
    negative = [f"torch.tensor({numbers}) - 300.0" for numbers in drawn[-2:]]
    return cases(*(f"torch.tensor({numbers})" for numbers in drawn), *negative)


def _rows(random: Random):
    small = [f'gpt2.row("gpt2", {position})' for position in (2, 3, 4, 8)]
    medium = [f'gpt2.row("gpt2-medium", {position})' for position in random.sample(range(14), 2)]
    return cases(*small, *medium, holds=input_kept)


max_normalize = Exercise(
    name="max_normalize",
    expected=expected,
    names={"gpt2": gpt2_rows},  # `row` alone: importing `gpt2` costs seconds
    behaviours=(
        Behaviour(
            "values",
            shown=cases("torch.tensor([1.0, 3.0, 2.0])", "torch.tensor([-90.0, -120.0, -95.0])"),
            hidden=_hidden,
        ),
        Behaviour(
            "real GPT-2 rows",
            shown=cases('gpt2.row("gpt2", 3)', 'gpt2.row("gpt2", 4)', holds=input_kept),
            hidden=_rows,
        ),
    ),
    misconceptions=(
        Misconception(
            "added the maximum",
            lambda logits: logits + logits.max(),
            "The maximum must be subtracted, so that the largest logit becomes 0.",
        ),
        Misconception(
            "divided by the maximum",
            lambda logits: logits / logits.max(),
            "Dividing changes the differences between the logits, and with them the softmax. "
            "Subtract the maximum.",
        ),
        Misconception(
            "subtracted the minimum",
            lambda logits: logits - logits.min(),
            "The largest logit must become 0, not the smallest.",
        ),
        Misconception(
            "subtracted the mean",
            lambda logits: logits - logits.mean(),
            "The mean is not the maximum: the largest logit must become 0.",
        ),
        Misconception(
            "largest absolute value",
            lambda logits: logits - logits.abs().max(),
            "For negative logits the largest absolute value belongs to the smallest logit.",
        ),
        Misconception(
            "sign turned",
            lambda logits: logits.max() - logits,
            "This is the maximum minus the logits: the other way round.",
        ),
        Misconception(
            "scaled to [0, 1]",
            lambda logits: (logits - logits.min()) / (logits.max() - logits.min()),
            "Only the maximum is to be subtracted; nothing is to be divided.",
        ),
        Misconception(
            "nothing changed",
            lambda logits: logits,
            "The logits come back as they were: subtract their maximum.",
        ),
    ),
)
