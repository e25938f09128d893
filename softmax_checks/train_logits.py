"""train_logits(w, target, learning_rate, num_steps): gradient descent on the logits themselves."""

from operator import attrgetter
from random import Random

import torch

from autograder.checks.compare import Flaw, Wanted, logarithm_tolerance
from autograder.checks.exercise import Behaviour, Exercise, Misconception, cases
from autograder.checks.show import show
from autograder.checks.trial import Trial
from softmax_checks.forms import in_any_form, part
from softmax_checks.inputs import matrix


def expected(w, target, learning_rate: float, num_steps: int) -> dict[str, Wanted]:
    """losses (num_steps,), each before its step, and weights (num_steps + 1, C), w (1, C) first.

    The gradient of -log softmax(w)[target] with respect to w is softmax(w) - one hot.
    """
    losses, weights = _descend(w, target, learning_rate, num_steps)
    conditioning = weights.abs().max().item()
    parts = {"losses": losses, "weights": weights}
    return {
        name: in_any_form(Wanted(right, w.dtype, logarithm_tolerance, conditioning))
        for name, right in parts.items()
    }


def _gradient(w: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    one_hot = torch.nn.functional.one_hot(target, w.shape[-1])
    return torch.softmax(w, dim=-1) - one_hot


def _loss(w: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return -torch.log_softmax(w, dim=-1)[0, int(target)]


def _descend(w, target, learning_rate: float, num_steps: int, gradient=_gradient):
    """Losses (num_steps,) and weights (num_steps + 1, C), float64."""
    weights = [w.detach().double()]
    for _ in range(num_steps):
        weights.append(weights[-1] - learning_rate * gradient(weights[-1], target))
    losses = [_loss(w, target) for w in weights[:-1]]
    return torch.stack(losses), torch.cat(weights)


def caller_untouched(trial: Trial) -> Flaw | None:
    """The caller's w has its numbers, its requires_grad and no gradient; the weights are right."""
    arguments, before = trial.arguments(), trial.arguments()[0]
    attempt, after = trial.ask(*arguments), arguments[0]
    change = _change(before, after)
    if change and attempt.error is None:
        what, attribute = change
        return Flaw(
            f"`{trial.name}` changed {what} of the caller's w: work on a copy, w.detach().clone()",
            got=show(attrgetter(attribute)(after)),
            expected=f"unchanged: {show(attrgetter(attribute)(before))}",
            observed=after,
            reproduce=f"{trial.before_and_after()}.{attribute}",
        )
    return part("weights")(trial)


def _change(before: torch.Tensor, after: torch.Tensor) -> tuple[str, str] | None:
    """What of w changed: in words, and the attribute that shows it."""
    if not torch.equal(before, after):
        return "the numbers", "data"
    if after.requires_grad != before.requires_grad:
        return "requires_grad", "requires_grad"
    return ("the gradient", "grad") if after.grad is not None else None


_SHOWN = (
    "torch.tensor([[-1.0, 0.2]]), torch.tensor([0]), 0.5, 10",
    "torch.tensor([[0.5, -1.0, 2.0]], dtype=torch.float64), torch.tensor([1]), 0.1, 5",
)


def _drawn(holds):
    def hidden(random: Random):
        for classes, steps in [(2, 1), (2, 10), (3, 5), (4, 20), (6, 3)]:
            rate = random.choice([0.05, 0.1, 0.5, 1.0, 2.0])
            target = random.randrange(classes)
            dtype = random.choice(["dtype=torch.float32", "dtype=torch.float64"])
            w = f"torch.tensor({matrix(random, 1, classes, bound=2.0)}, {dtype})"
            yield from cases(f"{w}, torch.tensor([{target}]), {rate}, {steps}", holds=holds)

    return hidden


def _graded(name: str, holds) -> Behaviour:
    return Behaviour(name, shown=cases(*_SHOWN, holds=holds), hidden=_drawn(holds))


def _in_dtype_of(w, losses, weights):
    return losses.to(w.dtype), weights.to(w.dtype)


def _ascent(w, target, learning_rate, num_steps):
    return _in_dtype_of(w, *_descend(w, target, -learning_rate, num_steps))


def _learning_rate_ignored(w, target, learning_rate, num_steps):
    return _in_dtype_of(w, *_descend(w, target, 1.0, num_steps))


def _accumulated(w, target, learning_rate, num_steps):
    total = torch.zeros_like(w, dtype=torch.float64)

    def gradient(w, target):
        return total.add_(_gradient(w, target))

    return _in_dtype_of(w, *_descend(w, target, learning_rate, num_steps, gradient))


def _losses_after(w, target, learning_rate, num_steps):
    losses, weights = _descend(w, target, learning_rate, num_steps + 1)
    return _in_dtype_of(w, losses[1:], weights[:-1])


def _without_w(w, target, learning_rate, num_steps):
    losses, weights = _descend(w, target, learning_rate, num_steps)
    return _in_dtype_of(w, losses, weights[1:])


def _last_everywhere(w, target, learning_rate, num_steps):
    losses, weights = _descend(w, target, learning_rate, num_steps)
    return _in_dtype_of(w, losses, weights[-1:].repeat(num_steps + 1, 1))


def _in_place(w, target, learning_rate, num_steps):
    losses, weights = _descend(w, target, learning_rate, num_steps)
    w.copy_(weights[-1:])
    return _in_dtype_of(w, losses, weights)


train_logits = Exercise(
    name="train_logits",
    expected=expected,
    behaviours=(
        _graded("losses", part("losses")),
        _graded("weights", part("weights")),
        _graded("first row", part("weights", first_row=True)),
        _graded("caller's weights untouched", caller_untouched),
    ),
    misconceptions=(
        Misconception(
            "uphill",
            _ascent,
            "The loss grows from step to step: subtract the gradient, do not add it.",
        ),
        Misconception(
            "learning rate ignored",
            _learning_rate_ignored,
            "The whole gradient is subtracted: multiply it by the learning rate.",
        ),
        Misconception(
            "gradients added up",
            _accumulated,
            "backward() adds to what .grad holds. Set it to zero before each step, or every step "
            "uses the sum of all the gradients so far.",
        ),
        Misconception(
            "losses after the step",
            _losses_after,
            "The first loss belongs to w as it was given: note the loss before you change w.",
        ),
        Misconception(
            "w itself is missing",
            _without_w,
            "weights has num_steps + 1 rows, the first of which is w as it was given.",
        ),
        Misconception(
            "the last weights in every row",
            _last_everywhere,
            "All rows are one tensor, changed in place afterwards: store w.detach().clone().",
        ),
        Misconception(
            "caller's w changed",
            _in_place,
            "Updating w in place changes the caller's tensor: begin with w.detach().clone().",
        ),
    ),
)
