"""networkx's four kinds of graphs: nodes, edges and the attributes of both, in their order."""

import sys
from collections.abc import Iterator
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.kind import Kind

_KINDS = ("Graph", "DiGraph", "MultiGraph", "MultiDiGraph")


def _belongs(value: Any) -> bool:
    networkx = sys.modules.get("networkx")
    return networkx is not None and type(value) in [getattr(networkx, name) for name in _KINDS]


def _describe(_: Any, graph: Any) -> Any:
    """[kind, attributes, nodes with theirs, edges with theirs, the order of neighbours]."""
    nodes = [[node, dict(attributes)] for node, attributes in graph.nodes(data=True)]
    with_keys = {"keys": True} if graph.is_multigraph() else {}
    edges = [[*ends, dict(attributes)] for *ends, attributes in graph.edges(data=True, **with_keys)]
    order = [[list(table[node]) for node in graph] for table in _tables(graph)]
    return [type(graph).__name__, dict(graph.graph), nodes, edges, order]


def _tables(graph: Any) -> list[Any]:
    """What keeps the order of each node's neighbours."""
    return [graph._adj, *([graph._pred] if graph.is_directed() else [])]


def _build(decoder: Any, description: Any) -> Any:
    kind, attributes, nodes, edges, order = description
    if kind not in _KINDS:
        raise WireError("an unknown kind of graph")
    graph = getattr(decoder.known.module("networkx"), kind)()
    names = [node for node, _ in nodes]
    # networkx files them too, and could not be stopped.
    if len(decoder.keys.set_of(names)) != len(names) or None in names:
        raise WireError("a graph whose nodes are none, or are twice there")
    decoder.spend(1000 * (len(nodes) + len(edges)))
    _fill(graph, attributes, nodes, list(_edges(edges, set(names), 3 + graph.is_multigraph())))
    if len(order) != len(_tables(graph)):
        raise WireError("a graph whose neighbours have no order")
    for table, rows in zip(_tables(graph), order, strict=True):
        for node, neighbours in zip(names, rows, strict=True):
            _order(table[node], neighbours)
    return graph


def _edges(edges: Any, names: set[Any], parts: int) -> Iterator[Any]:
    for edge in edges:
        if len(edge) != parts or not {*edge[:2]} <= names:
            raise WireError("an edge between what are no nodes")
        yield tuple(edge)


def _fill(graph: Any, attributes: Any, nodes: Any, edges: Any) -> None:
    graph.graph.update(_named(attributes))
    graph.add_nodes_from((node, _named(own)) for node, own in nodes)
    graph.add_edges_from((*ends, _named(own)) for *ends, own in edges)


def _named(attributes: Any) -> dict[Any, Any]:
    if type(attributes) is not dict:
        raise WireError("attributes of a graph that are none")
    return attributes


def _order(table: dict[Any, Any], neighbours: Any) -> None:
    kept = {node: table[node] for node in neighbours}
    if len(kept) != len(table):
        raise WireError("a graph whose neighbours have no order")
    table.clear()
    table.update(kept)


def _change(original: Any, changed: Any) -> None:
    _, attributes, nodes, edges, order = _describe(None, changed)
    original.clear()
    _fill(original, attributes, nodes, edges)
    for table, rows in zip(_tables(original), order, strict=True):
        for (node, _), neighbours in zip(nodes, rows, strict=True):
            _order(table[node], neighbours)


KINDS = (Kind("graph", "networkx", _belongs, _describe, _build, _change),)
