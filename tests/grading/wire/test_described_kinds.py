"""Descriptions of libraries' objects: built anew from what is claimed; what is none is refused."""

import io
import tracemalloc
from typing import Any

import networkx as nx
import numpy as np
import pytest
from PIL import Image

from autograder.errors import WireError
from autograder.grading.wire.changed_arguments import apply_change
from autograder.grading.wire.codecs.described.known import LIBRARIES, Known, libraries_of
from autograder.grading.wire.codecs.described.registered import REGISTERED, register
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.given_classes import Instances

ALL = Instances({}, frozenset(), known=Known(LIBRARIES))
TRIANGLE = ["Graph", {"t": "dict", "v": []}, [[0, {"t": "dict", "v": []}]], [], [[[]]]]
PIXELS = {"t": "bytes", "b": 0}


def cross(value: Any) -> Any:
    """The value as the other side builds it."""
    encoder = Encoder(instances=ALL)
    node = encoder.node(value)
    return Decoder(encoder.buffers, instances=ALL).value(node)


def test_buffers_arrive_with_their_place():
    text = io.StringIO("one\ntwo\n")
    text.readline()
    got = cross([text, io.BytesIO(b"\x00\x01")])
    assert [type(one) for one in got] == [io.StringIO, io.BytesIO]
    assert got[0].read() == "two\n"
    assert got[1].read() == b"\x00\x01"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "HSV", "I", "F"])
def test_pictures_arrive_with_each_pixel(mode):
    pixels = np.arange(9 * 5 * 3, dtype=np.uint8).reshape(5, 9, 3)
    picture = Image.fromarray(pixels)
    picture = picture.convert("RGB" if mode == "RGB" else mode)
    got = cross(picture)
    assert (got.mode, got.size) == (picture.mode, picture.size)
    assert got.tobytes() == picture.tobytes()
    assert got.getpalette() == picture.getpalette()


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_graphs_arrive_with_their_attributes_and_orders(kind):
    graph = kind(name="g")
    graph.add_edges_from([(3, 1), (1, 2), (2, 3), (3, 3)], w=0.5)
    graph.add_node("alone", at=(1, 2))
    graph.remove_node(1)
    graph.add_edge(1, 3)
    got = cross(graph)
    assert type(got) is kind
    assert nx.utils.graphs_equal(got, graph)
    assert got.graph == graph.graph
    assert [list(got.adj[n]) for n in got] == [list(graph.adj[n]) for n in graph]


def test_an_undirected_edge_has_one_dict_of_attributes():
    got = cross(nx.path_graph(2))
    got[0][1]["w"] = 3
    assert got[1][0]["w"] == 3


@pytest.mark.parametrize(
    ("value", "use"),
    [
        (io.StringIO("ab"), lambda v: v.read(1)),
        (io.BytesIO(b"ab"), lambda v: v.close()),
        (Image.new("L", (2, 2)), lambda v: v.putalpha(3)),
        (nx.MultiDiGraph([(1, 2)]), lambda v: v.remove_node(1)),
    ],
    ids=["text", "bytes", "picture", "graph"],
)
def test_a_change_is_made_in_place(value, use):
    copy = cross(value)
    use(copy)
    apply_change(value, copy)
    assert Encoder(instances=ALL).node(value) == Encoder(instances=ALL).node(copy)


class Money:
    def __init__(self, cents):
        self.cents = cents


def test_a_course_registers_a_kind_of_its_own():
    register(Money, lambda money: money.cents, lambda data: Money(int(data)))
    try:
        got = cross([Money(5)])
        assert type(got[0]) is Money
        assert got[0].cents == 5
        node = Encoder(instances=ALL).node(Money(5))
        with pytest.raises(WireError):
            Decoder([], instances=ALL).value(node | {"v": "many"})
    finally:
        REGISTERED.clear()
    with pytest.raises(WireError):
        Decoder([], instances=ALL).value(node)


def test_a_claim_brings_in_no_library():
    nothing = Instances({}, frozenset(), known=Known(["sys", "os", "nosuchlibrary"]))
    for node in ({"t": "graph", "v": TRIANGLE}, {"t": "picture", "v": ["L", [1, 1], PIXELS]}):
        with pytest.raises(WireError, match="does not import"):
            Decoder([b"x"], instances=nothing).value(node)


def test_which_libraries_a_notebook_brings():
    assert libraries_of(["PIL:Image", "pandas", "os.path"]) == ("PIL", "matplotlib")
    assert libraries_of(["numpy", "networkxx"]) == ()


def graph(**parts: Any) -> dict[str, Any]:
    """The node of a graph of one node, with some parts as they are claimed."""
    names = ("kind", "attributes", "nodes", "edges", "order")
    whole = dict(zip(names, TRIANGLE, strict=True)) | parts
    return {"t": "graph", "v": list(whole.values())}


def picture(*claims: Any) -> dict[str, Any]:
    """The node of a picture, its first parts as they are claimed."""
    usual = ["L", [1, 1], PIXELS, None, {"t": "dict", "v": []}, None]
    return {"t": "picture", "v": [*claims, *usual[len(claims) :]]}


EMPTY = {"t": "dict", "v": []}


@pytest.mark.parametrize(
    "node",
    [
        {"t": "stringio", "v": ["a", 2**40]},
        {"t": "stringio", "v": ["a", -1]},
        {"t": "stringio", "v": ["a", True]},
        {"t": "stringio", "v": [1, 0]},
        {"t": "stringio", "v": [PIXELS, 0]},
        {"t": "bytesio", "v": ["a", 0]},
        {"t": "bytesio", "v": "a"},
        picture("L", [2**16, 2**16]),
        picture("L", [-1, -1]),
        picture("L", [0, 2**40]),
        picture("L", [1.0, 1]),
        picture("L", [True, 1]),
        picture("RGB"),
        picture("eval"),
        picture(["L"]),
        picture("L", [1, 1], "x"),
        picture("P", [1, 1], PIXELS, "palette"),
        picture("L", [1, 1], PIXELS, None, [1]),
        picture("L", [1, 1], PIXELS, None, {"t": "dict", "v": [["a", [1]]]}),
        graph(kind="DiGraph"),
        graph(kind="read_gpickle"),
        graph(attributes=3),
        graph(nodes=[[[], EMPTY]]),
        graph(nodes=[[0, EMPTY], [0, EMPTY]]),
        graph(nodes=[[None, EMPTY]]),
        graph(nodes=[[0, 3]]),
        graph(edges=[[0, 1, EMPTY]]),
        graph(edges=[[0, EMPTY]]),
        graph(edges=[[0, 0, 3]]),
        graph(edges=[[0, 0, 0, EMPTY]]),
        graph(order=[[[0]]]),
        graph(order=[[]]),
        graph(order=[[[]], [[]]]),
        graph(nodes=[[n * (2**61 - 1) + 7, EMPTY] for n in range(20_000)]),
        {"t": "graph", "v": {"t": "dict", "v": []}},
        {"t": "registered", "k": "registered:os.system", "v": 1},
        {"t": "registered", "k": [], "v": 1},
    ],
    ids=lambda node: str(node)[:70],
)
def test_a_malformed_description_is_a_wire_error_and_costs_little(node):
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            Decoder([b"x"], instances=ALL).value(node)
        assert tracemalloc.get_traced_memory()[1] < 60e6
    finally:
        tracemalloc.stop()


def test_nodes_that_collide_are_refused_before_networkx_files_them():
    node = graph(nodes=[[n * (2**61 - 1) + 7, EMPTY] for n in range(20_000)])
    with pytest.raises(WireError, match="collide"):
        Decoder([], instances=ALL).value(node)
