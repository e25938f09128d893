"""All kinds of objects that cross as descriptions: to a node, from one, and changed in place."""

from collections.abc import Callable
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.closed_format import OBJECT
from autograder.grading.wire.codecs.described import buffers, graphs, pictures, symbolic
from autograder.grading.wire.codecs.described.registered import REGISTERED, named
from autograder.grading.wire.codecs.figures import figures
from autograder.grading.wire.codecs.kind import Kind

Node = Any

_MODULES: tuple[Any, ...] = (buffers, pictures, graphs, symbolic, figures)
_KINDS: tuple[Kind, ...] = tuple(kind for module in _MODULES for kind in module.KINDS)


def node(encoder: Any, value: Any) -> Node:
    """The node of a value that has a description, or None where it has none."""
    for kind in (*REGISTERED.values(), *_KINDS):
        if encoder.known.allows(kind.library) and kind.belongs(value):
            description = kind.describe(encoder, value)
            if description is None:
                return None
            name = {"t": kind.name} if kind.library else {"t": "registered", "k": kind.name}
            return name | {"v": encoder.node(description)}
    return None


def change(original: Any, changed: Any) -> bool:
    """Make `original` what `changed` is, in place; whether both are of one of these kinds."""
    for kind in (*REGISTERED.values(), *_KINDS):
        if kind.change is not None and kind.belongs(original) and kind.belongs(changed):
            if original is not changed:
                kind.change(original, changed)
            return True
    return False


def _read(kind: Kind) -> Callable[[Any, Node], Any]:
    def read(decoder: Any, node: Node) -> Any:
        if not decoder.known.allows(kind.library):
            raise WireError(f"a value of {kind.library}, which the notebook does not import")
        decoder.spend(OBJECT)
        return kind.build(decoder, decoder.value(node["v"]))

    return read


DECODERS: dict[str, Callable[[Any, Node], Any]] = {kind.name: _read(kind) for kind in _KINDS}
DECODERS["registered"] = lambda decoder, node: _read(named(node["k"]))(decoder, node)
