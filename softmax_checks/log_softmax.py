"""log_softmax(logits): the logarithm of the softmax of each row, finite for finite logits."""

from random import Random

import torch

from autograder.checks.compare import Wanted, logarithms
from autograder.checks.exercise import Behaviour, Exercise, Misconception, cases
from autograder.checks.gradient import gradient
from softmax_checks.inputs import matrix
from softmax_checks.rule import by_hand


def expected(logits: torch.Tensor) -> Wanted:
    """x - log sum exp(x) over the last dimension, (N, C) -> (N, C), of the logits' dtype."""
    return logarithms(torch.log_softmax(logits.double(), dim=-1), like=logits)


_DOUBLE = "dtype=torch.float64"


def _logits(random: Random, rows: int, columns: int, bound: float = 3.0, dtype=_DOUBLE) -> str:
    return f"torch.tensor({matrix(random, rows, columns, bound)}, {dtype})"


def _values(random: Random):
    sizes = [(1, 2), (1, 7), (2, 2), (3, 3), (3, 1), (5, 4), (2, 6), (20, 3), (3, 50)]
    single = [_logits(random, rows, 4, dtype="dtype=torch.float32") for rows in (1, 4)]
    return cases(*(_logits(random, *size) for size in sizes), *single)


def _large(random: Random):
    """Small gaps, far from 0: what the log of a stable softmax still copes with."""
    shifts = ("+ 1e4", "- 1e4", "+ 1e6", "- 1e6", "+ 800.0", "- 800.0")
    double = [f"{_logits(random, random.randint(1, 4), 4)} {shift}" for shift in shifts]
    single = [f"torch.tensor({matrix(random, 2, 5)}) {shift}" for shift in ("+ 200.0", "- 200.0")]
    return cases(*double, *single, "torch.tensor([[1e30, 1e30]])")


def _finite(random: Random):
    gap = random.randint(800, 5000)
    return cases(
        f"torch.tensor([[0.0, -{gap}.0]], {_DOUBLE})",
        f"torch.tensor([[{gap}.0, 1.0, -{gap}.0], [{gap}.0, 0.0, 5.0]], {_DOUBLE})",
        f"torch.tensor([[0.0, -{gap}.0, 0.0]])",
        "torch.tensor([[-110.0, 0.0]])",
        f"torch.tensor([[1e300, 0.0, -1e300]], {_DOUBLE})",
    )


def _independent(random: Random):
    heights = random.sample(range(-600, -500), 2) + random.sample(range(500, 600), 2)
    rows = ", ".join(f"[{height}.0, {height + 1}.0]" for height in heights)
    drawn = [_logits(random, *size) for size in ((2, 2), (4, 4), (2, 3), (3, 2), (6, 3))]
    return cases(f"torch.tensor([{rows}], {_DOUBLE})", *drawn)


def _gradient(random: Random):
    sizes = [(1, 3), (2, 2), (3, 2), (2, 5)]
    return cases(*(_logits(random, *size) for size in sizes), holds=gradient)


_MODEL_OUTPUT = f"torch.tensor([[-1.0, 2.3, 0.1]], {_DOUBLE})"
_TWO_ROWS = f"torch.tensor([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]], {_DOUBLE})"


def _softmax(logits, dim=-1):
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)


def _stable(logits, largest):
    return (logits - largest) - (logits - largest).exp().sum(dim=-1, keepdim=True).log()


def _less(reduce):
    """logits - (what is to be subtracted)."""
    return lambda logits: logits - reduce(logits)


log_softmax = Exercise(
    name="log_softmax",
    expected=expected,
    behaviours=(
        Behaviour("values", shown=cases(_MODEL_OUTPUT, _TWO_ROWS), hidden=_values),
        Behaviour(
            "large logits",
            shown=cases(
                f"torch.tensor([[1000.0, 1001.0, 1002.0]], {_DOUBLE})",
                "torch.tensor([[-200.0, -201.0, -202.0]])",
            ),
            hidden=_large,
        ),
        Behaviour(
            "finite for finite logits",
            shown=cases(
                f"torch.tensor([[0.0, -1000.0]], {_DOUBLE})",
                f"torch.tensor([[1000.0, 0.0, -1000.0]], {_DOUBLE})",
            ),
            hidden=_finite,
        ),
        Behaviour(
            "independent rows",
            shown=cases(_TWO_ROWS, f"torch.tensor([[-600.0, -599.0], [600.0, 601.0]], {_DOUBLE})"),
            hidden=_independent,
        ),
        Behaviour(
            "gradient", shown=cases(_MODEL_OUTPUT, _TWO_ROWS, holds=gradient), hidden=_gradient
        ),
        Behaviour(
            "by hand",
            shown=cases(_MODEL_OUTPUT, holds=by_hand),
            hidden=lambda random: cases(_logits(random, 3, 4), holds=by_hand),
        ),
    ),
    misconceptions=(
        Misconception(
            "logarithm of the naive softmax",
            lambda logits: _softmax(logits).log(),
            "exp overflows for large logits, and very small probabilities become 0, whose log is "
            "-inf. Use log softmax(x) = x - max - log sum exp(x - max).",
        ),
        Misconception(
            "logarithm of the stable softmax",
            lambda logits: _softmax(logits - logits.max(dim=-1, keepdim=True).values).log(),
            "A probability that is rounded to 0 has the logarithm -inf. Take the logarithm of the "
            "formula first: x - max - log sum exp(x - max) never needs log(0).",
        ),
        Misconception(
            "log sum exp without the maximum",
            _less(lambda x: x.exp().sum(dim=-1, keepdim=True).log()),
            "The formula is right, but exp overflows or is 0 for large logits. Subtract each row's "
            "maximum first.",
        ),
        Misconception(
            "softmax without the logarithm",
            _softmax,
            "These are the probabilities themselves: their logarithms are asked for.",
        ),
        Misconception(
            "one maximum for all rows",
            lambda logits: _stable(logits, logits.max()),
            "A row far below the largest entry of all rows loses everything: each row needs its "
            "own maximum.",
        ),
        Misconception(
            "normalised over all entries",
            _less(lambda x: torch.logsumexp(x.flatten(), dim=0)),
            "The sum runs over all rows. Each row is a distribution of its own: sum over the last "
            "dimension, with keepdim=True.",
        ),
        Misconception(
            "normalised over the columns",
            _less(lambda x: torch.logsumexp(x, dim=0)),
            "The sum runs down the columns (dim=0): each row is a distribution of its own.",
        ),
        Misconception(
            "forgot the logarithm of the sum",
            _less(lambda x: x.exp().sum(dim=-1, keepdim=True)),
            "The sum of the exponentials is subtracted; its logarithm should be.",
        ),
        Misconception(
            "negative log-probabilities",
            lambda logits: -torch.log_softmax(logits, dim=-1),
            "The sign is turned: logarithms of probabilities are at most 0.",
        ),
        Misconception(
            "only the maximum subtracted",
            _less(lambda x: x.max(dim=-1, keepdim=True).values),
            "The logarithm of the sum of the exponentials is missing.",
        ),
        Misconception(
            "logarithm of base 2",
            lambda logits: torch.log_softmax(logits, dim=-1) / torch.log(torch.tensor(2.0)),
            "This is the logarithm of base 2: use torch.log, the natural one.",
        ),
        Misconception(
            "a small number added before the logarithm",
            lambda logits: (_softmax(logits) + 1e-8).log(),
            "Adding a small number hides the log(0) and falsifies every result. The formula "
            "x - max - log sum exp(x - max) needs no such help.",
        ),
    ),
)
