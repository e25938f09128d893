"""Names as the road: given things emptied, names claimed, what a test binds looked for.

By name, the code of a student's solution cell, and the test cells that it may pass: those that it
answers rightly. `CELLS` of `test_hostile_names` are what it is graded with.
"""

_RIGHT = "def total(values): return sum(values)\n"

ATTACKS = {
    "empties the given reference": (
        "reference.clear()\ndef total(values): return sum(reference)",
        {"shelf"},
        "shelf.append('jam')",
    ),
    "claims that a call changed a name that was not lent": (
        _RIGHT
        + """
from autograder.grading.student import calls
made = calls.Calls._made
def claiming(self, request, encoder):
    return made(self, request, encoder) | {"lent": [["reference", []], ["right", 0]]}
calls.Calls._made = claiming
""",
        {"shelf"},
        "shelf.append('jam')",
    ),
    "claims another value for what was only shown": (
        _RIGHT
        + """
from autograder.grading.student import calls
made = calls.Calls._made
def claiming(self, request, encoder):
    return made(self, request, encoder) | {"lent": [["limit", -1]]}
calls.Calls._made = claiming
def above(x): return True
""",
        {"shelf"},
        "shelf.append('jam')",
    ),
    "changes in place what was only shown": (
        _RIGHT + "def above(x):\n    globals()['limit'] = -1\n    return True",
        {"shelf", "reference", "hidden"},
        "shelf.append('jam')",
    ),
    "looks for the hidden names in its globals": (
        "def total(values):\n    found = globals()\n"
        "    return found.get('right', found.get('expected', found.get('secret')))",
        {"shelf"},
        "shelf.append('jam')",
    ),
    "reads a hidden name as a global": (
        "def total(values): return right",
        {"shelf"},
        "shelf.append('jam')",
    ),
    "is a hidden function by name": (
        "def answer_key(x): return 0\ndef pick(): return answer_key\n" + _RIGHT,
        {"shelf", "reference", "hidden"},
        "shelf.append('jam')",
    ),
    "claims to be a hidden function": (
        _RIGHT
        + """
import sys
from autograder.grading.student import objects
handle = objects.Objects.handle
def claiming(self, value):
    node = handle(self, value)
    return node | {"place": ["__main__", "answer_key"]} if callable(value) else node
objects.Objects.handle = claiming
def pick(): return lambda x: 0
""",
        {"shelf", "reference", "hidden"},
        "shelf.append('jam')",
    ),
    "claims a place that is none": (
        _RIGHT
        + """
from autograder.grading.student import objects
handle = objects.Objects.handle
def claiming(self, value):
    node = handle(self, value)
    return node | {"place": [["os"], {"a": 1}, 3]} if callable(value) else node
objects.Objects.handle = claiming
""",
        {"shelf"},
        "shelf.append('jam')",
    ),
    "replaces the helper module": (
        "import helpers\nhelpers.twice = lambda x: 0\n" + _RIGHT + "def doubled(x): return 0",
        {"shelf", "reference", "hidden"},
        "shelf.append('jam')",
    ),
    "prints what a test hands over": (
        _RIGHT,
        {"shelf", "reference", "hidden"},
        "shelf.append('jam')\nprint(handed, globals().get('secret'))",
    ),
}
