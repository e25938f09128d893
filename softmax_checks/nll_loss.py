"""nll_loss(log_probs, targets): the mean of -log p of the right classes."""

from dataclasses import replace
from random import Random

import torch

from autograder.checks.compare import Flaw, Wanted, compare, logarithms, show_wanted
from autograder.checks.exercise import Behaviour, Exercise, Misconception, cases
from autograder.checks.properties import values
from autograder.checks.trial import Trial
from autograder.text import shorten
from softmax_checks.forms import in_any_form
from softmax_checks.inputs import matrix
from softmax_checks.rule import by_hand


def expected(log_probs: torch.Tensor, targets: torch.Tensor) -> Wanted:
    """-mean(log_probs[i, targets[i]]), a scalar: (N, C) float and (N,) int64 -> ()."""
    return in_any_form(_loss(log_probs, targets))


def _loss(log_probs: torch.Tensor, targets: torch.Tensor) -> Wanted:
    chosen = log_probs.double().gather(1, targets[:, None])
    return logarithms(-chosen.mean(), like=log_probs)


def scalar_tensor(trial: Trial) -> Flaw | None:
    """The loss is right, and a tensor of shape () and of the dtype of the log-probabilities."""
    arguments = trial.arguments()
    flaw = trial.judge(attempt := trial.ask(*arguments), *arguments)
    return flaw or compare(attempt.value, _loss(*arguments))


def gradient(trial: Trial) -> Flaw | None:
    """backward() through the loss gives the logits the gradient (softmax - one hot) / N.

    The logits are the log-probabilities themselves, whose log_softmax they are: only this function
    of the student's is asked, not their log_softmax.
    """
    log_probs, targets = trial.arguments()
    logits = log_probs.clone().requires_grad_()
    attempt = trial.ask(torch.log_softmax(logits, dim=-1), targets)
    one_hot = torch.nn.functional.one_hot(targets, log_probs.shape[1])
    right = logarithms((log_probs.double().exp() - one_hot) / len(targets), like=log_probs)
    flaw = trial.judge(attempt, log_probs, targets)
    if flaw:
        return flaw
    flaw = _flaw_of_backward(trial, attempt.value, logits, right)
    return flaw and replace(flaw, reproduce=_line(trial))


def _line(trial: Trial) -> str:
    call = trial.call_with("torch.log_softmax(leaf, -1)")
    return f"leaf = {trial.sources[0]}.requires_grad_(); {call}.backward(); leaf.grad"


def _flaw_of_backward(trial: Trial, loss, logits: torch.Tensor, right: Wanted) -> Flaw | None:
    if not isinstance(loss, torch.Tensor) or not loss.requires_grad:
        reason = "the loss is cut off from the log-probabilities"
    else:
        try:
            loss.backward()
            return _flaw_of_gradient(compare(logits.grad, right))
        except RuntimeError as error:  # so autograd says that a backward pass is impossible
            reason = shorten(str(error))
    problem = f"no gradient flows back through `{trial.name}`: {reason}"
    return Flaw(problem, "no gradient", show_wanted(right), observed="no gradient")


def _flaw_of_gradient(flaw: Flaw | None) -> Flaw | None:
    return flaw and replace(
        flaw, problem=f"the gradient with respect to the logits is wrong: {flaw.problem}"
    )


def _batch(random: Random, rows: int, classes: int, dtype: str = "dtype=torch.float64") -> str:
    """Log-probabilities and targets, with every class a target where there are rows enough."""
    targets = [row % classes for row in range(rows)]
    random.shuffle(targets)
    logits = f"torch.tensor({matrix(random, rows, classes)}, {dtype})"
    return f"torch.log_softmax({logits}, -1), torch.tensor({targets})"


def _batches(*sizes: tuple[int, int], holds=values):
    """Hidden cases of these (rows, classes), half of them in single precision."""

    def hidden(random: Random):
        double = [_batch(random, *size) for size in sizes]
        single = [_batch(random, *size, "dtype=torch.float32") for size in sizes[::2]]
        return cases(*double, *single, holds=holds)

    return hidden


def _one_target(random: Random):
    """Each class of one row in turn."""
    row = f"torch.log_softmax(torch.tensor({matrix(random, 1, 5)}, dtype=torch.float64), -1)"
    return cases(*(f"{row}, torch.tensor([{target}])" for target in range(5)))


_OUTPUT = "torch.log_softmax(torch.tensor([[-1.0, 2.3, 0.1]], dtype=torch.float64), -1)"
_ONE = tuple(f"{_OUTPUT}, torch.tensor([{target}])" for target in range(3))
_FOUR = f"{_OUTPUT}.repeat(4, 1), torch.tensor([0, 1, 2, 0])"
_TWO = (
    "torch.log_softmax(torch.tensor([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]]), -1), torch.tensor([2, 0])"
)


def _chosen(log_probs, targets):
    return log_probs[torch.arange(len(targets)), targets]


nll_loss = Exercise(
    name="nll_loss",
    expected=expected,
    behaviours=(
        Behaviour("one target", shown=cases(*_ONE), hidden=_one_target),
        Behaviour(
            "batches",
            shown=cases(_FOUR, _TWO),
            hidden=_batches((2, 2), (2, 3), (3, 3), (5, 3), (3, 7), (40, 4)),
        ),
        Behaviour(
            "mean",
            shown=cases(_FOUR, f"{_OUTPUT}.repeat(2, 1), torch.tensor([1, 1])"),
            hidden=_batches((2, 4), (8, 4), (16, 2), (4, 8)),
        ),
        Behaviour(
            "scalar tensor",
            shown=cases(_ONE[0], _FOUR, _TWO, holds=scalar_tensor),
            hidden=_batches((1, 3), (4, 3), (2, 5), holds=scalar_tensor),
        ),
        Behaviour(
            "gradient",
            shown=cases(_ONE[0], _FOUR, holds=gradient),
            hidden=_batches((1, 4), (2, 3), (6, 3), (3, 3), holds=gradient),
        ),
        Behaviour(
            "by hand",
            shown=cases(_FOUR, holds=by_hand),
            hidden=_batches((3, 4), holds=by_hand),
        ),
    ),
    misconceptions=(
        Misconception(
            "forgot the minus sign",
            lambda log_probs, targets: _chosen(log_probs, targets).mean(),
            "The logarithm of a probability is negative; the loss is minus it, so at least 0.",
        ),
        Misconception(
            "sum instead of mean",
            lambda log_probs, targets: -_chosen(log_probs, targets).sum(),
            "The losses of the batch are added up: their mean is asked for.",
        ),
        Misconception(
            "every target in every row",
            lambda log_probs, targets: -log_probs[:, targets].mean(),
            "log_probs[:, targets] takes all the targets' columns in each row. Pair each row with "
            "its own target: log_probs[torch.arange(N), targets].",
        ),
        Misconception(
            "first target only",
            lambda log_probs, targets: -log_probs[0, targets[0]],
            "Only the first row counts here: take the mean over all of them.",
        ),
        Misconception(
            "first target for all rows",
            lambda log_probs, targets: -log_probs[:, targets[0]].mean(),
            "Every row uses the first row's target: pair each row with its own.",
        ),
        Misconception(
            "no mean",
            lambda log_probs, targets: -_chosen(log_probs, targets),
            "This is one loss for each row: take their mean.",
        ),
        Misconception(
            "mean over the classes too",
            lambda log_probs, targets: -_chosen(log_probs, targets).sum() / log_probs.numel(),
            "The sum is divided by N * C. One class counts in each row: divide by N.",
        ),
        Misconception(
            "all classes",
            lambda log_probs, targets: -log_probs.mean(),
            "The targets are not used: only the right class of each row counts.",
        ),
        Misconception(
            "most probable class",
            lambda log_probs, targets: -log_probs.max(dim=-1).values.mean(),
            "The most probable class is not always the right one: use the targets.",
        ),
        Misconception(
            "probability instead of its logarithm",
            lambda log_probs, targets: -_chosen(log_probs, targets).exp().mean(),
            "The loss is minus the logarithm of the probability, which log_probs already holds.",
        ),
        Misconception(
            "logarithm of the mean probability",
            lambda log_probs, targets: -_chosen(log_probs, targets).exp().mean().log(),
            "The mean is taken of the probabilities: take the mean of their logarithms.",
        ),
    ),
)
