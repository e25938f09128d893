"""Values that lie about themselves, returned by a real student process: no marks, and no harm."""

import pytest
from cells import check, given, solution, verdicts

from autograder.verdict import Kind

RIGHT = "import numpy as np\nimport torch\ndef f(): return 1.0"
FINE = [solution("fine", "def fine(): return 1"), check("after", "assert fine() == 1")]
TESTS = {
    "value": "assert abs(f() - 1.0) < 1e-6",
    "equal": "assert f() == 1.0",
    "array": "assert np.allclose(f(), 1.0)",
}
YES = "lambda *args, **kwargs: True"

LIARS = {
    "a float equal to all": (
        f"type('L', (float,), {{'__eq__': {YES}, '__sub__': lambda s, o: 0.0}})(7)"
    ),
    "an object equal to all": f"type('L', (), {{'__eq__': {YES}, '__lt__': {YES}, "
    f"'__sub__': lambda s, o: s, '__abs__': lambda s: s}})()",
    "an object that says it is a float": (
        "type('L', (), {'__class__': property(lambda s: float)})()"
    ),
    "a class that raises when asked": ("type('L', (), {'__class__': property(lambda s: 1 / 0)})()"),
    "an array with its own functions": (
        f"np.zeros(()).view(type('L', (np.ndarray,), {{'__array_function__': {YES}, "
        f"'__array_ufunc__': {YES}, '__eq__': {YES}}}))"
    ),
    "an object that makes arrays": (
        "type('L', (), {'__array__': lambda s, *a, **k: np.ones(3), '__array_priority__': 1e9})()"
    ),
    "a pointer": (
        "type('L', (), {'__array_interface__': {'shape': (2**30,), 'typestr': '<f8', "
        "'data': (4096, False), 'version': 3}})()"
    ),
    "a tensor with its own functions": (
        "torch.zeros(()).as_subclass(type('L', (torch.Tensor,), {'__torch_function__': "
        f"classmethod({YES})}}))"
    ),
    "text of endless items": (
        "type('L', (list,), {'__iter__': lambda s: iter(int, 1), '__len__': lambda s: 2**62})([1])"
    ),
    "a dict of endless items": (
        "type('L', (dict,), {'items': lambda s: ((i, i) for i in iter(int, 1))})(a=1)"
    ),
    "what cannot be shown": (
        "type('L', (), {'__repr__': lambda s: exit(), '__str__': lambda s: 1 / 0})()"
    ),
    "what reduces to a call": "type('L', (), {'__reduce__': lambda s: (exit, ())})()",
    "a wide view": "np.broadcast_to(np.ones(1), (2**40,))",
    "a wide tensor": "torch.ones(1).expand(2**40)",
    "deep lists": "__import__('functools').reduce(lambda a, _: [a], range(200_000), 1)",
    "a list of itself": "(lambda a: a.append(a) or a)([])",
    "a dict of itself": "(lambda a: a.update(a=a) or a)({})",
    "a gradient of itself": (
        "(lambda t: setattr(t, 'grad', t) or t)(torch.ones(2, requires_grad=True))"
    ),
    "numbers that collide": "{n * (2**61 - 1) + 7 for n in range(20_000)}",
    "a state beyond its words": (
        "(lambda s: np.random.set_state((s[0], s[1], 10**6, 0, 0.0)))(np.random.get_state())"
    ),
}


@pytest.fixture(scope="module")
def wary_engine():
    """An engine whose cells run out of time after some seconds."""
    from autograder.grading.engine import Engine
    from autograder.limits import Limits

    limits = Limits(cell_seconds=2, grace_seconds=0.5, restarts=5)
    with Engine(limits, ["numpy", "torch"], seed=1) as engine:
        yield engine


@pytest.mark.parametrize("name", LIARS)
def test_a_value_that_lies_wins_nothing(wary_engine, name):
    cells = [given("import numpy as np\nimport torch"), solution("answer", RIGHT)]
    cells += [check(test, source) for test, source in TESTS.items()] + FINE
    answer = f"import numpy as np\nimport torch\ndef f(): return {LIARS[name]}"
    found = verdicts(wary_engine, *cells, answer=answer)
    if name == "an object that makes arrays":  # as in one process: its array is its answer
        del found["array"]
    assert found.pop("after").kind is Kind.PASSED
    assert not any(verdict.score for verdict in found.values()), found


ERRORS = {
    "text that raises": "class E(ValueError):\n    def __str__(self): raise KeyError('no')",
    "text that is none": "class E(ValueError):\n    def __str__(self): return 3",
    "text without an end": "class E(ValueError):\n    def __str__(self): return 'x' * 2**26",
    "arguments that raise": (
        "class E(ValueError):\n    args = property(lambda self: 1 / 0)\n"
        "    __dict__ = property(lambda self: 1 / 0)"
    ),
    "a class that lies": "class E(ValueError):\n    __class__ = property(lambda self: KeyError)",
    "arguments of itself": (
        "class E(ValueError):\n    def __init__(self):\n        self.args = (self,)\n"
        "        self.me = self\n        self.__cause__ = self\n        self.__context__ = self"
    ),
    "a name that is none": "E = type('x\\n\\x1b[2J' * 1000, (ValueError,), {})",
    "a test's own failure": "class E(ValueError, AssertionError): pass",
    "notes without an end": (
        "class E(ValueError):\n    __notes__ = property(lambda self: iter(int, 1))"
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_that_lies_is_still_the_students(wary_engine, name):
    answer = f"{ERRORS[name]}\ndef f(): raise E()"
    cells = [solution("answer", "def f(): return 1"), check("test", "assert f() == 1"), *FINE]
    found = verdicts(wary_engine, *cells, answer=answer)
    assert found["test"].score == 0
    assert found["test"].kind in (Kind.RAISED, Kind.UNREADABLE, Kind.TIMED_OUT), found["test"]
    assert found["after"].kind is Kind.PASSED
