"""Right answers pass everything, wrong ones lose what they must: notebooks 3, 4 and 5."""

import numpy as np
import pytest
from bank_right_345 import PRELUDE, RIGHT

from autograder.context import Context, running_in
from autograder.verdict import CheckFailed
from softmax_checks import check

SEEDS = (1, 2026)
STYLES = [(name, style) for name, answers in RIGHT.items() for style in answers]


def answer(name: str, source: str):
    """What the cell binds to the exercise's name."""
    namespace: dict = {}
    exec(PRELUDE + source, namespace)
    return namespace[name]


def lost(name: str, source: str, seed: int) -> dict[str, str]:
    """The behaviours that the submitted cell fails, shown or hidden, each with its message."""
    exercise, given, failed = getattr(check, name), answer(name, source), {}
    with running_in(Context(seed, cells=(PRELUDE, source))), np.errstate(all="ignore"):
        for behaviour in exercise.behaviours:
            for hidden in (True, False):
                try:
                    exercise(given, behaviour.name, hidden=hidden)
                except CheckFailed as failure:
                    failed[behaviour.name] = str(failure)
    return failed


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "style"), STYLES)
def test_right_in_many_styles(name, style, seed):
    assert lost(name, RIGHT[name][style], seed) == {}
