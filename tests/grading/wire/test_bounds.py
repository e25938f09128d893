"""What a small message can make of itself is bounded: in memory, in time, in what it reads."""

import time
import tracemalloc
from decimal import Decimal

import numpy as np
import pandas  # noqa: F401 - before memory is counted
import pytest
import scipy.sparse  # noqa: F401 - likewise
import torch  # noqa: F401 - likewise

from autograder.errors import WireError
from autograder.grading.wire.codecs.generator_states import numpy_generator
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder

PRIME = 2**61 - 1  # Python's hash of a number is the number modulo this
RANGE = {"t": "range", "v": [0, 10**9, 1]}
ROWS = {"range": [0, 1, 1], "names": [None]}
BYTE = {"t": "array", "d": "|u1", "s": [1], "b": 0}


SWELLING = {
    "one buffer in many values": [{"t": "bytes", "b": 0}] * 1000,
    "an empty array that is wide": {"t": "array", "d": "<f8", "s": [0, 2**40], "b": 1},
    "an empty tensor that is wide": {"t": "tensor", "d": "float64", "s": [2**40, 0], "b": 1},
    "a polynomial of a range": {"t": "poly1d", "v": RANGE, "x": "x"},
    "a series of a range": {"t": "polynomial", "k": "Hermite", "v": [RANGE] * 3, "x": "x"},
    "a mask on a range": {"t": "masked", "v": [RANGE, RANGE]},
    "a matrix of a range": {"t": "matrix", "v": RANGE},
    "a sparse matrix of ranges": {
        "t": "sparse",
        "array": True,
        "k": "csr",
        "v": [RANGE, RANGE, RANGE, {"t": "tuple", "v": [9, 9]}],
    },
    "a column of a range": {
        "t": "series",
        "v": {"array": RANGE},
        "index": {"range": [0, 10**9, 1], "names": [None]},
        "name": None,
    },
    "rows without columns": {
        "t": "frame",
        "v": [],
        "index": {"range": [0, 10**12, 1], "names": [None]},
        "columns": {"range": [0, 0, 1], "names": [None]},
    },
    "moments of a range": {"t": "index", "column": {"array": RANGE, "tz": "UTC"}, "names": [None]},
    "categories of a range": {
        "t": "index",
        "column": {"codes": RANGE, "categories": ROWS, "ordered": False},
        "names": [None],
    },
}


@pytest.mark.parametrize("name", SWELLING)
def test_a_small_message_does_not_swell(name):
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            Decoder([bytes(2**16), b""]).value(SWELLING[name])
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_claimed_rows_and_packed_numbers_are_counted():
    with pytest.raises(WireError, match="bytes of memory"):
        Decoder([bytearray(2**27)]).value({"t": "numbers", "d": "d", "b": 0})
    sparse = {"t": "sparse", "array": True, "k": "csr"}
    rows = [BYTE | {"b": n} for n in range(12)]
    shape = {"t": "tuple", "v": [2**24, 1]}
    many = [sparse | {"v": [*rows[n : n + 3], shape]} for n in (0, 3, 6, 9)]
    with pytest.raises(WireError, match="bytes of memory"):
        Decoder([b"\0"] * 12).value(many)


def colliding(kind: str, count: int) -> dict:
    """A container of numbers that all have the same hash."""
    keys = [{"t": "int", "v": hex(n * PRIME + 7)} for n in range(1, count)]
    paired = kind in ("dict", "counter", "bunch")
    return {"t": kind, "v": [[key, 1] for key in keys] if paired else keys}


@pytest.mark.parametrize("kind", ["set", "frozenset", "dict", "counter", "bunch", "keys"])
def test_keys_that_collide_cost_no_more_than_a_moment(kind):
    started = time.process_time()
    with pytest.raises(WireError, match="collide"):
        Decoder([]).value(colliding(kind, 100_000))
    assert time.process_time() - started < 10  # without a bound it is hours


def test_rows_of_an_index_that_collide_cost_no_more_than_a_moment():
    rows = [{"t": "tuple", "v": [key, 1]} for key in colliding("set", 50_000)["v"]]
    started = time.process_time()
    with pytest.raises(WireError, match="collide"):
        Decoder([]).value({"t": "index", "rows": rows, "names": [None, None]})
    assert time.process_time() - started < 10


def test_many_honest_keys_are_filed():
    keys = [*range(100_000), *({"t": "fraction", "v": [n, n + 1]} for n in range(10_000))]
    assert len(Decoder([]).value({"t": "set", "v": keys})) == 110_000 - 1  # 0/1 is 0


ZONES = [
    "dateutil//etc/passwd",
    "dateutil//dev/zero",
    "/etc/localtime",
    "../../etc/passwd",
    "a" * 99,
]


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_zone_names_no_file(zone):
    moments = {"t": "array", "d": "<M8[ns]", "s": [1], "b": 0}
    index = {"t": "index", "column": {"array": moments, "tz": zone}, "names": [None]}
    with pytest.raises(WireError, match="time zone"):
        Decoder([bytes(8)]).value(index)


def test_exact_numbers_beyond_their_bound_are_refused_by_both_ends():
    for value in (2 ** (2**20) + 1, Decimal("1e200000"), Decimal("-1e-200000")):
        with pytest.raises(WireError, match="more than"):
            Encoder().node(value)
    for node in ({"t": "int", "v": "f" * 2**19}, {"t": "decimal", "v": "1e999999999"}):
        with pytest.raises(WireError):
            Decoder([]).value(node)
    for value in (2 ** (2**20) - 1, -(2 ** (2**20) - 1), Decimal("1e99999"), Decimal("-Infinity")):
        assert Decoder([]).value(Encoder().node(value)) == value


TWISTER = {"state": {"key": np.zeros(624, np.uint32), "pos": 0}, "bit_generator": "MT19937"}


@pytest.mark.parametrize("position", [-1, 625, 10**6, True, 1.0])
def test_a_generator_never_reads_beyond_its_words(position):
    twister = TWISTER | {"state": TWISTER["state"] | {"pos": position}}
    philox = np.random.Philox(0).state | {"buffer_pos": position}
    for kind, state in (("MT19937", twister), ("Philox", philox)):
        with pytest.raises(WireError, match="position"):
            numpy_generator(kind, state)


@pytest.mark.parametrize("kind", ["MT19937", "Philox", "SFC64", "PCG64", "PCG64DXSM"])
def test_a_generator_goes_on_where_it_was(kind):
    generator = np.random.Generator(getattr(np.random, kind)(5))
    generator.random(700)
    encoder = Encoder()
    node = encoder.node(generator)
    assert Decoder(encoder.buffers).value(node).random(9).tolist() == generator.random(9).tolist()


def test_an_array_of_text_holds_characters():
    with pytest.raises(WireError, match="no character"):
        Decoder([b"\xff" * 4]).value({"t": "array", "d": "<U1", "s": [1], "b": 0})


def test_an_array_is_the_receivers_own():
    data = bytes(8)
    array = Decoder([data]).value({"t": "array", "d": "<i8", "s": [1], "b": 0})
    array += 1
    assert array.tolist() == [1]
    assert data == bytes(8)
