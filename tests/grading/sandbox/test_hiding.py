"""An object of a given class is what the judge's own class makes of its attributes."""

import pytest
from attacks import hiding
from cells import check, given, solution, verdicts

GIVEN = """
import functools
from dataclasses import dataclass, field

class Tree:
    count, key = 0, len  # defaults
    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)
        self.count = 1 + sum(child.count for child in self.children)
    def height(self): return 1 + self.highest([child.height() for child in self.children])
    @staticmethod
    def highest(heights): return max(heights, default=0)
    @classmethod
    def most(cls): return 2
    def is_balanced(self): return self.height() <= self.most() and self.spread == 0
    @property
    def balanced(self): return self.is_balanced()
    @functools.cached_property
    def spread(self): return self.height() - 2

class Pair:
    __slots__ = ("left", "right", "note")
    def __init__(self, left, right): self.left, self.right = left, right
    def is_sorted(self): return self.left <= self.right

@dataclass
class Sorter:
    by: object = lambda item: item
    items: list = field(default_factory=list)
    def first(self): return min(self.items)

class Checked:
    def __init__(self, x): self.x = x
    @property
    def x(self): return vars(self)["x"]
    @x.setter
    def x(self, value): vars(self)["x"] = abs(value)

class Described:
    def __init__(self, function): functools.update_wrapper(self, function)
"""
RIGHT = """
def build(): return Tree(1, [Tree(2), Tree(3)])
"""
RIGHT_SLOTS = "def build_slots(): return Pair(1, 2)"
CELLS = [
    given("import numpy as np"),
    given(GIVEN),
    solution("build", RIGHT),
    check("method", "tree = build(); assert isinstance(tree, Tree) and tree.is_balanced()"),
    check("property", "tree = build(); assert isinstance(tree, Tree) and tree.balanced is True"),
    check("cached", "tree = build(); assert isinstance(tree, Tree) and tree.spread == 0"),
    check(
        "in-a-list",
        "_, held = build(), {'tree': build()}\n"
        "assert isinstance(held['tree'], Tree) and held['tree'].is_balanced()",
    ),
    check("numpy", "assert np.array(build()).shape == () and build().height() == 2"),
]
SLOTS = [
    given(GIVEN),
    solution("build_slots", RIGHT_SLOTS),
    check("sorted", "pair = build_slots(); assert isinstance(pair, Pair) and pair.is_sorted()"),
]


def _lost(found):
    return {name for name, verdict in found.items() if verdict.score < verdict.points}


@pytest.mark.parametrize("name", hiding.ATTACKS)
def test_what_it_hides_wins_nothing(engine, name):
    found = verdicts(engine, *CELLS, build=hiding.ATTACKS[name])
    assert _lost(found) == set(found), found


@pytest.mark.parametrize("code", hiding.IN_SLOTS.values(), ids=hiding.IN_SLOTS)
def test_slots_cross_as_attributes_do(engine, code):
    assert _lost(verdicts(engine, *SLOTS, build_slots=code)) == {"sorted"}
    assert not _lost(verdicts(engine, *SLOTS))


HONEST = {
    "plain": RIGHT,
    "what was computed once": "def build():\n    t = Tree(1, [Tree(2)]); t.spread; return t",
    "attributes of its own": "def build():\n    t = Tree(1, [Tree(2)]); t.mark = 1; return t",
    "keys of any kind": "def build():\n    t = Tree(1, [Tree(2)]); vars(t)['a b'] = 1; return t",
    "of a subclass": "class Mine(Tree): pass\ndef build(): return Mine(1, [Tree(2)])",
    "other defaults": "def build():\n    t = Tree(1, [Tree(2)]); t.key = max; return t",
    "a subclass for convenience": "class Leaf(Tree):\n    def __init__(self): super().__init__(0)\n"
    "def build(): return Tree(1, [Leaf(), Leaf()])",
}


@pytest.mark.parametrize("code", HONEST.values(), ids=HONEST)
def test_an_honest_object_is_taken_as_it_is(engine, code):
    assert not _lost(verdicts(engine, *CELLS, build=code))


def test_the_kinds_of_attributes_that_a_class_gives_itself_cross(engine):
    right = (
        "def sorter(): return Sorter(lambda item: -item, [3, 1])\n"
        "def checked(x): return Checked(x)\n"
        "def described(): return Described(checked)\n"
        "def change(pair):\n    pair.left, pair.note = 5, 'seen'\n    del pair.right\n"
        "def grow(tree):\n    tree.children.append(Tree(9)); tree.count += 1; tree.new = 1\n"
        "def height_of(tree): return tree.height()"
    )
    found = verdicts(
        engine,
        given(GIVEN),
        solution("right", right),
        check("field", "s = sorter(); assert s.by(3) == -3 and s.first() == 1"),
        check("data-descriptor", "assert checked(-2).x == 2"),
        check("wrapper", "assert described().__name__ == 'checked'"),
        check(
            "changes",
            "tree = Tree(1, [Tree(2)]); assert tree.spread == 0\n"
            "tree.is_balanced = lambda: 'of the test'\n"
            "mine = tree.children; del tree.is_balanced; grow(tree)\n"
            "assert (tree.count, tree.new, len(mine), tree.spread) == (3, 1, 2, 0)",
        ),
        check(
            "the-tests-own-may-hide",
            "tree = Tree(1); tree.height = lambda: 7; assert height_of(tree) == 7",
        ),
    )
    assert not _lost(found), found
