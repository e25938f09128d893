"""The property that backward through an answer gives the right gradient."""

from dataclasses import replace

import torch

from autograder.checks.compare import Flaw, Wanted, compare, show_wanted
from autograder.checks.properties import values
from autograder.checks.trial import Trial
from autograder.errors import AutograderError
from autograder.text import shorten
from autograder.verdict import CheckFailed


def gradient(trial: Trial) -> Flaw | None:
    """The values are right, and so is their gradient with respect to the first argument.

    That argument is a short float64 tensor (`gradcheck` calls the answer twice for each entry),
    and the trial's reference must be differentiable.
    """
    return values(trial) or _flaw_of_vjp(trial) or _flaw_of_gradcheck(trial)


def _differentiable(trial: Trial) -> tuple[torch.Tensor, list]:
    first, *rest = trial.arguments()
    return first.requires_grad_(), rest


def _flaw_of_vjp(trial: Trial) -> Flaw | None:
    """One vector-Jacobian product against the reference's: it can say which entry is wrong."""
    first, rest = _differentiable(trial)
    wanted = trial.expected(first, *rest)
    assert isinstance(wanted, Wanted)
    right = Wanted(_vjp(wanted.reference, first), first.dtype, _tolerance, inputs=first.detach())
    attempt = trial.ask(first, *rest)
    if attempt.error is not None:
        flaw: Flaw | None = trial.raised(attempt.error, f"gradient {show_wanted(right)}")
    else:
        flaw = _compare_vjp(attempt.value, first, right)
    return flaw and replace(flaw, reproduce=_line(trial))


def _compare_vjp(result: torch.Tensor, first: torch.Tensor, right: Wanted) -> Flaw | None:
    try:
        got = _vjp(result, first)
    except RuntimeError as error:  # so autograd says that the result does not depend on the input
        problem = f"no gradient flows back to the input: {shorten(str(error))}"
        observed = error if result.requires_grad else "none"
        return Flaw(problem, "none", show_wanted(right), observed=observed)
    flaw = compare(got, right)
    return flaw and replace(flaw, problem=f"the gradient is wrong: {flaw.problem}")


def _vjp(result: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
    return torch.autograd.grad(result, first, _weights(result))[0]


def _weights(result: torch.Tensor) -> torch.Tensor:
    """Unequal weights: the plain sum of probabilities is constant, its gradient 0 for anyone."""
    return torch.linspace(1, 2, result.numel(), dtype=result.dtype).view_as(result)


def _line(trial: Trial) -> str:
    first, *rest = trial.sources
    inputs = ", ".join([_requiring_gradient(first), *rest])
    return f"torch.autograd.gradcheck({trial.name}, {f'({inputs})' if rest else inputs})"


def _requiring_gradient(source: str) -> str:
    """The source of the tensor, made such that it requires a gradient."""
    if source.startswith("torch.tensor(") and source.endswith(")"):
        return f"{source[:-1]}, requires_grad=True)"
    return f"({source}).requires_grad_()"


def _tolerance(reference, dtype: torch.dtype, conditioning: float) -> torch.Tensor:
    """1e-9 max(1, |ref|): far above float64's rounding, far below that of a float32 detour."""
    return 1e-9 * reference.abs().clamp(min=1)


def _flaw_of_gradcheck(trial: Trial) -> Flaw | None:
    first, rest = _differentiable(trial)
    try:
        # Not fast_mode: a function that changes its argument passes it.
        torch.autograd.gradcheck(lambda x: trial.answer(x, *rest), first)
    except (AutograderError, CheckFailed):
        raise
    except Exception as error:  # gradcheck's own RuntimeError, or what the answer raises
        problem = f"gradcheck failed: {shorten(str(error))}"
        return Flaw(problem, observed=error, reproduce=_line(trial))
    return None
