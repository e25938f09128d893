"""The global random states: any draw is seen, and they go over the wire whole."""

import random

import numpy as np
import pytest
import torch

from autograder.grading.wire import random_states
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder

DRAWS = {
    "random": random.random,
    "a number that random holds back": lambda: random.gauss(0, 1),
    "NumPy": np.random.rand,
    "a number that NumPy holds back": np.random.randn,
    "torch": lambda: torch.rand(1),
    "a seed": lambda: np.random.seed(7),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_a_draw_changes_the_snapshot_each_time_that_it_changes_the_state(draw):
    random_states.seed_all(1)
    before = random_states.snapshot()
    draw()
    between = random_states.snapshot()
    assert between != before
    if draw is not DRAWS["a seed"]:
        draw()
        assert random_states.snapshot() != between


def test_without_a_draw_the_snapshot_stays():
    before = random_states.snapshot()
    np.random.default_rng(1).random()
    torch.rand(1, generator=torch.Generator().manual_seed(1))
    assert random_states.snapshot() == before


@pytest.mark.parametrize("held_back", [False, True])
def test_states_that_came_over_the_wire_give_the_same_numbers(held_back):
    random_states.seed_all(5)
    if held_back:
        random.gauss(0, 1), np.random.randn()
    sent, encoder = random_states.snapshot(), Encoder()
    node = random_states.to_node(encoder)
    numbers = [random.gauss(0, 1), np.random.randn(), torch.randn(3).tolist()]
    random_states.seed_all(6)
    assert random_states.restore(Decoder(encoder.buffers), node) == sent
    assert [random.gauss(0, 1), np.random.randn(), torch.randn(3).tolist()] == numbers


def test_another_global_generator_of_numpys_is_seen_too():
    usual = np.random.get_bit_generator()
    np.random.set_bit_generator(np.random.PCG64(1))
    try:
        before = random_states.snapshot()
        np.random.rand()
        assert random_states.snapshot() != before
    finally:
        np.random.set_bit_generator(usual)
