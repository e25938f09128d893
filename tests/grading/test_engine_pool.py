"""Engines that run a submission's notebooks before nbgrader asks for them."""

import time

import pytest
from cells import check, given, notebook, solution, submitted
from nbgrader_api import open_course
from small_course import ASSIGNMENT, hand_in, submission

from autograder.errors import SubmissionError
from autograder.grading.engine import Engine
from autograder.grading.engine_pool import EnginePool
from autograder.grading.one_notebook import grade, request
from autograder.limits import Limits

SOURCE = notebook(
    given("import random"),
    solution("answer", "def answer(x): return x + 1"),
    check("test", "import random\nx = random.random()\nassert answer(x) == x + 1, x"),
)
ENDLESS = submitted(SOURCE, answer="while True: pass")
LIMITS = Limits(cell_seconds=300, notebook_seconds=300)


def asked_for(found):
    return request(SOURCE, found)


def wrong(number):
    return submitted(SOURCE, answer=f"def answer(x): return {number}")


@pytest.fixture(scope="module")
def pool():
    pool = EnginePool(LIMITS, [], seed=1, jobs=2)
    yield pool
    pool.close()


def test_what_was_announced_is_what_an_engine_gives(pool):
    submissions = [SOURCE, *map(wrong, range(5))]
    for each in submissions:
        pool.announce(asked_for(each))
    with Engine(LIMITS, seed=1) as engine:
        for each in submissions:
            assert pool.knows(asked_for(each))
            assert pool.run(asked_for(each)).verdicts == grade(engine, SOURCE, each).verdicts


def test_what_was_not_announced_runs_too(pool):
    assert not pool.knows(asked_for(wrong("'afresh'")))
    assert [v.score for v in pool.run(asked_for(wrong("'afresh'"))).verdicts] == [0]


def test_what_nobody_asks_for_is_given_up_at_once(pool):
    began = time.monotonic()
    pool.announce(asked_for(ENDLESS))
    assert pool.run(asked_for(SOURCE))
    pool.forget()
    assert not pool.knows(asked_for(ENDLESS))
    assert pool.run(asked_for(SOURCE))
    assert time.monotonic() - began < 60


def test_an_error_is_raised_where_the_notebook_is_asked_for_and_ends_the_others(pool):
    pool.announce(asked_for(ENDLESS))
    with pytest.raises(SubmissionError):
        pool.run(asked_for(b"{"))
    assert not pool.knows(asked_for(ENDLESS))
    assert [v.score for v in pool.run(asked_for(SOURCE)).verdicts] == [1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_nbgrader_s_loop_has_each_notebook_run_once(course, jobs, monkeypatch):
    tasks, of = [], Engine.open
    monkeypatch.setattr(Engine, "open", lambda self, t, *how: tasks.append(t) or of(self, t, *how))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Grade.jobs = {jobs}\n")
    students = ("ada", "bob")
    for student in students:
        texts = {"double": "def double(x): return 2 * x", "half": "def half(x): return x / 2"}
        own = {name: f"{text}  # {student}" for name, text in texts.items()}
        hand_in(course, student, submission(**own))
    api, _ = open_course(course)
    assert all(api.autograde(ASSIGNMENT, student)["success"] for student in students)
    assert len(tasks) == len({task.key() for task in tasks}) == 4
