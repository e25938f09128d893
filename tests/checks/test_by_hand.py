"""By hand: what the operators and the source of an answer tell of the built-ins it reaches."""

import _thread
import asyncio
import importlib
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from autograder.check_context import Context, running_in
from autograder.checks.by_hand import ByHand
from autograder.checks.compare import probabilities
from autograder.checks.exercise import Behaviour, Case, Exercise
from autograder.checks.source import Forbidden, Source
from autograder.verdict import CheckFailed

BUILT_INS = re.compile("relu", re.IGNORECASE)
FORBIDDEN = Forbidden(BUILT_INS, frozenset({"course", "autograder"}))
GIVEN = """
import torch
from torch import nn
import torch.nn.functional as F

def given(x):
    return torch.relu(x)
"""


def _reached(*cells: str) -> str | None:
    use = Source([GIVEN, *cells]).first_use(["answer"], FORBIDDEN)
    return use and f"{use.path}: {use.code}"


@pytest.mark.parametrize(
    ("cells", "use"),
    [
        (["def answer(x): return torch.relu(x)"], "answer: torch.relu"),
        (["def answer(x): return x.relu()"], "answer: x.relu"),
        (["answer = F.relu"], "answer: F.relu"),
        (["answer = nn.ReLU()"], "answer: nn.ReLU"),
        (["answer = lambda x: given(x)"], "answer → given: torch.relu"),
        (["r = torch.relu", "def answer(x): return r(x)"], "answer → r: torch.relu"),
        (["def answer(x):\n    return helper(x)", "helper = F.relu6"], "answer → helper: F.relu6"),
        (
            ["from torch.nn.functional import relu as f", "answer = lambda x: f(x)"],
            "answer → f: from torch.nn.functional import relu as f",
        ),
        (
            ["def answer(x):\n    from torch import relu\n    return relu(x)"],
            "answer: from torch import relu",
        ),
        (["from torch import *", "answer = lambda x: relu(x)"], "answer → relu: relu"),
        (["answer = lambda x: getattr(torch, 'relu')(x)"], "answer: getattr(torch, 'relu')"),
        (
            ["class A:\n    def __init__(self):\n        self.f = nn.ReLU()", "answer = A()"],
            "answer → A: nn.ReLU",
        ),
        (
            ["def answer(x): return F.relu(x)", "answer = torch.no_grad()(answer)"],
            "answer: F.relu",
        ),
        (["%%time\ndef answer(x): return x.relu()"], "answer: x.relu"),
        (["!ls\n%matplotlib inline\nanswer = given"], "answer → given: torch.relu"),
        (
            ["from course import check", "answer = lambda x: check.answer.expected(x).value"],
            "answer → check: from course import check",
        ),
        (
            ["import course.answer as y", "answer = y.expected"],
            "answer → y: import course.answer as y",
        ),
        (
            ["import course.answer", "answer = course.answer.expected"],
            "answer → course: import course.answer",
        ),
        (
            ["def answer(x):\n    from autograder.checks import compare\n    return compare"],
            "answer: from autograder.checks import compare",
        ),
        (["from course import *", "answer = lambda x: check(x)"], "answer → check: check"),
        (
            ["from importlib import import_module", "answer = import_module('course.a').expected"],
            "answer: 'course.a'",
        ),
        (["import sys\nanswer = sys.modules['course'].expected"], "answer: 'course'"),
        (
            ["def answer(x):\n    exec('import course.a as a', globals())\n    return a(x)"],
            "answer: 'import course.a as a'",
        ),
        (
            ["def answer(x):\n    return eval(open('/lib/course/a.py').read())"],
            "answer: '/lib/course/a.py'",
        ),
    ],
)
def test_a_built_in_is_found_however_it_is_reached(cells, use):
    assert _reached(*cells) == use


@pytest.mark.parametrize(
    "cells",
    [
        ["def answer(x):\n    'like torch.relu'\n    return x.clamp(min=0)  # not F.relu"],
        ["y = torch.relu(torch.ones(1))", "def answer(x):\n    y = x.clamp(min=0)\n    return y"],
        ["answer = torch.relu", "def answer(x): return x.clamp(min=0)"],
        ["def relu(x): return x.clamp(min=0)", "answer = lambda x: relu(x)"],
        ["class A:\n    def relu(self, x): return x\n\nanswer = lambda x: A().relu(x)"],
        ["class A:\n    relu = staticmethod(abs)", "answer = lambda x: A.relu(x)"],
        ["from torch.nn.functional import relu, gelu", "answer = lambda x: gelu(x)"],
        ["def answer(x): return x.clamp(min=0)\nassert (answer(x) == torch.relu(x)).all()"],
        ["this is not Python", "answer = abs", "def broken(:\n    torch.relu"],
        ["print('relu')"],
        ["def answer(x):\n    'From course: see course/a.py, import course'\n    return abs(x)"],
        [
            "from course import check",
            "def answer(x): return abs(x)\ncheck.answer(answer, 'values')",
        ],
        ["from course import *", "def answer(x): return sum(x) / len(x)"],
        ["def answer(x):\n    raise ValueError('this course, of course')"],
        ["import courses, torch.autograd\nanswer = courses.f, torch.autograd.grad"],
        [],
    ],
)
def test_what_is_not_reached_or_the_students_own_is_passed_by(cells):
    assert _reached(*cells) is None


def _exercise(holds=ByHand(BUILT_INS)) -> Exercise:  # noqa: B008
    return Exercise(
        "answer",
        lambda x: probabilities(x.double().clamp(min=0), like=x),
        (Behaviour("by hand", (Case("torch.tensor([-1.0, 2.0])", holds),), lambda random: ()),),
        module="course.answer",
    )


def _check(answer, cells: tuple[str, ...] | None = ("",)) -> str:
    with running_in(Context(cells=cells)):
        try:
            _exercise()(answer, "by hand")
        except CheckFailed as failed:
            return failed.finding.problem
    return ""


def test_the_operators_tell_what_the_source_does_not():
    assert _check(lambda x: x.clamp(min=0)) == ""
    assert "aten::relu" in _check(lambda x: getattr(torch, "re" + "lu")(x))


def _in_a_thread(function):
    def answer(x):
        found = []
        thread = threading.Thread(target=lambda: found.append(function(x)))
        thread.start()
        thread.join()
        return found[0]

    return answer


def _in_a_bare_thread(function):
    def answer(x):
        found, done = [], _thread.allocate_lock()
        done.acquire()
        _thread.start_new_thread(lambda: (found.append(function(x)), done.release()), ())
        done.acquire()
        return found[0]

    return answer


def _in_a_pool_that_runs(function):
    pool = ThreadPoolExecutor(1)
    pool.submit(abs, 1).result()
    return lambda x: pool.submit(function, x).result()


def _in_asyncio(function):
    return lambda x: asyncio.run(asyncio.to_thread(function, x))


def _compiled(function):
    traced = torch.jit.trace(function, torch.ones(2))
    return lambda x: torch.jit.wait(torch.jit.fork(traced, x))


WAYS = [_in_a_thread, _in_a_bare_thread, _in_a_pool_that_runs, _in_asyncio, _compiled, torch.vmap]


@pytest.mark.parametrize("way", WAYS)
def test_operators_are_recorded_in_all_threads(way, capfd):
    assert _check(way(lambda x: x.clamp(min=0))) == ""
    assert "aten::relu" in _check(way(getattr(torch, "re" + "lu")))
    assert capfd.readouterr() == ("", "")


def test_a_call_that_profiles_itself_hides_nothing_of_its_own_thread():
    def answer(x):
        with torch.autograd.profiler.profile():
            return getattr(torch, "re" + "lu")(x)

    assert "aten::relu" in _check(answer)
    assert "aten::relu" in _check(_in_a_thread(getattr(torch, "re" + "lu")))


def test_the_names_of_functions_that_are_the_students_own_do_not_count():
    @torch.jit.script
    def relu(x: torch.Tensor):
        return x.clamp(min=0.0)

    assert _check(relu) == ""
    assert _check(lambda x: relu(x)) == ""


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Imports a module of `course`, the package of the exercise, or of another one."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(package, source):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(source)
        return importlib.import_module(package)

    yield write
    for path in tmp_path.iterdir():
        sys.modules.pop(path.name, None)


@pytest.mark.parametrize("way", [lambda function: function, _in_a_thread, _in_asyncio])
def test_the_right_answer_of_the_checks_is_not_by_hand(elsewhere, way):
    source = "def relu(x): return x.clamp(min=0)"
    theirs, own = elsewhere("course", source), elsewhere("of_the_students", source)
    assert "runs course:relu, of the checks themselves" in _check(way(theirs.relu))
    assert _check(way(own.relu)) == ""


def test_a_built_in_that_a_library_writes_in_python_is_told_by_its_name(module):
    name = module("def relu(x):\n    return x.clamp(min=0)")
    library = importlib.import_module(name)
    assert f"runs the built-in {name}:relu" in _check(_in_a_thread(library.relu))


def test_the_work_is_not_left_to_another_process():
    def answer(x):
        subprocess.run([sys.executable, "-c", ""], check=True)
        return x.clamp(min=0)

    assert "starts another process" in _check(answer)
    assert "starts another process" in _check(_in_a_thread(answer))


def test_nothing_is_recorded_once_the_call_has_ended():
    before = sys.getprofile(), threading.getprofile()
    assert _check(_in_a_thread(lambda x: x.clamp(min=0))) == ""
    assert (sys.getprofile(), threading.getprofile()) == before


def test_a_stand_in_tells_its_operators_itself():
    class StandIn:
        def __call__(self, x):
            return x.clamp(min=0)

        def __operators_used__(self, x):
            return ["aten::relu_"]

    assert "aten::relu_" in _check(StandIn())


def test_the_submitted_source_tells_what_the_operators_do_not():
    def answer(x):
        return x.clamp(min=0)

    told = _check(answer, (GIVEN, "answer = lambda x: F.relu(x)"))
    assert "reaches what is ready-made: F.relu" in told


def test_the_submitted_source_tells_that_the_checks_are_reached():
    cells = GIVEN, "from course import check", "answer = check.answer.expected"
    told = _check(lambda x: x.clamp(min=0), cells)
    assert "reaches what is ready-made: from course import check (by way of answer → check)" in told


def test_values_come_first():
    assert _check(lambda x: x) == "1 of 2 entries is wrong"


def test_in_a_script_the_answers_own_source_is_read():
    def answer(x):
        return x.clamp(min=0) if True else x.relu()

    assert "x.relu (by way of answer)" in _check(answer, None)


def test_in_a_notebook_its_history_is_read():
    shell = InteractiveShell()
    try:
        shell.run_cell(GIVEN, store_history=True)
        shell.run_cell("answer = lambda x: x.clamp(min=0) if True else F.relu(x)", True)
        assert "F.relu" in _check(shell.user_ns["answer"], None)
        shell.run_cell("answer = lambda x: x.clamp(min=0)", store_history=True)
        assert _check(shell.user_ns["answer"], None) == ""
    finally:
        InteractiveShell.clear_instance()
