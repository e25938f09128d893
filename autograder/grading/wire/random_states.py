"""The global random states of random, NumPy and torch, as they go along with a call."""

import random
import sys
from typing import Any

import numpy as np

from autograder.grading.wire.codecs import generator_states
from autograder.grading.wire.random_fingerprint import fingerprint

Node = Any


def snapshot() -> tuple:
    """The present states as values to compare: equal while nothing is drawn or seeded."""
    return fingerprint()


def to_node(encoder: Any) -> Node:
    """The node of the present states; torch's only where torch is loaded."""
    states: dict[str, Any] = {"random": random.getstate(), "numpy": np.random.get_state()}
    if torch := sys.modules.get("torch"):
        states["torch"] = torch.get_rng_state()
    return encoder.node(states)


def restore(decoder: Any, node: Node) -> tuple:
    """Set the global states from a node and return a snapshot. Raises WireError for none."""
    generator_states.set_global(decoder.value(node))
    return snapshot()


def seed_all(seed: int) -> None:
    """Seed random, NumPy and, where it is loaded, torch."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
