"""Bytes for a worker: whatever name and content go in come out, and nothing else is taken."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.multipart import pack, unpack


@pytest.mark.parametrize("name", ["plain.txt", "a/b.csv", "\udcff.txt", "nul\0", "é"])
def test_parcels_hold_any_name_and_any_bytes(name):
    head, parts = {"n": 1}, {name: bytes(range(256)), "empty": b""}
    assert unpack(pack(head, parts)) == (head, parts)


def parcel(*parts, body=b"xyz"):
    """Bytes with these names and lengths in their head, whatever the body has."""
    head = json.dumps({"head": {}, "parts": parts}).encode()
    return len(head).to_bytes(8, "little") + head + body


MALFORMED = {
    "nothing": b"",
    "a length alone": b"12345678",
    "no JSON": (3).to_bytes(8, "little") + b"xyz",
    "a head that is no mapping": (2).to_bytes(8, "little") + b"[]",
    "a head without parts": (2).to_bytes(8, "little") + b"{}",
    "parts without a head": (12).to_bytes(8, "little") + b'{"parts":[]}',
    "too short": parcel(["a", 4]),
    "too long": parcel(["a", 2]),
    "a length that is no number": parcel(["a", "3"]),
    "a length below zero": parcel(["a", 3], ["b", -3], ["c", 3]),
    "a name twice": parcel(["a", 3], ["a", 0]),
    "a name that is none": parcel([["a"], 3]),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_bytes_that_are_no_parcel_are_refused(data):
    with pytest.raises(ValueError, match=r"parcel|JSON|Expecting"):
        unpack(data)


def test_a_parcel_written_by_hand_is_taken():
    assert unpack(parcel(["a", 3])) == ({}, {"a": b"xyz"})


@given(st.integers(0, 60), st.binary(min_size=1, max_size=3))
def test_damage_raises_nothing_but_value_errors(place, damage):
    data = pack({"n": 1}, {"a": b"xyz", "b": b""})
    with suppress(ValueError):
        unpack(data[:place] + damage + data[place + len(damage) :])
