"""What crosses the wall arrives as it was, and plain; what is malformed is a WireError, cheaply."""

import contextlib
import datetime
import math
import socket
import tracemalloc
from collections import Counter, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.polynomial import Chebyshev, Polynomial
from scipy import sparse

from autograder.errors import WireError
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message, receive, send

Point = namedtuple("Point", "x y")


def cross(value: Any, **limits: Any) -> Any:
    """The value after a journey over a socket."""
    encoder = Encoder(**limits)
    head = {"value": encoder.node(value)}
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, Message(head, encoder.buffers))
        message = receive(theirs)
    return Decoder(message.buffers).value(message.head["value"])


def same(one: Any, other: Any) -> bool:
    """Equal in type and content; nan equals nan, and 0.0 is not -0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        if math.isnan(one):
            return math.isnan(other)
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )
    return one == other


atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
)
hashable = st.integers() | st.text(st.characters(exclude_categories=["Cs"])) | st.booleans()
values = st.recursive(
    atoms
    | st.sets(hashable)
    | st.frozensets(hashable)
    | st.fractions()
    | st.decimals(allow_nan=False),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(hashable | st.tuples(hashable, hashable), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_plain_values_arrive_as_they_were(value):
    assert same(cross(value), value)


@given(hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, min_side=0, max_side=4)))
def test_arrays_arrive_as_they_were(array):
    assert same(cross(array), array)


@given(st.lists(st.floats(), min_size=64) | st.lists(st.integers(), min_size=64))
@settings(max_examples=20)
def test_long_lists_of_numbers_arrive_as_they_were(numbers):
    assert same(cross(numbers), numbers)


@pytest.mark.parametrize(
    "value",
    [
        2**3000,
        -(2**1024),
        range(2, 100, 7),
        slice(None, 5, -1),
        slice(np.int64(2)),
        ...,
        Fraction(1, 3),
        Decimal("1.10"),
        Counter("aab"),
        deque([1, [2]], maxlen=3),
        Path("a") / "b",
        datetime.date(2026, 2, 28),
        datetime.datetime(2026, 2, 28, 12, tzinfo=datetime.UTC),
        datetime.timedelta(days=-1, microseconds=3),
        np.dtype("float32"),
        np.float32(1.5),
        np.int64(3),
        np.str_("text"),
        np.bool_(True),
        torch.float64,
        torch.Size([2, 3]),
        pd.Timestamp("2026-02-28 12:00"),
        float,
        complex,
        list,
    ],
    ids=repr,
)
def test_a_value_of_the_list_arrives_as_it_was(value):
    assert same(cross(value), value)


@pytest.mark.parametrize("view", ["keys", "values", "items"])
def test_views_of_a_dict_arrive_as_views(view):
    sent = getattr({"a": 1, "b": 1}, view)()
    got = cross(sent)
    assert type(got) is type(sent)
    assert list(got) == list(sent)


def test_a_bytearray_and_an_object_array_arrive():
    assert same(cross(bytearray(b"xyz")), bytearray(b"xyz"))
    array = np.empty(2, object)
    array[:] = [None, Fraction(1, 2)]
    assert cross(array).tolist() == array.tolist()


def test_an_object_array_of_equally_long_lists_stays_an_array_of_lists():
    array = np.empty(2, object)
    array[0], array[1] = [1, 2], [3, 4]
    got = cross(array)
    assert got.shape == (2,)
    assert got.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_memory_order_and_the_write_protection_of_an_array_arrive(order):
    array = np.asarray(np.arange(6.0).reshape(2, 3), order=order)
    array.flags.writeable = False
    got = cross(array)
    assert got.flags[f"{order}_CONTIGUOUS"]
    assert not got.flags.writeable
    assert np.array_equal(got, array)


@pytest.mark.parametrize(
    "kind", [torch.bool, torch.int64, torch.float16, torch.bfloat16, torch.complex64]
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_tensors_arrive_as_they_were(kind, shape):
    tensor = torch.ones(shape, dtype=kind)
    got = cross(tensor)
    assert (got.dtype, got.shape, got.requires_grad) == (kind, torch.Size(shape), False)
    assert torch.equal(got, tensor)


def test_a_strided_a_conjugate_and_an_expanded_tensor_arrive_as_their_values():
    tensor = torch.arange(6.0).reshape(2, 3)
    views = (tensor.T, tensor[:, ::2], (tensor * 1j).conj(), torch.ones(1).expand(4))
    for view in views:
        assert torch.equal(cross(view), view)


def test_gradient_and_need_of_one_arrive_with_a_tensor():
    tensor = torch.ones(2, requires_grad=True)
    (tensor * 3).sum().backward()
    got = cross(tensor)
    assert got.requires_grad
    assert got.grad.tolist() == [3, 3]


def test_a_named_tuple_keeps_its_fields():
    got = cross(Point(1, 2))
    assert (got.x, got.y, got) == (1, 2, (1, 2))
    assert isinstance(got, tuple)


frames = {
    "plain": pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "c": ["x", "y"]}),
    "index": pd.DataFrame({"v": [1, 2]}, index=pd.Index(["p", "q"], name="k")),
    "two levels": pd.DataFrame({"v": [1, 2]}, pd.MultiIndex.from_tuples([("p", 1), ("q", 2)])),
    "dates": pd.DataFrame({"t": pd.date_range("2026-01-01", periods=2, tz="Europe/Paris")}),
    "categories": pd.DataFrame({"c": pd.Categorical(["lo", "hi"], ["lo", "hi"], ordered=True)}),
    "missing": pd.DataFrame(
        {"n": pd.array([1, None], "Int64"), "s": pd.array(["x", None], "string")}
    ),
    "no rows": pd.DataFrame({"a": pd.Series(dtype=float)}),
    "same names": pd.DataFrame([[1, 2.0]], columns=["a", "a"]),
    "empty": pd.DataFrame(),
}


@pytest.mark.parametrize("name", frames)
def test_data_frames_arrive_as_they_were(name):
    pd.testing.assert_frame_equal(cross(frames[name]), frames[name])


def test_a_series_and_an_index_arrive_as_they_were():
    series = pd.Series([1.5, 2], index=pd.RangeIndex(2, 6, 2, name="i"), name="v")
    pd.testing.assert_series_equal(cross(series), series)
    pd.testing.assert_index_equal(cross(series.index), series.index)


@pytest.mark.parametrize(
    "value", [Polynomial([1, 2, 3], domain=[0, 4]), Chebyshev([1, 2])], ids=repr
)
def test_polynomials_arrive_as_they_were(value):
    assert type(cross(value)) is type(value)
    assert cross(value) == value


@pytest.mark.parametrize("layout", ["csr", "csc", "coo", "dia", "lil", "dok", "bsr"])
@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csr_matrix])
def test_sparse_matrices_arrive_as_they_were(kind, layout):
    matrix = kind(np.diag([1.0, 0, 3])).asformat(layout)
    got = cross(matrix)
    assert type(got) is type(matrix)
    assert np.array_equal(got.toarray(), matrix.toarray())


def test_a_large_banded_matrix_arrives():
    banded = sparse.diags([1.0, -2.0, 1.0], [-1, 0, 1], shape=(3_000, 3_000))
    assert (cross(banded) != banded).nnz == 0


class Liar(float):
    """Equal to everything, near everything."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __sub__(self, other):
        return 0.0


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_finalize__(self, obj):
        pass


class LyingList(list):
    def __len__(self):
        return 100

    def __iter__(self):
        return iter([1] * 100)


class LyingText(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        lies = func in (torch.equal, torch.allclose)
        return True if lies else super().__torch_function__(func, types, args, kwargs or {})


@pytest.mark.parametrize(
    ("liar", "plain"),
    [
        (Liar(2), 2.0),
        (np.arange(3).view(LyingArray), np.arange(3)),
        (LyingText("no"), "no"),
        (type("LyingInt", (int,), {"__eq__": lambda s, o: True, "__int__": lambda s: 9})(3), 3),
        (type("LyingDict", (dict,), {"__eq__": lambda s, o: True})(a=1), {"a": 1}),
        (type("LyingTuple", (tuple,), {"__eq__": lambda s, o: True})((1, 2)), (1, 2)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_sub_type_arrives_as_its_plain_base(liar, plain):
    assert same(cross(liar), plain)


def test_a_list_that_lies_of_its_items_arrives_as_a_list():
    assert type(cross(LyingList([0]))) is list


def test_a_tensor_sub_class_arrives_as_a_tensor():
    got = cross(torch.zeros(2).as_subclass(LyingTensor))
    assert type(got) is torch.Tensor
    assert got.tolist() == [0, 0]


def test_what_is_no_plain_data_goes_to_the_hook():
    seen = []
    node = Encoder(lambda value: seen.append(value) or {"t": "handle"}).node([print, {1: object}])
    assert seen == [print, object]
    assert node[0] == {"t": "handle"}
    with pytest.raises(WireError, match="no plain data"):
        Encoder().node(print)


def test_a_value_that_is_too_deep_or_too_large_is_refused():
    deep: list = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(WireError, match="deeper"):
        cross(deep)
    recursive: list = []
    recursive.append(recursive)
    with pytest.raises(WireError, match="deeper"):
        cross(recursive)
    with pytest.raises(WireError, match="more bytes"):
        cross(np.zeros(1000), max_bytes=7999)


def test_an_expanded_view_is_refused_before_it_is_copied():
    with pytest.raises(WireError, match="more bytes"):
        cross(np.broadcast_to(np.float64(1), (2**20, 2**20)))
    with pytest.raises(WireError, match="more bytes"):
        cross(torch.ones(1).expand(2**40))


def hostile(node: Any, *buffers: bytes) -> Any:
    return pytest.param(node, list(buffers), id=str(node)[:60])


FLOATS = {"t": "array", "d": "<f8", "o": "C", "b": 0}
SINGLE = {"d": "float64", "s": [1], "b": 1}
DOUBLES = {"d": "float64", "s": [2], "b": 0}
LONG = {"range": [0, 10**10, 1], "names": [None]}
PAIR = {"array": {"t": "array", "d": "<i8", "s": [2], "b": 0}}
SPARSE = {"t": "sparse", "array": True}
ONE = [{"t": "array", "d": "<i8", "s": [1], "b": 0}] * 3
MANY = [{"t": "array", "d": "|u1", "s": [100], "b": index} for index in (0, 0, 1)]


@pytest.mark.parametrize(
    ("node", "buffers"),
    [
        hostile(FLOATS | {"s": [10**12]}, bytes(8)),
        hostile(FLOATS | {"s": [-1, -8]}, bytes(64)),
        hostile(FLOATS | {"s": [2**40, 2**40, 0]}, b""),
        hostile(FLOATS | {"s": [1.0]}, bytes(8)),
        hostile(FLOATS | {"s": [True]}, bytes(8)),
        hostile(FLOATS | {"s": "8"}, bytes(64)),
        hostile(FLOATS | {"s": [1] * 65}, bytes(8)),
        hostile(FLOATS | {"s": [1], "b": 1}, bytes(8)),
        hostile(FLOATS | {"s": [1], "b": -1}, bytes(8)),
        hostile(FLOATS | {"s": [1], "b": "0"}, bytes(8)),
        hostile(FLOATS | {"s": [1], "d": "O"}, bytes(8)),
        hostile(FLOATS | {"s": [1], "d": "f8,f8"}, bytes(16)),
        hostile(FLOATS | {"s": [1], "d": "(3,)f8"}, bytes(24)),
        hostile(FLOATS | {"s": [1], "d": "V8"}, bytes(8)),
        hostile(FLOATS | {"s": [1], "d": {"names": ["a"]}}, bytes(8)),
        hostile({"t": "array", "d": "O", "s": [10**9], "v": [1]}),
        hostile({"t": "tensor", "d": "float32", "s": [3], "b": 0}, bytes(8)),
        hostile({"t": "tensor", "d": "load", "s": [1], "b": 0}, bytes(8)),
        hostile({"t": "tensor", "d": "int64", "s": [1], "b": 0, "g": "leaf"}, bytes(8)),
        hostile({"t": "tensor", "grad": DOUBLES} | SINGLE, bytes(16), bytes(8)),
        hostile({"t": "numbers", "d": "O", "b": 0}, bytes(8)),
        hostile({"t": "numbers", "d": "d", "b": 0}, bytes(7)),
        hostile({"t": "tuple", "v": [1], "f": ["a", "b"], "n": "P"}),
        hostile({"t": "tuple", "v": [1], "f": ["a; import os"], "n": "P"}),
        hostile({"t": "tuple", "v": [1], "f": ["a"], "n": "P(object): pass"}),
        hostile({"t": "set", "v": [[]]}),
        hostile({"t": "dict", "v": [[[], 1]]}),
        hostile({"t": "dict", "v": [[1]]}),
        hostile({"t": "items", "v": [1]}),
        hostile({"t": "range", "v": [0, 1, 0]}),
        hostile({"t": "fraction", "v": [1, 0]}),
        hostile({"t": "decimal", "v": "one"}),
        hostile({"t": "complex", "v": [1, 2, 3]}),
        hostile({"t": "int", "v": "0xzz"}),
        hostile({"t": "datetime", "v": "yesterday"}),
        hostile({"t": "timedelta", "v": [10**12, 0, 0]}),
        hostile({"t": "type", "v": "os.system"}),
        hostile({"t": "dtype", "v": "O"}),
        hostile({"t": "torch.dtype", "v": "load"}),
        hostile({"t": "generator", "k": "seed", "v": {}}),
        hostile({"t": "generator", "k": "PCG64", "v": {"t": "dict", "v": []}}),
        hostile({"t": "series", "v": {"array": 1.0}, "index": LONG, "name": None}),
        hostile({"t": "frame", "v": [{"array": 1.0}], "index": LONG, "columns": LONG}),
        hostile({"t": "frame", "v": [PAIR], "index": LONG, "columns": LONG}, bytes(16)),
        hostile({"t": "index", "range": [0, 10, 0], "names": [None]}),
        hostile({"t": "index", "column": {"items": [1], "dtype": "O"}, "names": [None]}),
        hostile({"t": "series", "v": PAIR, "index": {"range": [0, 2, 1], "names": []}}, bytes(16)),
        hostile(SPARSE | {"k": "csr", "v": [*ONE, [10**10, 1]]}, bytes(8)),
        hostile(SPARSE | {"k": "lil", "v": [*ONE, [10**10, 1]]}, bytes(8)),
        hostile(SPARSE | {"k": "dia", "v": [*MANY, [10**6, 10**6]]}, bytes(range(100)), bytes(100)),
        hostile(SPARSE | {"k": "eval", "v": [*ONE, [1, 1]]}, bytes(8)),
        hostile({"t": "polynomial", "k": "polyutils", "v": [[1], [0, 1], [0, 1]], "x": "x"}),
        hostile({"t": "instance", "k": "int", "v": {}}),
        hostile({"t": "handle", "id": 1}),
        hostile({"t": "pickle", "v": "gASVAAAA"}),
        hostile({"t": ["array"]}),
        hostile({"v": 1}),
    ],
)  # fmt: skip
def test_a_malformed_node_is_a_wire_error_and_costs_little(node, buffers):
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            Decoder(buffers).value(node)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_a_node_of_too_many_parts_or_too_deep_is_refused():
    deep: Any = 1
    for _ in range(150):
        deep = {"t": "tuple", "v": [deep]}
    with pytest.raises(WireError, match="deeper"):
        Decoder([]).value(deep)
    decoder = Decoder([])
    row = [0] * 1000
    with pytest.raises(WireError, match="parts"):
        decoder.value([row] * 2001)


names = st.sampled_from(
    [
        "int", "numbers", "tuple", "dict", "bunch", "complex", "bytes", "set", "range", "slice",
        "fraction", "decimal", "datetime", "timedelta", "type", "dtype", "array", "scalar",
        "tensor", "generator", "torch.Size", "frame", "series", "index", "poly1d", "masked",
        "polynomial", "sparse", "keys", "items", "instance", "handle",
    ]
)  # fmt: skip
nodes = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.floats()
    | st.sampled_from(["", "<f8", "O", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {"t": names},
            optional=dict.fromkeys([*"vsdbkgnf", "grad", "index", "names", "array"], inner),
        )
    ),
    max_leaves=12,
)


@given(nodes, st.lists(st.binary(max_size=16), max_size=2))
@settings(max_examples=200, deadline=None)
def test_any_node_at_all_is_a_value_or_a_wire_error(node, buffers):
    with contextlib.suppress(WireError):
        Decoder(buffers).value(node)


def test_flags_of_any_byte_are_still_flags():
    # A bool of byte 7 would count as seven in a sum.
    array = Decoder([b"\x00\x01\x07"]).value({"t": "array", "d": "|b1", "s": [3], "b": 0})
    assert array.tolist() == [False, True, True]
    assert array.sum() == 2
    tensor = Decoder([b"\x00\x01\x07"]).value({"t": "tensor", "d": "bool", "s": [3], "b": 0})
    assert tensor.sum() == 2
