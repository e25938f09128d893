"""The variables of notebook 1: `unchanged`, `expos_x2` and `shifted_x2`."""

import torch

from autograder.checks.compare import Flaw, Wanted, probabilities
from autograder.checks.exercise import VARIABLE, Behaviour, Case, Exercise, Misconception
from autograder.checks.show import is_really, show
from autograder.checks.trial import Trial

X2 = torch.tensor([50.0, 100.0, 150.0])
CHANGES = frozenset({"x * 0.5", "x * 3.0"})
UNCHANGED = frozenset({"x + 1", "x - 100", "x - x.max()"})


def _right_set(trial: Trial) -> Flaw | None:
    """The set of the strings that leave the result as it is; spaces do not matter."""
    given, right = trial.answer, trial.expected()
    if not is_really(given, set, frozenset):
        problem = "`unchanged` must be a set of strings: {'...', '...'}"
        return Flaw(problem, show(given), observed=given)
    problem = _tell({_plain(one) for one in given}, {_plain(one) for one in right})
    return Flaw(problem, show(given), observed=given) if problem else None


def _plain(one: object) -> str:
    return "".join(str(one).split())


def _tell(given: set[str], right: set[str]) -> str:
    """What is wrong, without giving the answer away; "" for the right set."""
    changing = sorted(one for one in CHANGES if _plain(one) in given)
    if changing:
        return f"{changing[0]!r} does not belong in it: print softmax_torch of it, and of x"
    unknown = sorted(given - right)
    if unknown:
        return f"{show(unknown[0])} is none of the five strings"
    missing = len(right - given)
    return f"of the strings that belong in it, {missing} are missing" if missing else ""


def _only(name: str, cases: tuple[Case, ...]) -> tuple[Behaviour, ...]:
    """One behaviour, whose hidden case is the shown one: there is nothing to draw."""
    return (Behaviour(name, cases, lambda random: cases),)


unchanged = Exercise(
    "unchanged",
    lambda: UNCHANGED,
    _only("the right set", (Case("", _right_set),)),
    (
        Misconception(
            "those that change",
            set(CHANGES),
            "These are the two that change the result; asked for are those that leave it as it is.",
        ),
        Misconception(
            "all five",
            set(UNCHANGED | CHANGES),
            "A factor changes the differences between the entries, and with them the result.",
        ),
        Misconception(
            "only the maximum",
            {"x - x.max()"},
            "The maximum is a number like any other here: what of other numbers, added or taken "
            "away?",
        ),
    ),
)


def _expected_expos() -> Wanted:
    """exp in float64, then in float32, where the larger two are infinite."""
    return probabilities(X2.double().exp().float(), like=X2)


expos_x2 = Exercise(
    "expos_x2",
    _expected_expos,
    _only("values", VARIABLE),
    (
        Misconception(
            "already normalised",
            X2.exp() / X2.exp().sum(),
            "This is the second step too: expos_x2 is the exponentials only, before the division.",
        ),
        Misconception(
            "exp of x",
            torch.tensor([1.0, 2.0, 3.0]).exp(),
            "This is exp of x: take that of x2, which is 50 * x.",
        ),
        Misconception(
            "the maximum is subtracted",
            (X2 - X2.max()).exp(),
            "Nothing is subtracted yet: apply the first step of `softmax` to x2 itself.",
        ),
        Misconception(
            "float64",
            X2.double().exp(),
            "Keep x2's own dtype, float32: the infinities are what is to be seen here.",
        ),
    ),
)


def _expected_shifted() -> Wanted:
    return probabilities(torch.softmax(X2.double() - 150, 0), like=X2)


shifted_x2 = Exercise(
    "shifted_x2",
    _expected_shifted,
    _only("values", VARIABLE),
    (
        Misconception(
            "not shifted",
            X2.exp() / X2.exp().sum(),
            "This is softmax(x2): subtract 150.0 from x2 before you call softmax.",
        ),
        Misconception(
            "only shifted",
            X2 - 150,
            "This is x2 - 150.0: now call softmax with it.",
        ),
        Misconception(
            "subtracted after softmax",
            X2.exp() / X2.exp().sum() - 150,
            "Subtract 150.0 from x2, inside the call, and not from what softmax returns.",
        ),
        Misconception(
            "x in place of x2",
            torch.softmax(torch.tensor([1.0, 2.0, 3.0]) - 150, 0),
            "This is computed from x: take x2, which is 50 * x.",
        ),
    ),
)
