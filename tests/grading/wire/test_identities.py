"""Numbers of values: one object on one side is one object on the other, and lies have an end."""

import numpy as np
import pytest

from autograder.errors import WireError
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.identities import Received, Sent


def crossed(value, originals=()):
    encoder = Encoder()
    encoder.identities = Sent()
    node = encoder.node(value)
    decoder = Decoder(encoder.buffers)
    decoder.identities = Received(originals)
    return decoder.value(node)


def read(node, *originals):
    decoder = Decoder([])
    decoder.identities = Received(originals)
    value = decoder.value(node)
    decoder.identities.check_size(value)
    return value


def is_(number, node):
    return {"t": "is", "n": number, "v": node}


def same(number):
    return {"t": "same", "n": number}


def test_what_is_one_object_is_one_on_the_other_side():
    inner, array = [1], np.arange(2)
    found = crossed([inner, {"k": inner}, array, array, [1]])
    assert found[0] is found[1]["k"]
    assert found[2] is found[3]
    assert found[4] is not found[0]


def test_an_original_becomes_what_is_told_and_stays_itself():
    outer, inner = [[1], [2]], [1]
    found = read(is_(0, [same(1), is_(1, [5])]), outer, inner)
    assert found is outer
    assert outer[0] is inner
    assert outer[1] is inner
    assert inner == [5]


@pytest.mark.parametrize("wrong", [{}, (), np.zeros(1), None, "a"])
def test_an_original_of_another_type_stays_as_it_was(wrong):
    encoder = Encoder()
    node = encoder.node(wrong)
    decoder = Decoder(encoder.buffers)
    mine = [1]
    decoder.identities = Received([mine])
    assert decoder.value(is_(0, node)) is mine == [1]


def doubled(levels):
    node = is_(levels, [1])
    for level in range(levels - 1, 0, -1):
        node = is_(level, [node, same(level + 1)])
    return node


MALFORMED = {
    "no such value": [same(3)],
    "a number below none": [same(-1)],
    "no number": [same("1")],
    "a flag": [same(True)],
    "two of one number": [is_(3, []), is_(3, [])],
    "a list that holds itself": is_(3, [same(3)]),
    "an argument that holds itself": is_(0, [same(0)]),
    "arguments that hold each other": [is_(0, [same(1)]), is_(1, [same(0)])],
    "eighty lists that each hold the next one twice": doubled(80),
    "a number beyond all": is_(2**60, []),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_identity_is_refused(what):
    with pytest.raises(WireError):
        read(MALFORMED[what], [1], [2])


def test_numbers_are_refused_where_none_were_asked_for():
    with pytest.raises(WireError):
        Decoder([]).value(is_(0, []))
