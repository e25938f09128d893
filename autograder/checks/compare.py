"""An answer against a float64 reference: None, or a Flaw that says what is wrong and where.

The checks go in the order that helps a student: is it a tensor, its dtype, its shape, is it
finite, its values. Shapes are compared before values because broadcasting would accept (3, 1) for
(3, 3). The tolerances are derived, not tuned: see `probability_tolerance`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from autograder.checks.show import is_really, show, show_number
from autograder.errors import AutograderError
from autograder.text import shorten
from autograder.verdict import Kind

Tolerance = Callable[[torch.Tensor, torch.dtype, float], torch.Tensor]
_HALVES = (torch.float16, torch.bfloat16)
_FEW_ULPS = 10_000


#: Nothing was observed that another answer could have in common with this one.
NOTHING = object()


@dataclass(frozen=True, eq=False)
class Flaw:
    """What is wrong with one answer to one question.

    The texts are those of a Finding. observed: the value or error that `diagnose` compares.
    """

    problem: str
    got: str = ""
    expected: str = ""
    first_bad: str = ""
    observed: Any = NOTHING
    noise: float = 0.0  # rounding alone can make this much of a 0 in `observed`
    kind: Kind = Kind.WRONG
    reproduce: str = ""  # the line that shows it, where that is not the plain call


@dataclass(frozen=True, eq=False)
class Wanted:
    """The right answer.

    reference: float64 tensor (int64 with `exact`), computed from the very same input.
    dtype: a torch dtype asks for a tensor of it, a NumPy dtype for an array, None for any of
        these, or a list, of real numbers.
    tolerance: (reference, floating dtype, conditioning) -> the largest error allowed, elementwise.
    conditioning: max |x| of the input that the reference was computed from.
    inputs: what to name as "the input there"; None, or of the reference's shape.
    shown_as: the dtype of the tensor to show as the right answer where `dtype` is None.
    """

    reference: torch.Tensor
    dtype: torch.dtype | np.dtype | None
    tolerance: Tolerance
    conditioning: float = 0.0
    inputs: torch.Tensor | None = None
    shown_as: torch.dtype | None = None


Expected = Wanted | Mapping[str, Wanted]  # several results are a tuple; the keys name its parts


def probability_tolerance(reference, dtype: torch.dtype, conditioning: float) -> torch.Tensor:
    """rtol * ref + smallest normal, rtol = min(8 eps (1 + |log ref| + max|x|), cap).

    Both exp(x - max) and exp(x - logsumexp(x)) round their exponent, by up to eps * |log ref| and
    eps * max|x|; exp turns that into a relative error of the probability.
    """
    cap, info = 0.25 if dtype in _HALVES else 1e-2, torch.finfo(dtype)
    rtol = reference.log().abs_().add_(1).add_(conditioning).mul_(8 * info.eps)
    return rtol.clamp_(max=cap).mul_(reference).add_(info.smallest_normal)


def logarithm_tolerance(reference, dtype: torch.dtype, conditioning: float) -> torch.Tensor:
    """8 eps max(1, |ref|, max|x|): for logarithms, losses and weights, which add and subtract x."""
    return 8 * torch.finfo(dtype).eps * reference.abs().clamp(min=max(1.0, conditioning))


def exact(reference, dtype: torch.dtype, conditioning: float) -> torch.Tensor:
    """No error at all: for counts and token ids."""
    return torch.zeros_like(reference)


def probabilities(reference: torch.Tensor, like: Any, conditioning: float | None = None) -> Wanted:
    """Wanted probabilities of the type, dtype and conditioning of the input `like`."""
    return _wanted(reference, like, probability_tolerance, conditioning)


def logarithms(reference: torch.Tensor, like: Any, conditioning: float | None = None) -> Wanted:
    """Wanted logarithms or losses of the type, dtype and conditioning of the input `like`."""
    return _wanted(reference, like, logarithm_tolerance, conditioning)


def largest(values: Any) -> float:
    """max |x| over the finite entries, 0 where there is none."""
    sizes = np.abs(torch.as_tensor(values).double().numpy(force=True))
    return float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))


def _wanted(reference, like, tolerance: Tolerance, conditioning: float | None) -> Wanted:
    inputs = torch.as_tensor(like).detach()
    same_shape = inputs if inputs.shape == reference.shape else None
    conditioning = largest(inputs) if conditioning is None else conditioning
    return Wanted(reference.double(), like.dtype, tolerance, conditioning, same_shape)


def compare(got: Any, expected: Expected) -> Flaw | None:
    """The first flaw of `got`, or None when it is right."""
    if isinstance(expected, Mapping):
        return _compare_parts(got, expected)
    tensor = _as_tensor(got)
    problem = _wrong_type(got, tensor, expected)
    if tensor is None or problem:
        return Flaw(problem, show(got), show_wanted(expected), observed=got)
    if tensor.shape != expected.reference.shape:
        problem = f"expected shape {_shape(expected.reference)}, got {_shape(tensor)}"
        return Flaw(problem, show(got), show_wanted(expected), observed=got)
    return _compare_numbers(got, tensor, expected)


def _compare_parts(got: Any, parts: Mapping[str, Wanted]) -> Flaw | None:
    names = ", ".join(parts)
    several = is_really(got, tuple, list)
    if not several or len(got) != len(parts):
        count = f"{len(got)} values" if several else _name_of(got)
        problem = f"expected {len(parts)} results ({names}), got {count}"
        return Flaw(problem, show(got), names, observed=got)
    for part, (name, wanted) in zip(got, parts.items(), strict=True):
        flaw = compare(part, wanted)
        if flaw:
            return replace(flaw, problem=f"{name}: {flaw.problem}", observed=got)
    return None


def show_wanted(expected: Expected) -> str:
    """The right answer as the student would see it printed, in its own dtype."""
    if isinstance(expected, Mapping):
        return ", ".join(f"{name} {show_wanted(part)}" for name, part in expected.items())
    dtype = expected.dtype or expected.shown_as
    if isinstance(dtype, torch.dtype):
        return show(expected.reference.to(dtype))
    if dtype is None and not expected.reference.ndim:
        return show_number(expected.reference.item())
    return show(expected.reference.numpy())


def _name_of(value: Any) -> str:
    if is_really(value, torch.Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if value is None:
        return "None (is a `return` missing?)"
    return f"a {shorten(type(value).__name__, 60)}"


def _wrong_type(got: Any, tensor: torch.Tensor | None, wanted: Wanted) -> str:
    """What is wrong with the type or dtype, or ""; never "" where there is no tensor."""
    if wanted.dtype is None:
        return f"expected numbers, got {_name_of(got)}" if tensor is None else ""
    if isinstance(wanted.dtype, torch.dtype) and not is_really(got, torch.Tensor):
        return f"expected a tensor, got {_name_of(got)}"
    if isinstance(wanted.dtype, np.dtype) and not is_really(got, np.ndarray):
        return f"expected a NumPy array, got {_name_of(got)}"
    return f"expected dtype {wanted.dtype}, got {got.dtype}" if got.dtype != wanted.dtype else ""


def _shape(tensor: torch.Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)


def _as_tensor(got: Any) -> torch.Tensor | None:
    """The numbers of a tensor, array, list or number, off the graph; None for anything else."""
    try:
        if is_really(got, Fraction, Decimal):
            got = float(got)
        if is_really(got, list, tuple) and any(is_really(row, torch.Tensor) for row in got):
            got = torch.stack([torch.as_tensor(row) for row in got])
        tensor = got if is_really(got, torch.Tensor) else torch.from_numpy(np.array(got))
        return None if tensor.is_complex() else tensor.detach()
    except AutograderError:
        raise
    except Exception:  # converting a student's object runs its code
        return None


def _compare_numbers(got: Any, tensor: torch.Tensor, wanted: Wanted) -> Flaw | None:
    dtype = tensor.dtype if tensor.dtype.is_floating_point else torch.float64
    numbers, reference = tensor.double(), wanted.reference.double()
    right = (numbers - reference).abs() <= wanted.tolerance(reference, dtype, wanted.conditioning)
    if not math.isfinite(reference.sum()):
        # Next to an infinite reference every number is within an infinite tolerance.
        right = torch.where(reference.isfinite(), right, numbers == reference)
    if right.all():
        return None
    unfinite = ~numbers.isfinite() & reference.isfinite()
    index = tuple((unfinite if unfinite.any() else ~right).nonzero()[0].tolist())
    first_bad = _first_bad(index, numbers[index].item(), wanted, dtype)
    noise = wanted.tolerance(torch.zeros_like(reference), dtype, wanted.conditioning).max().item()
    return Flaw(
        _tell(numbers, unfinite, right), show(got), show_wanted(wanted), first_bad, got, noise
    )


def _tell(numbers: torch.Tensor, unfinite: torch.Tensor, right: torch.Tensor) -> str:
    bad, kind = ~right, "wrong"
    if unfinite.any():
        bad, kind = unfinite, "nan" if numbers[unfinite].isnan().any() else "infinite"
    if not numbers.ndim:
        return f"the value is {kind}"
    if numbers.numel() == 1:
        return f"the only entry is {kind}"
    count = int(bad.sum())
    return f"{count} of {numbers.numel()} entries {'is' if count == 1 else 'are'} {kind}"


def _first_bad(index: tuple[int, ...], got: float, wanted: Wanted, dtype: torch.dtype) -> str:
    reference = wanted.reference[index].item()
    at = f"[{', '.join(map(str, index))}]: " if index else ""
    if isinstance(reference, int):
        return f"{at}got {got:g}, expected {reference}"
    text = f"{at}got {show_number(got)}, expected {show_number(reference)}"
    if wanted.inputs is not None and index:
        text += f" where the input is {show_number(float(wanted.inputs[index]))}"
    return f"{text}{_in_words(got, reference, dtype)}"


def _in_words(got: float, reference: float, dtype: torch.dtype) -> str:
    """How far off: in plain words, and in units in the last place (ULP) of `dtype`.

    Few ULPs mean rounding; of a gross error their number says nothing, and is left out.
    """
    error = got - reference
    if not math.isfinite(error):
        return ""
    info = torch.finfo(dtype)
    ulp = info.eps * 2.0 ** math.floor(math.log2(max(abs(reference), info.smallest_normal)))
    words = f"too {'large' if error > 0 else 'small'}"
    if 0 < abs(error) < abs(reference):
        words = f"{100 * abs(error / reference):.3g} % {words}"
    ulps = abs(error) / ulp
    return f"; {words} ({ulps:.3g} ULP)" if ulps < _FEW_ULPS else f"; {words}"
