"""next_token_probabilities(logits): what a language model says of the token after the text."""

from random import Random

import torch

from autograder.checks.compare import Flaw, Wanted, probabilities
from autograder.checks.exercise import Behaviour, Exercise, Misconception, cases
from autograder.checks.trial import Trial
from softmax_checks import gpt2_rows
from softmax_checks.forms import in_any_form
from softmax_checks.inputs import matrix
from softmax_checks.rule import by_hand


def expected(logits: torch.Tensor) -> Wanted:
    """softmax of the last position's logits: (1, num_tokens, vocab) -> (vocab,)."""
    last = logits[0, -1]
    return in_any_form(probabilities(torch.softmax(last.double(), dim=-1), like=last))


def adds_up(trial: Trial) -> Flaw | None:
    """The probabilities are not negative and add up to 1, and their values are right."""
    attempt = trial.ask(*trial.arguments())
    if isinstance(attempt.value, torch.Tensor) and attempt.value.is_floating_point():
        total = attempt.value.detach().double().sum().item()
        if not abs(total - 1) < 1e-4:
            problem = f"the probabilities add up to {total:.6g}, and must add up to 1"
            return Flaw(problem, f"{total:.6g}", "1", observed=attempt.value)
    return trial.judge(attempt, *trial.arguments())


def _logits(random: Random, tokens: int, vocabulary: int) -> str:
    return f"torch.tensor([{matrix(random, tokens, vocabulary)}])"


def _values(random: Random):
    sizes = [(1, 2), (2, 2), (3, 3), (4, 7), (5, 1), (2, 60), (6, 12), (14, 5)]
    # So wide that only the plain formula and the subtracted maximum cope with it.
    wide = "torch.tensor([[[-60.0, 0.0, 50.0]]])"
    return cases(*(_logits(random, *size) for size in sizes), wide)


def _last_position(random: Random):
    one, other = random.sample([2.0, -3.0, 1.5, 0.0], 2)
    return cases(
        f"torch.tensor([[[{one}, 0.0], [{other}, 0.0]]])",
        f"torch.tensor([[[0.0, {one}, 0.5], [0.0, {other}, 1.0], [{one}, {other}, -1.0]]])",
        *(_logits(random, tokens, 4) for tokens in (2, 3, 4, 8)),
    )


def _rows(*positions: int, rows: str = "gpt2") -> str:
    listed = ", ".join(f'gpt2.row("{rows}", {position})' for position in positions)
    return f"torch.stack([{listed}])[None]"


def _gpt2_rows(random: Random):
    small = cases(*(_rows(8, position) for position in (2, 3, 4)), _rows(3, 8))
    return small + cases(_rows(2, rows="gpt2-medium"), _rows(4, 3, rows="gpt2-medium"))


def _sum(random: Random):
    return cases(*(_logits(random, 3, n) for n in (1, 2, 10, 100)), _rows(0, 8), holds=adds_up)


_TWO = "torch.tensor([[[3.0, 0.0, 1.0], [1.0, 2.0, 3.0]]])"
_THREE = "torch.tensor([[[0.0, 1.0], [5.0, -1.0], [0.5, 1.5]]])"

next_token_probabilities = Exercise(
    name="next_token_probabilities",
    expected=expected,
    names={"gpt2": gpt2_rows},  # `row` alone: importing `gpt2` costs seconds
    behaviours=(
        Behaviour("values", shown=cases(_TWO, _THREE), hidden=_values),
        Behaviour(
            "last position",
            shown=cases(_TWO, "torch.tensor([[[1.0, 1.0], [2.0, 2.0], [0.0, 4.0]]])"),
            hidden=_last_position,
        ),
        Behaviour("real GPT-2 rows", shown=cases(_rows(8, 3), _rows(8, 4)), hidden=_gpt2_rows),
        Behaviour("sum", shown=cases(_TWO, _rows(8), holds=adds_up), hidden=_sum),
        Behaviour(
            "by hand",
            shown=cases(_TWO, holds=by_hand),
            hidden=lambda random: cases(_logits(random, 2, 5), holds=by_hand),
        ),
    ),
    misconceptions=(
        Misconception(
            "softmax without subtracting the maximum",
            lambda logits: logits[0, -1].exp() / logits[0, -1].exp().sum(),
            "With logits near -100 the exponentials fall below what float32 can hold. Subtract "
            "the largest logit first.",
        ),
        Misconception(
            "first position",
            lambda logits: torch.softmax(logits[0, 0], dim=-1),
            "These are the probabilities after the first token. The next token follows the last.",
        ),
        Misconception(
            "all positions",
            lambda logits: torch.softmax(logits[0], dim=-1),
            "This is one row for each position: only the last position's row is asked for.",
        ),
        Misconception(
            "kept the batch dimension",
            lambda logits: torch.softmax(logits[:, -1], dim=-1),
            "The result must have the shape (vocab,): take the text's index 0 as well.",
        ),
        Misconception(
            "normalised over positions",
            lambda logits: torch.softmax(logits[0], dim=0)[-1],
            "The probabilities of the tokens must add up to 1: normalise over the vocabulary.",
        ),
        Misconception(
            "normalised over everything",
            lambda logits: torch.softmax(logits.flatten(), dim=0).view_as(logits)[0, -1],
            "The sum runs over all positions. Take the last position first, then normalise.",
        ),
        Misconception(
            "forgot to normalise",
            lambda logits: (logits[0, -1] - logits[0, -1].max()).exp(),
            "Divide the exponentials by their sum, so that the probabilities add up to 1.",
        ),
        Misconception(
            "mean over the positions",
            lambda logits: torch.softmax(logits[0].mean(dim=0), dim=-1),
            "The positions are averaged: only the last one predicts the next token.",
        ),
        Misconception(
            "logits instead of probabilities",
            lambda logits: logits[0, -1],
            "These are the last position's logits: their softmax is asked for.",
        ),
    ),
)
