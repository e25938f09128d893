"""The checks of notebooks 1 and 2 against many right and wrong answers, run as cells."""

from itertools import combinations
from textwrap import dedent

import pytest
from bank_right import GIVEN, RIGHT, Right
from bank_wrong import WRONG, Wrong

from autograder.check_context import Context, running_in
from autograder.checks.diagnose import same_outcome
from autograder.checks.exercise import Exercise
from autograder.verdict import CheckFailed
from softmax_checks import check

EXERCISES = (
    check.softmax,
    check.softmax_numpy,
    check.unchanged,
    check.expos_x2,
    check.shifted_x2,
    check.softmax_stable,
    check.softmax_temperature,
    check.temperature_sweep,
)
MISTAKES = [(exercise, m) for exercise in EXERCISES for m in exercise.misconceptions]


def findings(exercise: Exercise, answer, cells: tuple[str, ...] = (), seed: int = 0) -> dict:
    """The finding of each behaviour that the answer loses, shown and hidden parts together."""
    found = {}
    with running_in(Context(seed, cells)):
        for behaviour in exercise.behaviours:
            try:
                exercise(answer, behaviour.name)
                exercise(answer, behaviour.name, hidden=True)
            except CheckFailed as failed:
                found[behaviour.name] = failed.finding
    return found


def findings_of_source(name: str, source: str, seed: int = 0) -> dict:
    """Run a student's cell after the given ones, and check what it binds."""
    source = dedent(source)
    code = source.partition("\n")[2] if source.startswith("%%") else source
    names: dict = {}
    exec(GIVEN, names)
    exec(code, names)
    return findings(getattr(check, name), names[name], (GIVEN, source), seed)


def _id(answer: Right | Wrong) -> str:
    return f"{answer.exercise}: {answer.style if isinstance(answer, Right) else answer.story}"


@pytest.mark.parametrize("answer", RIGHT, ids=_id)
def test_a_right_answer_keeps_everything(answer: Right):
    assert set(findings_of_source(answer.exercise, answer.source)) == answer.but_for


@pytest.mark.filterwarnings("ignore")  # wrong answers warn as they like
@pytest.mark.parametrize("answer", WRONG, ids=_id)
def test_a_wrong_answer_loses_what_it_must_and_nothing_else(answer: Wrong):
    behaviours = [b.name for b in getattr(check, answer.exercise).behaviours]
    loses = behaviours if answer.loses == "*" else answer.loses.split(", ")
    assert list(findings_of_source(answer.exercise, answer.source)) == loses


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda v: v.name)
def test_a_misconception_loses_hidden_cases_and_is_named(exercise, mistake):
    # The misconceptions use built-ins where the mistake is another: "by hand" cannot name them.
    found = {k: f for k, f in findings(exercise, mistake.wrong).items() if k != "by hand"}
    assert found
    assert {finding.mistake for finding in found.values()} == {mistake.name}
    hidden = [b for b in found if _fails(exercise, mistake.wrong, b)]
    assert hidden, "the hidden cases are too weak"


def _fails(exercise: Exercise, answer, behaviour: str) -> bool:
    try:
        exercise(answer, behaviour, hidden=True)
    except CheckFailed:
        return True
    return False


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_some_case_tells_every_two_misconceptions_apart(exercise: Exercise):
    cases = [
        case
        for behaviour in exercise.behaviours
        for hidden in (False, True)
        for case in exercise.cases(behaviour.name, hidden)
    ]
    for one, two in combinations(exercise.misconceptions, 2):
        assert any(_differ(exercise, case, one, two) for case in cases), (one.name, two.name)


def _differ(exercise, case, one, two) -> bool:
    flaws = [case.holds(exercise.trial(m.wrong, case)) for m in (one, two)]
    observed = [flaw and flaw.observed for flaw in flaws]
    return not same_outcome(*observed)


@pytest.mark.parametrize("seed", range(1, 6))
def test_right_answers_pass_with_any_seed(seed: int):
    chosen = {"log space", "logsumexp", "loop", "in float64", "shift, divide", "stack", "asarray"}
    for answer in RIGHT:
        if answer.style in chosen:
            found = findings_of_source(answer.exercise, answer.source, seed)
            assert set(found) == answer.but_for, (answer.style, found)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_hidden_parts_are_short_enough_for_a_process_boundary(exercise: Exercise):
    for behaviour in exercise.behaviours:
        assert len(exercise.cases(behaviour.name, hidden=True)) <= 20
