"""What a notebook does to the process that reads it costs that notebook, and nobody else."""

import json
import os
import select
import signal
from pathlib import Path

import pytest
from cells import check, given, notebook, solution
from hostile_notebooks import BY_THE_MILLION, EITHER, GRADED, REFUSED

from autograder.errors import EngineError, SubmissionError
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.grading.reading.desk import Desk
from autograder.grading.reading.steps import completed
from autograder.grading.worker import grade_submission
from autograder.limits import Limits
from autograder.submission.worker_messages import Bundle, Outcome, Submission

SOURCE = notebook(
    solution("answer", "def answer(x): return x + 1"), check("test", "assert answer(1) == 2")
)
LIMITS = Limits(cell_seconds=2, call_seconds=2, reading_seconds=1)


def by_a_worker(data: bytes, limits: Limits = LIMITS) -> Outcome:
    """What a worker makes of this file, and then of an honest one."""
    sources, settings = {"nb": json.dumps(SOURCE)}, {"sandboxed": False}
    bundle = Bundle(sources, limits=limits, seed=1, settings=settings).to_bytes()
    outcome, honest = (
        Outcome.from_bytes(grade_submission(bundle, Submission({"nb": file}).to_bytes()))
        for file in (data, json.dumps(SOURCE).encode())
    )
    assert [verdict.score for verdict in honest.verdicts["nb"]] == [1], honest.ungraded
    return outcome


@pytest.mark.parametrize(("attack", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_too_much_is_refused_by_name(attack, words):
    outcome = by_a_worker(attack(SOURCE))
    assert words in outcome.ungraded
    assert outcome.ungraded.startswith("nb.ipynb: ")
    assert len(outcome.ungraded) < 500
    assert outcome.fault == "SubmissionError"


def test_memory_is_bounded():
    outcome = by_a_worker(BY_THE_MILLION(SOURCE), Limits(reading_mib=64))
    assert "more than the 64 MiB that c.Grade.reading_mib allows" in outcome.ungraded
    assert outcome.fault == "SubmissionError"


@pytest.mark.parametrize("attack", GRADED.values(), ids=GRADED)
def test_what_is_no_python_costs_its_cell(attack):
    data = attack(SOURCE)
    outcome = by_a_worker(data)
    assert outcome.ungraded == ""
    right = b"def answer" in data
    assert [verdict.score for verdict in outcome.verdicts["nb"]] == [right]


@pytest.mark.parametrize("attack", EITHER.values(), ids=EITHER)
def test_words_are_shown_or_the_submission_is_refused_by_name(attack):
    outcome = by_a_worker(attack(SOURCE))
    assert outcome.fault in ("", "SubmissionError")
    assert outcome.fault == "" or "c.Grade.reading_seconds" in outcome.ungraded


@pytest.fixture(scope="module")
def engine():
    with Engine(LIMITS, seed=1, sandboxed=False) as engine:
        yield engine


def reader(engine: Engine) -> int:
    """The process from which the readers of SOURCE are forked; it is the last that was started."""
    grade(engine, SOURCE, SOURCE)
    desks = [pid for pid in _children(os.getpid()) if b"reading.server" in _command(pid)]
    return max(_children(desks[-1]))


def _children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_the_process_that_knows_a_notebook_is_replaced_where_it_is_lost(engine):
    lost = reader(engine)
    descriptor = os.pidfd_open(lost)
    os.kill(lost, signal.SIGKILL)
    assert select.select([descriptor], [], [], 60)[0]
    os.close(descriptor)
    assert [verdict.score for verdict in grade(engine, SOURCE, SOURCE).verdicts] == [1]


def test_a_source_that_cannot_be_read_is_no_fault_of_the_submission(engine):
    with pytest.raises(EngineError, match="instructor's notebook cannot be read"):
        grade(engine, b"{", SOURCE)


def test_nothing_is_left_of_a_notebook_or_of_the_desk():
    desk, source = Desk(LIMITS), json.dumps(SOURCE).encode()
    for _ in range(3):
        with desk.open(source, source) as opened:
            assert opened.plan.classes == ()
        with pytest.raises(SubmissionError, match="not JSON"), desk.open(source, b"{"):
            pass
    (server,) = (pid for pid in _children(os.getpid()) if pid == desk._process.pid)
    (knowing,) = _children(server)
    assert _children(knowing) == []
    desk.close()
    assert not Path(f"/proc/{server}").exists()
    assert not Path(f"/proc/{knowing}").exists()


def test_what_shows_more_than_can_be_kept_is_refused():
    text = {"output_type": "stream", "name": "stdout", "text": "x" * 10**8}
    told = notebook(given("print('x' * 10**8)"))
    with pytest.raises(SubmissionError, match="graded notebook has 100 MB, more than the 100 MB"):
        completed(told, told, [{"cell": 0, "outputs": [text], "verdict": None}])
