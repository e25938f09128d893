"""Parameters on both sides: one tensor for one number, and what changed goes over."""

import pytest
import torch

from autograder.errors import WireError
from autograder.grading.wire.codecs.described.known import Known
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.given_classes import Instances

SINGLE = {"t": "tensor", "d": "float32", "s": [1], "b": 0}


def sides():
    """The student's side, and the judge's."""
    theirs = Instances({}, frozenset(), known=Known(numbers_tensors=True))
    return theirs, Instances({}, frozenset(), known=Known())


def cross(value, sender, receiver):
    encoder = Encoder(instances=sender)
    node = encoder.node(value)
    return Decoder(encoder.buffers, instances=receiver).value(node)


def tell(sender, receiver):
    """What changed, over the wire; how many did."""
    encoder = Encoder(instances=sender)
    news = sender.known.tensors.news(encoder)
    receiver.known.tensors.take(Decoder(encoder.buffers, instances=receiver), news)
    return len(news)


def test_a_parameter_is_one_tensor_and_a_change_of_either_side_is_seen_by_both():
    student, judge = sides()
    weight = torch.ones(2, requires_grad=True)
    here = cross(weight, student, judge)
    assert cross(weight, student, judge) is here
    assert tell(judge, student) == tell(student, judge) == 0
    here.data.fill_(3)
    here.grad = torch.full((2,), 5.0)
    assert tell(judge, student) == 1
    assert weight.tolist() == [3, 3]
    assert weight.grad.tolist() == [5, 5]
    with torch.no_grad():
        weight.add_(1)
    weight.grad = None
    assert tell(student, judge) == 1
    assert here.tolist() == [4, 4]
    assert here.grad is None
    assert tell(student, judge) == tell(judge, student) == 0


def test_a_parameter_that_is_gone_is_forgotten():
    student, judge = sides()
    weight = torch.ones(2, requires_grad=True)
    cross(weight, student, judge)
    del weight
    assert tell(student, judge) == 0
    assert student.known.tensors._own == {}


def test_the_judge_keeps_so_many_and_no_more():
    student, judge = sides()
    for _ in range(2100):
        cross(torch.ones(1, requires_grad=True), student, judge)
    assert len(judge.known.tensors._tensors) == 2000


@pytest.mark.parametrize("number", [0, -1, 2**60, "1", True, None, [1]])
def test_a_tensor_of_no_number_is_a_wire_error(number):
    node = SINGLE | {"g": "leaf", "n": number}
    with pytest.raises(WireError):
        Decoder([bytes(4)], instances=sides()[1]).value(node)


@pytest.mark.parametrize(
    "claim",
    [
        [1, SINGLE | {"s": [2], "b": 1}, None],
        [1, SINGLE | {"d": "int32"}, None],
        [1, SINGLE, SINGLE | {"s": [2], "b": 1}],
        [1, 3, None],
        [1, None, None],
        [1, SINGLE, "grad"],
    ],
    ids=str,
)
def test_a_claim_of_another_tensor_is_a_wire_error(claim):
    _, judge = sides()
    decoder = Decoder([bytes(4)], instances=judge)
    kept = decoder.value(SINGLE | {"g": "leaf", "n": 1})
    with pytest.raises(WireError):
        judge.known.tensors.take(Decoder([bytes(4), bytes(8)], instances=judge), [claim])
    assert kept.shape == (1,)


@pytest.mark.parametrize("claim", [3, [3], [[1]], [[[], 1, None]], "abc", None])
def test_what_is_no_list_of_changes_is_no_change(claim):
    _, judge = sides()
    with pytest.raises((WireError, TypeError, ValueError)):  # the reader of replies takes all alike
        judge.known.tensors.take(Decoder([], instances=judge), claim)
