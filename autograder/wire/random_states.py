"""The global random states of random, NumPy and torch, as they go along with a call."""

import random
import sys
from typing import Any

import numpy as np

from autograder.wire import generators

Node = Any


def snapshot() -> dict[str, Any]:
    """The present states, comparable with `same`; torch's only where torch is loaded."""
    states: dict[str, Any] = {"random": random.getstate(), "numpy": np.random.get_state()}
    if torch := sys.modules.get("torch"):
        states["torch"] = torch.get_rng_state()
    return states


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two snapshots are equal."""
    if one.keys() != other.keys() or one["random"] != other["random"]:
        return False
    (_, keys, *rest), (_, other_keys, *other_rest) = one["numpy"], other["numpy"]
    if rest != other_rest or not np.array_equal(keys, other_keys):
        return False
    return "torch" not in one or one["torch"].equal(other["torch"])


def to_node(encoder: Any, states: dict[str, Any]) -> Node:
    """The node of a snapshot."""
    return encoder.node(states)


def restore(decoder: Any, node: Node) -> dict[str, Any]:
    """Set the global states from a node and return the snapshot. Raises WireError for none."""
    states = decoder.value(node)
    generators.set_global(states)
    return states


def seed_all(seed: int) -> None:
    """Seed random, NumPy and, where it is loaded, torch."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
