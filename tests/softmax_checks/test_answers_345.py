"""Right answers pass everything, wrong ones lose what they must: notebooks 3, 4 and 5."""

from importlib import import_module

import numpy as np
import pytest
import torch
from answers import PRELUDE

from autograder.check_context import Context, running_in
from autograder.verdict import CheckFailed, Kind
from softmax_checks import check, gpt2

SEED = 2026
NAMES = (
    "repeated_softmax",
    "fixed_point",
    "next_token_probabilities",
    "top_k_tokens",
    "max_normalize",
    "log_softmax",
    "nll_loss",
    "train_logits",
)
ANSWERS = {name: import_module(f"answers.{name}") for name in NAMES}
STYLES = [(name, style) for name in NAMES for style in ANSWERS[name].RIGHT]
MISTAKES = [(name, mistake) for name in NAMES for mistake in ANSWERS[name].WRONG]
MISCONCEPTIONS = [(name, known) for name in NAMES for known in getattr(check, name).misconceptions]


def bound(name: str, cell: str):
    """What the cell binds to the exercise's name."""
    namespace: dict = {}
    exec(PRELUDE + cell, namespace)
    return namespace[name]


def failure(name: str, answer, behaviour: str, hidden: bool) -> CheckFailed | None:
    with np.errstate(all="ignore"):
        try:
            getattr(check, name)(answer, behaviour, hidden=hidden)
        except CheckFailed as failed:
            return failed
    return None


def lost(name: str, cell: str, seed: int = SEED) -> dict[str, str]:
    """The behaviours that the submitted cell fails, shown or hidden, each with its message."""
    answer, failed = bound(name, cell), {}
    with running_in(Context(seed, cells=(PRELUDE, cell))):
        for behaviour in getattr(check, name).behaviours:
            found = failure(name, answer, behaviour.name, True) or failure(
                name, answer, behaviour.name, False
            )
            if found:
                failed[behaviour.name] = str(found)
    return failed


@pytest.mark.parametrize(("name", "style"), STYLES)
def test_right_in_many_styles(name, style):
    assert lost(name, ANSWERS[name].RIGHT[style]) == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_right_with_any_seed(name, seed):
    cell = next(iter(ANSWERS[name].RIGHT.values()))
    assert lost(name, cell, seed) == {}


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_wrong_answers_lose_what_they_break_and_nothing_else(name, mistake):
    price, cell = ANSWERS[name].WRONG[mistake]
    assert price
    assert set(lost(name, cell)) == price


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_stub_is_named_so(name):
    def stub(*_):
        raise NotImplementedError("This stub is still empty: replace this line with your code.")

    for behaviour in getattr(check, name).behaviours:
        for hidden in (True, False):
            assert failure(name, stub, behaviour.name, hidden).kind is Kind.EMPTY


@pytest.mark.parametrize(
    ("name", "known"), MISCONCEPTIONS, ids=[f"{name}-{m.name}" for name, m in MISCONCEPTIONS]
)
def test_each_misconception_loses_hidden_points_and_is_named(name, known):
    with running_in(Context(SEED, cells=())):
        behaviours = [behaviour.name for behaviour in getattr(check, name).behaviours]
        found = [failure(name, known.wrong, behaviour, True) for behaviour in behaviours]
    named = {failed.finding.mistake for failed in found if failed}
    assert known.name in named


@pytest.mark.parametrize(
    "behaviour", [one.name for one in check.log_softmax.behaviours if one.name != "by hand"]
)
def test_a_mistake_is_named_though_another_formula_for_it_rounds_differently(behaviour):
    def down_the_columns(logits):
        shifted = logits - logits.max(dim=0).values
        return shifted - shifted.exp().sum(dim=0).log()

    for hidden in (False, True):
        found = failure("log_softmax", down_the_columns, behaviour, hidden)
        assert found.finding.mistake == "normalised over the columns"


@pytest.mark.parametrize("name", NAMES)
def test_the_drawn_cases_follow_the_seed_and_are_few(name):
    exercise = getattr(check, name)

    def drawn(seed: int) -> dict[str, list[str]]:
        with running_in(Context(seed)):
            return {
                behaviour.name: [case.arguments for case in exercise.cases(behaviour.name, True)]
                for behaviour in exercise.behaviours
            }

    assert drawn(1) == drawn(1) != drawn(2)
    assert all(len(cases) <= 20 for cases in drawn(1).values())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_can_be_pasted(name):
    """The line that a finding gives runs in the notebook, by the names that it imports."""
    for behaviour in getattr(check, name).behaviours:
        found = failure(name, lambda *_: None, behaviour.name, False)
        names = {name: lambda *arguments: arguments, "torch": torch, "np": np, "gpt2": gpt2}
        assert eval(found.finding.reproduce, names)
