"""`softmax_stable(xx)`: the softmax that neither overflows nor underflows.

exp(x - max) / sum and exp(x - logsumexp(x)) are both right answers. The second rounds x - logsumexp
to the spacing of floats near max|x|, so no case has close entries beyond about 1e4 in float32.
"""

from random import Random

import torch

from autograder.checks.exercise import Behaviour, Case, Exercise, Misconception, cases
from autograder.checks.gradient import gradient
from autograder.checks.properties import input_kept, only_input_kept, shift_invariant
from softmax_checks.inputs import eighths, normal, numbers, tensor
from softmax_checks.rule import by_hand
from softmax_checks.softmax import expected

EXAMPLE = "torch.tensor([1., 2., 3.])"
X2 = f"50 * {EXAMPLE}"
_INF = float("inf")


def _large(random: Random) -> tuple[Case, ...]:
    return cases(
        X2,
        tensor([1e30, 0.0, -1e30]),
        tensor([-5.0, 1e30, 1e20, 3.0]),
        tensor([89.0, 88.0, 0.0]),  # exp(89) is the first whole exponent beyond float32
        tensor([700.0, 710.0, 705.5], "float64"),
        tensor([1e4 + value for value in eighths(random, 5)]),
        tensor([1e3 + value for value in eighths(random, 8)]),
        tensor([1e4] * 3),
        f"50 * {tensor(numbers(random, 6))}",
        f"1000 + {normal(random, 200)}",
        f"{normal(random, 50, scale=300)}",
        tensor(numbers(random, 4, low=200, high=220)),
    )


def _very_negative(random: Random) -> tuple[Case, ...]:
    return cases(
        tensor([-1e4] * 4),
        tensor([-1e30, -1e20, -1e4]),
        tensor([-1e4, 0.0, 3.0]),
        tensor([-104.0, -105.0, -104.5]),  # exp(-104) is 0 in float32
        tensor([-800.0, -801.0], "float64"),
        tensor([-1e4 + value for value in eighths(random, 5)]),
        tensor([-1e3 + value for value in eighths(random, 8)]),
        tensor(numbers(random, 4, low=-120, high=-90)),
        f"-1000 + {normal(random, 200)}",
        tensor([-1e3]),
    )


def _near_example(random: Random) -> tuple[Case, ...]:
    drawn = [tensor(numbers(random, 5)), f"50 * {tensor(numbers(random, 3))}"]
    return cases(X2, f"-{X2}", f"{X2} - 100", EXAMPLE, f"{EXAMPLE} * 3", *drawn)


def _shifted(random: Random) -> tuple[Case, ...]:
    amounts = (64, -64, 256, 1024, -1024, 4096, -4096)
    return tuple(_shift(eighths(random, 2 + i), amount) for i, amount in enumerate(amounts))


def _shift(values: list[float], amount: int) -> Case:
    return Case(tensor(values), shift_invariant(amount))


def _infinite(random: Random) -> tuple[Case, ...]:
    return cases(
        "torch.tensor([-inf, 2.0])",
        "torch.tensor([-inf, -inf, -3.0, -inf])",
        "torch.tensor([1000.0, -inf, 999.0, -1000.0])",
        "torch.tensor([-inf, -1000.0, -1001.0])",
        "torch.tensor([0.5, -inf, 0.5], dtype=torch.float64)",
        *(_masked(random, count) for count in (4, 7, 9)),
    )


def _masked(random: Random, count: int) -> str:
    values = numbers(random, count)
    for index in random.sample(range(count), count // 2):
        values[index] = -_INF
    return tensor(values)


def _dtypes(random: Random) -> tuple[Case, ...]:
    drawn = [
        tensor(values, dtype)
        for dtype in ("float32", "float64", "bfloat16")
        for values in (eighths(random, 3), eighths(random, 6), [0.0, 0.0], [100.0, 101.0, 98.0])
    ]
    return cases(*drawn)


def _kept(random: Random) -> tuple[Case, ...]:
    sources = [tensor(numbers(random, 4)), tensor(numbers(random, 3), "float64"), EXAMPLE]
    infinite = Case("torch.tensor([0.0, -inf, 1.0])", only_input_kept)
    return (*cases(*sources, holds=input_kept), infinite)


def _gradients(random: Random) -> tuple[Case, ...]:
    drawn = [numbers(random, 4, -2, 2), numbers(random, 3, -2, 2), [0.5, -0.5, -1.0]]
    return cases(*(tensor(values, "float64") for values in drawn), holds=gradient)


def _by_hand(random: Random) -> tuple[Case, ...]:
    return cases(tensor(numbers(random, 6)), tensor(numbers(random, 3), "float64"), holds=by_hand)


BEHAVIOURS = (
    Behaviour("large logits", cases(X2, tensor([1e30, 0.0])), _large),
    Behaviour("very negative logits", cases(tensor([-1e4, -10001.0, -10002.0])), _very_negative),
    Behaviour("equal to the built-in", cases(X2, EXAMPLE), _near_example),
    Behaviour("shift invariance", (_shift([1.0, 2.0, 3.0], 1024),), _shifted),
    Behaviour("entries of -inf", cases("torch.tensor([0.0, -inf, 1.0])"), _infinite),
    Behaviour(
        "dtypes",
        cases(*(tensor([1.0, 2.0, 3.0], dtype) for dtype in ("float32", "float64", "bfloat16"))),
        _dtypes,
    ),
    Behaviour("input not modified", cases(EXAMPLE, holds=input_kept), _kept),
    Behaviour("gradient", cases(tensor([1.0, 2.0, 3.0], "float64"), holds=gradient), _gradients),
    Behaviour("by hand", cases(EXAMPLE, holds=by_hand), _by_hand),
)


def _naive(xx: torch.Tensor) -> torch.Tensor:
    return xx.exp() / xx.exp().sum()


def _in_place(xx: torch.Tensor) -> torch.Tensor:
    xx -= xx.max()
    return _naive(xx)


MISCONCEPTIONS = (
    Misconception(
        "the plain formula",
        _naive,
        "exp overflows above 88 and vanishes below -103 in float32: subtract the maximum first.",
    ),
    Misconception(
        "subtracts the minimum",
        lambda xx: _naive(xx - xx.min()),
        "Then the largest entries still overflow: subtract the maximum, so that all are <= 0.",
    ),
    Misconception(
        "subtracts the mean",
        lambda xx: _naive(xx - xx.mean()),
        "Entries far above the mean still overflow: subtract the maximum, so that all are <= 0.",
    ),
    Misconception(
        "subtracts a fixed number",
        lambda xx: _naive(xx - 150.0),
        "150 was the maximum of one example: subtract xx.max(), whatever it is.",
    ),
    Misconception(
        "subtracts the largest absolute value",
        lambda xx: _naive(xx - xx.abs().max()),
        "For negative logits that makes things worse: subtract xx.max() itself.",
    ),
    Misconception(
        "adds the maximum",
        lambda xx: _naive(xx + xx.max()),
        "Subtract the maximum: adding it makes the exponents twice as large.",
    ),
    Misconception(
        "divides by the maximum",
        lambda xx: _naive(xx / xx.max()),
        "Dividing changes the differences between the logits, and so the result: subtract.",
    ),
    Misconception(
        "subtracts in the numerator only",
        lambda xx: (xx - xx.max()).exp() / xx.exp().sum(),
        "The denominator is the sum of the very same shifted exponentials.",
    ),
    Misconception(
        "does not normalise",
        lambda xx: (xx - xx.max()).exp(),
        "Divide by the sum of the exponentials, so that the probabilities add up to 1.",
    ),
    Misconception(
        "clamps the logits",
        lambda xx: _naive(xx.clamp(-80, 80)),
        "Logits beyond the limits become equal, which they are not: subtract the maximum instead.",
    ),
    Misconception(
        "replaces nan afterwards",
        lambda xx: _naive(xx).nan_to_num(0.0),
        "The lost numbers do not come back: prevent the overflow by subtracting the maximum.",
    ),
    Misconception(
        "computes in float64 without a shift",
        lambda xx: _naive(xx.double()).to(xx.dtype),
        "float64 only overflows later, above 709: subtract the maximum, and any dtype will do.",
    ),
    Misconception(
        "always float32",
        lambda xx: torch.softmax(xx.float(), 0),
        "Return the dtype that came in: remove the conversion, or convert back at the end.",
    ),
    Misconception(
        "changes its input",
        _in_place,
        "`xx -= ...` writes into the caller's tensor: write `shifted = xx - xx.max()` instead.",
    ),
    Misconception(
        "no gradient",
        lambda xx: torch.softmax(xx.detach(), 0),
        "NumPy, .item(), .tolist(), .detach() and torch.no_grad() cut the result off from its "
        "input: stay with tensor operations.",
    ),
    Misconception(
        "leaves out the entries of -inf",
        lambda xx: torch.softmax(xx[xx > -_INF], 0),
        "They stay in the result, with probability 0: exp(-inf) is 0 all by itself.",
    ),
    Misconception(
        "a small number in the denominator",
        lambda xx: (xx - xx.max()).exp() / ((xx - xx.max()).exp().sum() + 1e-6),
        "After the shift the sum is at least 1: a number added to it makes every entry too small.",
    ),
    Misconception(
        "nothing is returned",
        lambda xx: None,
        "The function ends without `return`: printing a value does not return it.",
    ),
)

softmax_stable = Exercise("softmax_stable", expected, BEHAVIOURS, MISCONCEPTIONS)
