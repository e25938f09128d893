"""Comparing numbers: what is accepted, what is refused, in which order, and in which words."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.compare import Wanted, compare, exact, largest, logarithms, probabilities

DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def logits(low: float = -50, high: float = 50, min_size: int = 1):
    numbers = st.floats(low, high, width=16, allow_subnormal=False)
    return st.lists(numbers, min_size=min_size, max_size=12)


def shares(x: torch.Tensor) -> Wanted:
    x64 = x.double()
    return probabilities((x64 - x64.logsumexp(0)).exp(), like=x)


@given(logits(), st.sampled_from(DTYPES))
def test_the_rounded_reference_is_right_in_every_dtype(values, dtype):
    wanted = shares(torch.tensor(values, dtype=dtype))
    assert compare(wanted.reference.to(dtype), wanted) is None


@given(logits(-8000, 8000), st.sampled_from((torch.float32, torch.float64)))
def test_both_stable_formulas_are_right(values, dtype):
    x = torch.tensor(values, dtype=dtype)
    shifted = (x - x.max()).exp()
    assert compare(shifted / shifted.sum(), shares(x)) is None
    assert compare((x - x.logsumexp(0)).exp(), shares(x)) is None


@given(logits(-20, 20), st.sampled_from((torch.float32, torch.float64)))
def test_the_plain_formula_is_right_for_moderate_numbers(values, dtype):
    x = torch.tensor(values, dtype=dtype)
    assert compare(x.exp() / x.exp().sum(), shares(x)) is None


@given(logits(-5, 5, min_size=2), st.data())
def test_one_bad_entry_is_found_and_named(values, data):
    x = torch.tensor(values)
    wanted = shares(x)
    index = data.draw(st.integers(0, len(values) - 1))
    got = wanted.reference.float()
    got[index] *= 1.0005
    flaw = compare(got, wanted)
    assert flaw is not None
    assert flaw.problem == f"1 of {len(values)} entries is wrong"
    assert flaw.first_bad.startswith(f"[{index}]: got ")
    assert "0.05 % too large (" in flaw.first_bad
    assert flaw.first_bad.endswith(" ULP)")
    assert flaw.observed is got


@given(logits(min_size=2), st.sampled_from((math.nan, math.inf, -math.inf)), st.data())
def test_what_is_not_finite_is_never_right(values, bad, data):
    wanted = shares(torch.tensor(values))
    got = wanted.reference.float()
    got[data.draw(st.integers(0, len(values) - 1))] = bad
    flaw = compare(got, wanted)
    assert flaw is not None
    assert flaw.problem == f"1 of {len(values)} entries is {'nan' if bad != bad else 'infinite'}"


def test_zeroing_nine_tenths_of_a_vocabulary_is_noticed():
    x = torch.randn(50257, generator=torch.Generator().manual_seed(0)) * 3
    wanted = shares(x)
    got = wanted.reference.float()
    got[got < got.quantile(0.91)] = 0
    assert "entries are wrong" in compare(got, wanted).problem


@pytest.mark.parametrize(
    ("got", "problem"),
    [
        (None, "expected a tensor, got None (is a `return` missing?)"),
        ([0.1, 0.2, 0.7], "expected a tensor, got a list"),
        (np.ones(3), "expected a tensor, got a ndarray"),
        (torch.ones(3, 1).double(), "expected dtype torch.float32, got torch.float64"),
        (torch.ones(3, 1), "expected shape (3,), got (3, 1)"),
        (torch.ones(()), "expected shape (3,), got ()"),
        (torch.ones(3, dtype=torch.complex64), "expected dtype"),
        (torch.full((3,), math.nan), "3 of 3 entries are nan"),
        (torch.ones(3), "3 of 3 entries are wrong"),
    ],
)
def test_the_checks_go_from_type_to_values(got, problem):
    flaw = compare(got, shares(torch.tensor([1.0, 2.0, 3.0])))
    assert flaw.problem.startswith(problem)
    assert "0.0900306" in flaw.expected


def test_broadcasting_does_not_make_a_column_equal_a_matrix():
    square = torch.full((3, 3), 1 / 3)
    assert compare(torch.full((3, 1), 1 / 3), probabilities(square.double(), like=square))


def test_an_array_is_asked_for_where_the_input_is_one():
    x = np.array([1.0, 2.0])
    wanted = probabilities(torch.tensor([0.25, 0.75]), like=x)
    assert compare(np.array([0.25, 0.75]), wanted) is None
    assert compare(torch.tensor([0.25, 0.75]), wanted).problem.startswith("expected a NumPy array")
    assert "float32" in compare(np.array([0.25, 0.75], dtype=np.float32), wanted).problem


def test_an_infinite_reference_must_be_met():
    wanted = probabilities(torch.tensor([1.0, math.inf]), like=torch.zeros(2))
    assert compare(torch.tensor([1.0, math.inf]), wanted) is None
    assert compare(torch.tensor([1.0, 3e38]), wanted) is not None
    assert compare(torch.tensor([1.0, math.nan]), wanted) is not None


@pytest.mark.parametrize("kind", [list, tuple, np.array, torch.tensor])
def test_any_container_of_numbers_where_no_dtype_is_asked(kind):
    wanted = Wanted(torch.tensor([1.0, 2.0]).double(), None, exact)
    assert compare(kind([1.0, 2.0]), wanted) is None
    assert compare(kind([1.0, 1.0]), wanted).problem == "1 of 2 entries is wrong"


@pytest.mark.parametrize("got", ["1, 2", {1.0, 2.0}, [[1.0], [2.0, 3.0]], object(), None])
def test_what_holds_no_numbers_is_refused_by_name(got):
    wanted = Wanted(torch.tensor([1.0, 2.0]).double(), None, exact)
    assert compare(got, wanted).problem.startswith("expected numbers, got ")


@pytest.mark.parametrize(
    ("got", "reference", "problem", "first_bad"),
    [
        ([0.5], [0.25], "the only entry is wrong", "[0]: got 0.5, expected 0.25; too large"),
        ([math.nan], [0.25], "the only entry is nan", "[0]: got nan, expected 0.25"),
        (0.2, 0.25, "the value is wrong", "got 0.2, expected 0.25; 20 % too small"),
        (math.inf, 0.25, "the value is infinite", "got inf, expected 0.25"),
        ([1.0, 0.5], [0.25, 0.5], "1 of 2 entries is wrong", "[0]: got 1.0, expected 0.25; too"),
        ([2, 3], [2, 1], "1 of 2 entries is wrong", "[1]: got 3, expected 1"),
    ],
)
def test_a_gross_error_is_told_in_words_alone(got, reference, problem, first_bad):
    flaw = compare(got, Wanted(torch.tensor(reference), None, exact))
    assert flaw.problem == problem
    assert flaw.first_bad.startswith(first_bad)
    assert "ULP" not in flaw.first_bad


@pytest.mark.parametrize("got", [Fraction(1, 4), Decimal("0.25"), np.float32(0.25), 0.25])
def test_one_number_of_any_class(got):
    assert compare(got, Wanted(torch.tensor(0.25), None, exact)) is None


def test_the_right_answer_is_shown_as_the_kind_that_is_asked_for():
    numbers = torch.tensor([1.0, 2.0]).double()
    in_any_form = Wanted(numbers, None, exact)
    assert compare([0.0], in_any_form).expected == "array([1.0, 2.0])"
    as_tensor = Wanted(numbers, None, exact, shown_as=torch.float32)
    assert compare([0.0], as_tensor).expected == "tensor([1.0, 2.0])"
    assert compare([0.0], Wanted(numbers[0], None, exact)).expected == "1.0"


def test_parts_are_named():
    parts = {
        "losses": logarithms(torch.tensor([2.0]), like=torch.zeros(1)),
        "ids": Wanted(torch.tensor([3, 1]), torch.int64, exact),
    }
    assert compare((torch.tensor([2.0]), torch.tensor([3, 1])), parts) is None
    assert compare([torch.tensor([2.0]), torch.tensor([1, 3])], parts).problem.startswith("ids: ")
    assert "expected 2 results (losses, ids)" in compare(torch.zeros(2), parts).problem
    assert "got 1 values" in compare((torch.zeros(1),), parts).problem


def test_the_conditioning_is_that_of_the_finite_entries():
    assert largest(torch.tensor([-7.0, math.inf, -math.inf, 3.0])) == 7.0
    assert largest(torch.tensor([-math.inf])) == 0.0


def test_bfloat16_is_compared_at_its_own_precision():
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.bfloat16)
    assert compare(x.exp() / x.exp().sum(), shares(x)) is None
    assert compare(torch.full((3,), 1 / 3, dtype=torch.bfloat16), shares(x)) is not None


class _Claims:
    """Claims to be a tensor, as a stand-in for a student's object may."""

    __class__ = torch.Tensor  # type: ignore[assignment]
    dtype, shape, requires_grad = torch.float32, torch.Size([3]), False

    def detach(self):
        return self

    def double(self):
        return shares(torch.tensor([1.0, 2.0, 3.0])).reference


def test_what_only_claims_to_be_a_tensor_is_none():
    flaw = compare(_Claims(), shares(torch.tensor([1.0, 2.0, 3.0])))
    assert flaw.problem == "expected a tensor, got a _Claims"
