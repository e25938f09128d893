"""Whether a value changed: seen for what it is, and not by what it keeps of answers."""

import types
from collections import deque
from functools import cached_property

import numpy as np
import pandas as pd
import pytest
import torch

from autograder.grading.student.names.fingerprints import (
    fingerprint,
    fingerprint_of_fresh,
    fingerprint_of_module,
)


class Lamp:
    def __init__(self, next_lamp=None):
        self.on, self.next_lamp = False, next_lamp

    @cached_property
    def colour(self):
        return "red"


def chain(length):
    lamp = None
    for _ in range(length):
        lamp = Lamp(lamp)
    return lamp


def count():
    pass


def generator():
    yield from range(5)


CHANGES = {
    "a list": ([1], lambda value: value.append(2)),
    "a dict in a list": ([{}], lambda value: value[0].update(a=1)),
    "a deque": (deque(), lambda value: value.append(1)),
    "an array": (np.zeros(3), lambda value: value.fill(1)),
    "a large array": (np.zeros(10**6), lambda value: value.fill(1)),
    "a tensor": (torch.ones(3), lambda value: value.zero_()),
    "a table": (pd.DataFrame({"a": [1]}), lambda value: value.insert(1, "b", 2)),
    "a module's weights": (torch.nn.Linear(2, 1), lambda v: v.weight.data.zero_()),
    "a random generator": (np.random.default_rng(1), lambda value: value.random()),
    "an iterator": (iter([1, 2]), next),
    "a generator": (generator(), next),
    "an object": (Lamp(), lambda value: setattr(value, "on", True)),
    "an object within others": ([Lamp(Lamp())], lambda v: setattr(v[0].next_lamp, "on", 1)),
    "a long chain": (chain(300), lambda value: setattr(value, "on", True)),
    "a function's attribute": (count, lambda value: setattr(value, "calls", 1)),
}


@pytest.mark.parametrize(("value", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen_and_looking_is_none(value, change):
    before = fingerprint(value)
    assert fingerprint(value) == before
    change(value)
    assert fingerprint(value) != before


def test_what_an_object_keeps_of_its_answers_is_no_change():
    lamp = Lamp()
    before = fingerprint(lamp)
    assert lamp.colour == "red"
    assert "colour" in vars(lamp)
    assert fingerprint(lamp) == before


def test_an_object_that_leads_to_itself_has_one():
    lamp = Lamp()
    lamp.next_lamp = [lamp]
    assert fingerprint(lamp) == fingerprint(lamp)


def test_a_module_is_known_by_its_data():
    module = types.ModuleType("module")
    module.total = 0
    before = fingerprint_of_module(module)
    module.helper = count
    assert fingerprint_of_module(module) == before
    module.total = 1
    assert fingerprint_of_module(module) != before


def test_a_module_that_has_changed_since_its_import_is_seen(tmp_path, monkeypatch):
    (tmp_path / "till_of_tests.py").write_text("import math\ntotal = {}\ndef put(n): total[n] = n")
    monkeypatch.syspath_prepend(tmp_path)
    import till_of_tests

    assert fingerprint_of_module(till_of_tests) == fingerprint_of_fresh(till_of_tests)
    till_of_tests.put(3)
    assert fingerprint_of_module(till_of_tests) != fingerprint_of_fresh(till_of_tests)
