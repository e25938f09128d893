"""Exercises: what they refuse to be, what a call asks, and what a finding tells."""

import numpy as np
import pytest
import torch

from autograder.check_context import Context, running_in
from autograder.checks.catalogue import Catalogue
from autograder.checks.compare import Wanted, logarithms
from autograder.checks.exercise import VARIABLE, Behaviour, Case, Exercise, Misconception, cases
from autograder.checks.gradient import gradient
from autograder.checks.properties import input_kept, only_input_kept, refuses, shift_invariant
from autograder.errors import EngineError
from autograder.verdict import CheckFailed, Finding, Kind

EXAMPLE = "torch.tensor([1., 2.])"
DOUBLE = "torch.tensor([1., 2.], dtype=torch.float64)"


def _none(random):
    return ()


def _doubled(xx: torch.Tensor) -> Wanted:
    return logarithms(2 * xx.double(), like=xx)


def _behaviour(name: str, *asked: Case, hidden=_none) -> Behaviour:
    return Behaviour(name, asked, hidden)


def _exercise(*behaviours: Behaviour, expected=_doubled, misconceptions=()) -> Exercise:
    return Exercise("double", expected, behaviours, misconceptions)


def _asks(*asked: Case, **more) -> Exercise:
    return _exercise(_behaviour("values", *asked), **more)


def _fail(exercise: Exercise, answer, behaviour: str = "values", **more) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        exercise(answer, behaviour, **more)
    return caught.value


VALUES = _behaviour("values", Case(EXAMPLE))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: _exercise(VALUES, VALUES), "two of one behaviour of double: values"),
        (lambda: _exercise(), "'double' grades nothing"),
        (lambda: Exercise("2x", _doubled, (VALUES,)), "'2x' is not a name"),
        (lambda: Behaviour("values", (), _none), "shows the student no case"),
        (lambda: Behaviour(" ", cases(EXAMPLE), _none), "needs a name"),
        (lambda: Misconception("forgot", lambda xx: xx, ""), "'forgot' needs advice"),
        (lambda: Misconception("", lambda xx: xx, "Do."), "needs a name"),
        (lambda: Catalogue([_exercise(VALUES), _exercise(VALUES)]), "two exercises named 'double'"),
    ],
)
def test_nonsense_is_refused_when_it_is_made(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_two_misconceptions_of_one_name_are_refused():
    twice = (Misconception("same", lambda xx: xx, "Do."), Misconception("same", None, "Do."))
    with pytest.raises(ValueError, match="two of one misconception of double: same"):
        _exercise(VALUES, misconceptions=twice)


def test_a_case_that_is_not_python_is_refused():
    with pytest.raises(SyntaxError):
        Case("torch.tensor([1.)")


def test_an_unknown_name_lists_what_there_is():
    check = Catalogue([_exercise(VALUES)])
    with pytest.raises(AttributeError, match="no exercise 'triple'; there are: double"):
        check.triple  # noqa: B018
    with pytest.raises(LookupError, match="no behaviour 'speed'; it has 'values'"):
        check.double(torch.exp, "speed")
    assert dir(check) == ["double"]


def test_a_right_answer_gives_none():
    assert _asks(Case(EXAMPLE))(lambda xx: xx + xx, "values") is None


def test_a_finding_names_everything_a_student_can_use():
    mistake = Misconception("squares", lambda xx: xx**2, "Multiply by 2.")
    exercise = _asks(Case("torch.tensor([1., 2., 3.])"), misconceptions=(mistake,))
    failed = _fail(exercise, lambda xx: xx * xx)
    assert failed.kind is Kind.WRONG
    assert failed.finding == Finding(
        behaviour="values",
        problem="2 of 3 entries are wrong",
        input="double(tensor([1.0, 2.0, 3.0]))",
        got="tensor([1.0, 4.0, 9.0])",
        expected="tensor([2.0, 4.0, 6.0])",
        first_bad="[0]: got 1.0, expected 2.0 where the input is 1.0; 50 % too small",
        reproduce="double(torch.tensor([1., 2., 3.]))",
        mistake="squares",
        advice="Multiply by 2.",
    )


def test_a_long_input_is_shortened_and_its_line_can_be_pasted():
    exercise = _asks(Case("torch.randn(500, generator=torch.Generator().manual_seed(3))"))
    finding = _fail(exercise, lambda xx: xx).finding
    assert len(finding.input) < 160
    assert "shape=(500,)" in finding.input
    pasted = eval(finding.reproduce, {"torch": torch, "double": lambda xx: xx})
    assert pasted.shape == (500,)


@pytest.mark.parametrize("stub", [..., None])
def test_a_variable_that_is_still_a_stub_is_not_written_yet(stub):
    failed = _fail(_asks(*VARIABLE, expected=lambda: None), stub)
    assert failed.kind is Kind.EMPTY
    assert "not written yet" in failed.finding.problem


def test_a_stub_is_not_written_yet():
    def double(xx):
        raise NotImplementedError("empty")

    mistake = Misconception("stub", pytest.fail, "It is not asked of a stub.")
    failed = _fail(_asks(Case(EXAMPLE), misconceptions=(mistake,)), double)
    assert failed.kind is Kind.EMPTY
    assert "`double` is not written yet" in failed.finding.problem
    assert failed.finding.mistake == ""


def test_the_diagnosis_is_silent(recwarn, capsys):
    def over_zero(xx):
        return torch.from_numpy(np.float32(1) / (xx.numpy() - 1))

    with np.errstate(all="ignore"):
        given = over_zero(torch.tensor([1.0, 2.0]))
    mistake = Misconception("over zero", over_zero, "Do not.")
    exercise = _asks(Case(EXAMPLE), misconceptions=(mistake,))
    assert _fail(exercise, lambda xx: given).finding.mistake == "over zero"
    assert not recwarn.list
    assert capsys.readouterr().err == ""


def test_a_variable_is_compared_as_it_is():
    exercise = _asks(*VARIABLE, expected=lambda: logarithms(torch.ones(2), like=torch.ones(2)))
    assert exercise(torch.ones(2), "values") is None
    finding = _fail(exercise, torch.zeros(2)).finding
    assert (finding.input, finding.reproduce) == ("", "")


def test_an_error_of_the_student_is_told_without_its_control_characters():
    def double(xx):
        raise KeyError("\x1b[31mred\x00 " + "long " * 1000)

    failed = _fail(_asks(Case(EXAMPLE)), double)
    assert failed.kind is Kind.RAISED
    assert "raised KeyError" in failed.finding.problem
    assert failed.finding.problem.isprintable()
    assert len(failed.finding.problem) < 250


def test_an_object_that_cannot_be_shown_is_a_wrong_answer():
    class Hostile:
        def __repr__(self):
            raise RuntimeError("no")

    assert "Hostile" in _fail(_asks(Case(EXAMPLE)), lambda xx: Hostile()).finding.got


@pytest.mark.parametrize(
    "ours",
    [EngineError("lost"), CheckFailed(Finding("values", "too slow"), Kind.TIMED_OUT)],
)
def test_what_is_not_the_students_doing_passes_through(ours):
    def stand_in(xx):
        raise ours

    with pytest.raises(type(ours)) as caught:
        _asks(Case(EXAMPLE))(stand_in, "values")
    assert caught.value is ours


def test_hidden_cases_depend_on_the_seed_alone():
    def drawn(random):
        return cases(f"torch.tensor([{random.random()}])")

    exercise = _exercise(_behaviour("values", Case(EXAMPLE), hidden=drawn))

    def source(seed):
        with running_in(Context(seed)):
            return exercise.cases("values", hidden=True)[0].arguments

    assert source(1) == source(1)
    assert source(1) != source(2)
    with running_in(Context(1)):
        assert _fail(exercise, lambda xx: xx, hidden=True).finding.reproduce == (
            f"double({source(1)})"
        )


def test_an_answer_that_changes_its_input_spoils_no_values():
    assert _asks(*cases(EXAMPLE, EXAMPLE))(lambda xx: xx.mul_(2), "values") is None


@pytest.mark.parametrize("holds", [input_kept, only_input_kept])
def test_a_changed_input_is_noticed(holds):
    exercise = _asks(Case(EXAMPLE, holds))
    assert exercise(lambda xx: 2 * xx, "values") is None
    finding = _fail(exercise, lambda xx: xx.mul_(2)).finding
    assert "changed its input" in finding.problem
    assert finding.got == "tensor([2.0, 4.0])"
    assert finding.reproduce == f"before = {EXAMPLE}; double(before); before"


def test_the_argument_that_was_changed_is_the_one_shown_again():
    exercise = _asks(
        Case(f"[1, (2, 3)], {EXAMPLE}", input_kept), expected=lambda _, xx: _doubled(xx)
    )
    finding = _fail(exercise, lambda _, xx: xx.mul_(2)).finding
    assert finding.reproduce == f"before = {EXAMPLE}; double([1, (2, 3)], before); before"


def test_a_kept_input_gives_nothing_for_junk():
    assert "wrong" in _fail(_asks(Case(EXAMPLE, input_kept)), lambda xx: xx).finding.problem


def test_refusing_an_argument():
    class MineError(ValueError):
        pass

    def raising(error):
        def double(xx):
            raise error

        return double

    exercise = _asks(Case(EXAMPLE, refuses(ValueError)))
    assert exercise(raising(ValueError("no")), "values") is None
    assert exercise(raising(MineError()), "values") is None
    assert _fail(exercise, raising(TypeError("no"))).kind is Kind.RAISED
    assert "must raise ValueError" in _fail(exercise, lambda xx: xx).finding.problem
    assert _fail(exercise, raising(NotImplementedError())).kind is Kind.EMPTY


def test_shift_invariance_asks_for_both_values():
    def centred(xx):
        return logarithms(xx.double() - xx.double().mean(), like=xx)

    exercise = _asks(Case(EXAMPLE, shift_invariant(64)), expected=centred)
    assert exercise(lambda xx: xx - xx.mean(), "values") is None
    finding = _fail(exercise, lambda xx: torch.tensor([-0.5, 0.5]) * (xx[0] < 9)).finding
    assert finding.problem.startswith("adding 64 to every entry must change nothing")
    assert finding.reproduce == f"double({EXAMPLE} + 64)"
    assert _fail(exercise, lambda xx: torch.zeros(2)).finding.problem == "2 of 2 entries are wrong"


class _WrongBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, xx):
        return 2 * xx

    @staticmethod
    def backward(ctx, grad):
        return 3 * grad


class _OftenRightBackward(torch.autograd.Function):
    """Right for the weights 1 and 2 of the first vector, wrong for others."""

    @staticmethod
    def forward(ctx, xx):
        return 2 * xx

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad if grad[0] == 1 and grad[1] == 2 else 3 * grad


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda xx: 2 * xx.detach(), "no gradient flows back"),
        (torch.no_grad()(lambda xx: 2 * xx), "no gradient flows back"),
        (lambda xx: (2 * xx.float()).double() + 1e-9, "entries are wrong"),
        (lambda xx: xx.mul_(2), "raised RuntimeError"),
        (_WrongBackward.apply, "the gradient is wrong: 2 of 2 entries are wrong"),
        (_OftenRightBackward.apply, "gradcheck failed"),
        (lambda xx: torch.ones_like(xx), "entries are wrong"),
    ],
)
def test_a_wrong_gradient_is_noticed(answer, says):
    exercise = _asks(Case(DOUBLE, gradient))
    assert says in _fail(exercise, answer).finding.problem


@pytest.mark.parametrize(
    "source", [DOUBLE, f"-1 * {DOUBLE}", f"{DOUBLE}, 2", f"torch.flip({DOUBLE}, [0]), 2"]
)
def test_the_line_to_paste_shows_a_wrong_gradient_and_not_a_right_one(source):
    exercise = _asks(Case(source, gradient), expected=lambda xx, *_: _doubled(xx))
    assert exercise(lambda xx, *_: 2 * xx, "values") is None
    line = _fail(exercise, lambda xx, *_: _WrongBackward.apply(xx)).finding.reproduce
    assert eval(line, {"torch": torch, "double": lambda xx, *_: 2 * xx})
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        eval(line, {"torch": torch, "double": lambda xx, *_: _WrongBackward.apply(xx)})


def test_cases_can_use_the_exercises_own_names():
    exercise = Exercise(
        "double", _doubled, (_behaviour("values", Case("row(3)")),), names={"row": torch.ones}
    )
    assert exercise(lambda xx: xx + 1, "values") is None


def test_numpy_inputs_are_kept_too():
    exercise = _asks(
        Case("np.array([1., 2.])", input_kept),
        expected=lambda z: logarithms(torch.tensor([2.0, 4.0]), like=z),
    )
    assert exercise(lambda z: 2 * z, "values") is None
    assert "changed" in _fail(exercise, lambda z: np.multiply(z, 2, out=z)).finding.problem
