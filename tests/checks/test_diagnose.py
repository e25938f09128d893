"""Whose answers are these? Which outcomes are the same, and which misconception is named."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from autograder.checks.compare import Flaw
from autograder.checks.diagnose import same_outcome, whose_answers


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (torch.tensor([1.0, math.nan]), torch.tensor([1.0, math.nan]), True),
        (torch.tensor([1.0, math.nan]), torch.tensor([math.nan, 1.0]), False),
        (torch.tensor([math.inf]), torch.tensor([-math.inf]), False),
        (torch.tensor([1.0]), torch.tensor([1.000001]), True),
        (torch.tensor([1.0]), torch.tensor([1.0001]), False),
        (torch.tensor([1.0]), torch.tensor([1.0]).double(), False),
        (torch.tensor([1.0]), torch.tensor([[1.0]]), False),
        (torch.tensor([1]), torch.tensor([1]), True),
        (torch.tensor([1.0]), np.array([1.0]), False),
        (np.array([1.0]), np.array([1.0]), True),
        ([0.5, math.nan], [0.5000001, math.nan], True),
        ([0.5], [0.5, 0.5], False),
        ((torch.ones(1), 2), (torch.ones(1), 2), True),
        (None, None, True),
        (ValueError("no"), ValueError("no"), True),
        (ValueError("no"), ValueError("yes"), False),
        (ValueError("no"), TypeError("no"), False),
        ("text", "text", True),
    ],
)
def test_same_outcome(one, two, same):
    assert same_outcome(one, two) is same


def test_what_rounding_makes_of_a_zero_is_the_same_where_the_question_allows_it():
    one, two = torch.tensor([0.0, -1.0]), torch.tensor([1e-12, -1.0])
    assert not same_outcome(one, two)
    assert same_outcome((one,), (two,), noise=1e-11)
    assert not same_outcome(one, torch.tensor([1e-10, -1.0]), noise=1e-11)


def _question(student, case: float):
    """A question that finds a flaw where an answer to `case` is not 2 * case."""

    def ask(answer):
        got = answer(case)
        return None if got == 2 * case else Flaw("wrong", observed=got)

    return ask(student), ask


def _named(student, *wrongs, failed=(3.0,), others=(2.0, 0.0, 1.0)):
    known = [SimpleNamespace(wrong=wrong) for wrong in wrongs]
    found = whose_answers(
        [_question(student, case) for case in failed],
        known,
        lambda: [_question(student, case) for case in (*failed, *others)],
    )
    return known.index(found) if found else None


def square(x):
    return x * x


def nine(x):
    return 9.0


def test_the_one_with_the_same_answers_is_named():
    assert _named(square, lambda x: x + 1, square) == 1


def test_another_mistake_is_nobodys():
    assert _named(lambda x: x + 2, square, nine) is None


def test_the_other_questions_decide_between_equals():
    assert _named(square, nine, square) == 1


def test_who_fails_where_the_student_is_right_is_ruled_out():
    assert _named(square, nine) is None


def test_who_differs_on_most_questions_is_ruled_out():
    def student(x):
        return 9.0 if x == 3 else -x - 1

    assert _named(student, square) is None


def test_what_was_not_observed_is_not_compared():
    question = (Flaw("by hand"), lambda answer: Flaw("by hand"))
    assert whose_answers([question], [SimpleNamespace(wrong=square)], lambda: [question]) is None
