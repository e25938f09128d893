"""Claims of libraries' objects: each a node that the student's process writes in a value's place.

By name: the node, as the source of a Python value, and the buffers that it refers to by `start`.
"""

PRELUDE = """
import numpy as np
import autograder.grading.wire.encode as wire
CLAIM, before = object(), wire.Encoder.node
def node(self, value):
    if value is not CLAIM: return before(self, value)
    claimed.append(1)
    start = [self.buffer(data) for data in BUFFERS]
    return NODE
claimed = []
wire.Encoder.node = node
def answer(x): return CLAIM
def told(): return bool(claimed)
"""

_SYMBOL = "['Symbol', 'x', {'t': 'dict', 'v': []}]"
_EMPTY = "{'t': 'dict', 'v': []}"

ATTACKS = {
    "a power that would be taken for ever": (
        "{'t': 'sympy', 'v': [['Integer', 10], ['Pow', 0, 0], ['Pow', 0, 1], ['Pow', 0, 2]]}",
        "[]",
    ),
    "a factorial that would be taken for ever": (
        "{'t': 'sympy', 'v': [['Integer', 10**9], ['factorial', 0]]}",
        "[]",
    ),
    "a sum of itself, sixty times over": (
        "{'t': 'sympy', 'v': [" + _SYMBOL + ", *(['Add', n, n] for n in range(60))]}",
        "[]",
    ),
    "text as an expression": (
        "{'t': 'sympy', 'v': [['sympify', '__import__(\"os\").abort()']]}",
        "[]",
    ),
    "a function of SymPy's that runs text": ("{'t': 'sympy', 'v': [['lambdify', 0, 0]]}", "[]"),
    "nodes that all collide": (
        "{'t': 'graph', 'v': ['Graph', "
        + _EMPTY
        + ", [[n * (2**61 - 1) + 7, "
        + _EMPTY
        + "] for n in range(20_000)], [], []]}",
        "[]",
    ),
    "a graph from a file": (
        "{'t': 'graph', 'v': ['read_gpickle', " + _EMPTY + ", [], [], []]}",
        "[]",
    ),
    "a picture of more pixels than there are": (
        "{'t': 'picture', 'v': ['L', [2**20, 2**20], {'t': 'bytes', 'b': start[0]}, None, "
        + _EMPTY
        + ", None]}",
        "[b'x']",
    ),
    "a file that is written far beyond its end": ("{'t': 'stringio', 'v': ['', 2**40]}", "[]"),
    "a figure of a billion inches": (
        "{'t': 'figure', 'v': [7, start[0]]}",
        '[b\'{"t": "dict", "v": [["size", [1e9, 1e9]], ["dpi", 100], ["axes", []]]}\']',
    ),
    "a figure within itself": (
        "{'t': 'figure', 'v': [7, start[0]]}",
        '[b\'{"t": "figure", "v": [7, 0]}\']',
    ),
    "a figure that is all brackets": ("{'t': 'figure', 'v': [7, start[0]]}", "[b'[' * 10**6]"),
    "an artist of no figure": ("{'t': 'artist', 'v': [[[[]]], 0, 0]}", "[]"),
    "a kind that no course registered": (
        "{'t': 'registered', 'k': 'registered:os.system', 'v': 'true'}",
        "[]",
    ),
    "a parameter without a number": (
        "{'t': 'tensor', 'd': 'float32', 's': [1], 'b': start[0], 'g': 'leaf', 'n': -1}",
        "[bytes(4)]",
    ),
}
