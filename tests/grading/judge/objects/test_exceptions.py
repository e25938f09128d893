"""Exceptions of the student's code in a test: true ones to the test, plain text to all others."""

from textwrap import indent

import pytest
from cells import check, solution, verdict, verdicts

RAISES = """
import json
class Lost(KeyError):
    def __init__(self, place, *rest):
        super().__init__(place, *rest)
        self.place, self.table = place, {"seen": [1, 2]}
class Shy:
    def __repr__(self): return "Shy()"
kinds = {
    "own": lambda: Lost("here", np.arange(3)),
    "of an object": lambda: ValueError(Shy(), 3, Lost),
    "syntax": lambda: compile("1 +", "<cell>", "exec"),
    "file": lambda: SyntaxError("odd", ("/etc/passwd", 1, 1, "x")),
    "json": lambda: json.loads("{"),
    "noted": lambda: noted(ValueError("told"), "by the way"),
    "axis": lambda: np.sum(np.ones(2), axis=4),
    "system": lambda: SystemExit(3),
}
def noted(error, note):
    error.add_note(note)
    return error
def f(kind):
    raise kinds[kind]()
"""
TESTS = {
    "a class of the student's, with its arguments and attributes": (
        "try: f('own')\nexcept KeyError as caught: error = caught\n"
        "assert isinstance(error, Lost) and error.place == 'here' and error.args[0] == 'here'\n"
        "assert list(error.args[1]) == [0, 1, 2] and error.table == {'seen': [1, 2]}"
    ),
    "a text that holds an object, which is text alone": (
        "with pytest.raises(ValueError, match='Shy') as caught: f('of an object')\n"
        "assert str(caught.value) == \"(Shy(), 3, <class '__main__.Lost'>)\"\n"
        "assert all(isinstance(part, str) for part in caught.value.args)"
    ),
    "a syntax error of a cell": (
        "with pytest.raises(SyntaxError) as caught: f('syntax')\n"
        "assert caught.value.lineno == 1 and caught.value.filename == '<cell>'\n"
        "assert str(caught.value) == 'invalid syntax (<cell>, line 1)'"
    ),
    "a syntax error of a file, which nobody reads": (
        "with pytest.raises(SyntaxError) as caught: f('file')\n"
        "assert caught.value.filename == '<passwd>' and caught.value.text == 'x'"
    ),
    "a library's": (
        "with pytest.raises(json.JSONDecodeError, match='property name'): f('json')\n"
        "with pytest.raises(np.exceptions.AxisError) as caught: f('axis')\n"
        "assert 'axis 4' in str(caught.value)"
    ),
    "notes": (
        "with pytest.raises(ValueError, match='^told') as caught: f('noted')\n"
        "assert caught.value.__notes__ == ['by the way']"
    ),
    "an exit": (
        "with pytest.raises(SystemExit) as caught: f('system')\nassert caught.value.code == 3"
    ),
    "unittest's": (
        "import unittest\nclass Case(unittest.TestCase):\n"
        "    def test(self):\n"
        "        with self.assertRaises(ValueError) as caught: f('noted')\n"
        "        self.assertEqual(str(caught.exception), 'told')\n"
        "result = unittest.TestResult()\nCase('test').run(result)\n"
        "assert result.wasSuccessful() and result.testsRun == 1"
    ),
}


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS.keys())
def test_a_test_can_ask_an_exception(engine, test):
    found = verdict(engine, RAISES, f"import json, pytest\n{test}")
    assert found.score == 1, found


SKIPS = """
class SkipTest(Exception):
    __module__, __qualname__ = "numpy.testing", "SkipTest"
def f(): raise SkipTest("skipped")
"""
RUNS = """
import unittest
class Case(unittest.TestCase):
    def test(self): self.assertEqual(f(), 1)
result = unittest.TestResult()
Case("test").run(result)
assert result.wasSuccessful()
"""


def test_no_exception_of_the_student_s_skips_a_test(engine):
    assert verdict(engine, SKIPS, RUNS, right="def f(): return 1").score == 0


HOLDS = {
    "an assertion": "assert False, f({n})",
    "a key": "{{}}[f({n})]",
    "another's cause": "try: {{}}[f({n})]\nexcept KeyError as e: raise ValueError(e) from e",
    "an exception that it makes": "raise type('Odd', (Exception,), {{}})(f({n}), [f({n})])",
}
ENDS = {
    "SystemExit": "raise SystemExit(bell)",
    "KeyboardInterrupt": "raise KeyboardInterrupt(bell)",
    "an error": "raise ValueError(bell)",
    "no text": "return 3",
    "an end": "import os; os._exit(1)",
}
RUDE = """
bell = chr(27) + "]0;owned" + chr(7)
class Rude:
    def __init__(self, calm): self.calm = calm
    def __repr__(self):
        self.calm -= 1
        if self.calm < 0: {end}
        return "calm"
def f(n): return Rude(n)
"""


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("held", HOLDS.values(), ids=HOLDS.keys())
def test_a_test_s_own_error_may_hold_an_object_of_the_student_s(engine, held, end):
    wrong = "if type(f(0)) is not int:\n" + indent(held, "    ")
    tests = [check(f"calm for {n}", wrong.format(n=n)) for n in range(9)]
    right = solution("answer", "def f(n): return n")
    found = verdicts(engine, right, *tests, answer=RUDE.format(end=end))
    assert [each.score for each in found.values()] == [0] * 9
    for each in found.values():
        assert "\x1b" not in "\n".join([*each.finding.lines(), each.raised])


CALLBACKS = {
    "raises": "def f(g): raise g",
    "calls": "def f(g): return g()",
    "hides": "def f(g):\n    try: return g()\n    except BaseException as e: return repr(e)[:99]",
}


@pytest.mark.parametrize("answer", CALLBACKS.values(), ids=CALLBACKS.keys())
@pytest.mark.parametrize(
    "kind", ["StopIteration", "GeneratorExit", "SystemExit", "KeyboardInterrupt", "RecursionError"]
)
def test_what_a_function_of_the_test_raises_costs_that_test_alone(engine, answer, kind):
    test = f"def g(): raise {kind}('g', f)\nf(g)\nassert False"
    assert verdict(engine, answer, test, right="def f(g): return 1").score == 0
