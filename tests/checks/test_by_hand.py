"""By hand: what the operators and the source of an answer tell of the built-ins it reaches."""

import re

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from autograder.check_context import Context, running_in
from autograder.checks.by_hand import ByHand
from autograder.checks.compare import probabilities
from autograder.checks.exercise import Behaviour, Case, Exercise
from autograder.checks.source import Source
from autograder.verdict import CheckFailed

BUILT_INS = re.compile("relu", re.IGNORECASE)
GIVEN = """
import torch
from torch import nn
import torch.nn.functional as F

def given(x):
    return torch.relu(x)
"""


def _reached(*cells: str) -> str | None:
    use = Source([GIVEN, *cells]).first_use(["answer"], BUILT_INS)
    return use and f"{use.path}: {use.code}"


@pytest.mark.parametrize(
    ("cells", "use"),
    [
        (["def answer(x): return torch.relu(x)"], "answer: torch.relu"),
        (["def answer(x): return x.relu()"], "answer: x.relu"),
        (["answer = F.relu"], "answer: F.relu"),
        (["answer = nn.ReLU()"], "answer: nn.ReLU"),
        (["answer = lambda x: given(x)"], "answer → given: torch.relu"),
        (["r = torch.relu", "def answer(x): return r(x)"], "answer → r: torch.relu"),
        (["def answer(x):\n    return helper(x)", "helper = F.relu6"], "answer → helper: F.relu6"),
        (
            ["from torch.nn.functional import relu as f", "answer = lambda x: f(x)"],
            "answer → f: from torch.nn.functional import relu as f",
        ),
        (
            ["def answer(x):\n    from torch import relu\n    return relu(x)"],
            "answer: from torch import relu",
        ),
        (["from torch import *", "answer = lambda x: relu(x)"], "answer → relu: relu"),
        (["answer = lambda x: getattr(torch, 'relu')(x)"], "answer: getattr(torch, 'relu')"),
        (
            ["class A:\n    def __init__(self):\n        self.f = nn.ReLU()", "answer = A()"],
            "answer → A: nn.ReLU",
        ),
        (
            ["def answer(x): return F.relu(x)", "answer = torch.no_grad()(answer)"],
            "answer: F.relu",
        ),
        (["%%time\ndef answer(x): return x.relu()"], "answer: x.relu"),
        (["!ls\n%matplotlib inline\nanswer = given"], "answer → given: torch.relu"),
    ],
)
def test_a_built_in_is_found_however_it_is_reached(cells, use):
    assert _reached(*cells) == use


@pytest.mark.parametrize(
    "cells",
    [
        ["def answer(x):\n    'like torch.relu'\n    return x.clamp(min=0)  # not F.relu"],
        ["y = torch.relu(torch.ones(1))", "def answer(x):\n    y = x.clamp(min=0)\n    return y"],
        ["answer = torch.relu", "def answer(x): return x.clamp(min=0)"],
        ["def relu(x): return x.clamp(min=0)", "answer = lambda x: relu(x)"],
        ["class A:\n    def relu(self, x): return x\n\nanswer = lambda x: A().relu(x)"],
        ["class A:\n    relu = staticmethod(abs)", "answer = lambda x: A.relu(x)"],
        ["from torch.nn.functional import relu, gelu", "answer = lambda x: gelu(x)"],
        ["def answer(x): return x.clamp(min=0)\nassert (answer(x) == torch.relu(x)).all()"],
        ["this is not Python", "answer = abs", "def broken(:\n    torch.relu"],
        ["print('relu')"],
        [],
    ],
)
def test_what_is_not_reached_or_the_students_own_is_passed_by(cells):
    assert _reached(*cells) is None


def _exercise(holds=ByHand(BUILT_INS)) -> Exercise:  # noqa: B008
    return Exercise(
        "answer",
        lambda x: probabilities(x.double().clamp(min=0), like=x),
        (Behaviour("by hand", (Case("torch.tensor([-1.0, 2.0])", holds),), lambda random: ()),),
    )


def _check(answer, cells: tuple[str, ...] | None = ("",)) -> str:
    with running_in(Context(cells=cells)):
        try:
            _exercise()(answer, "by hand")
        except CheckFailed as failed:
            return failed.finding.problem
    return ""


def test_the_operators_tell_what_the_source_does_not():
    assert _check(lambda x: x.clamp(min=0)) == ""
    assert "aten::relu" in _check(lambda x: getattr(torch, "re" + "lu")(x))


def test_a_stand_in_tells_its_operators_itself():
    class StandIn:
        def __call__(self, x):
            return x.clamp(min=0)

        def __operators_used__(self, x):
            return ["aten::relu_"]

    assert "aten::relu_" in _check(StandIn())


def test_the_submitted_source_tells_what_the_operators_do_not():
    def answer(x):
        return x.clamp(min=0)

    assert "reaches a built-in: F.relu" in _check(answer, (GIVEN, "answer = lambda x: F.relu(x)"))


def test_values_come_first():
    assert _check(lambda x: x) == "1 of 2 entries is wrong"


def test_in_a_script_the_answers_own_source_is_read():
    def answer(x):
        return x.clamp(min=0) if True else x.relu()

    assert "x.relu (by way of answer)" in _check(answer, None)


def test_in_a_notebook_its_history_is_read():
    shell = InteractiveShell()
    try:
        shell.run_cell(GIVEN, store_history=True)
        shell.run_cell("answer = lambda x: x.clamp(min=0) if True else F.relu(x)", True)
        assert "F.relu" in _check(shell.user_ns["answer"], None)
        shell.run_cell("answer = lambda x: x.clamp(min=0)", store_history=True)
        assert _check(shell.user_ns["answer"], None) == ""
    finally:
        InteractiveShell.clear_instance()
