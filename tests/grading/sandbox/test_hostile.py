"""Hostile submissions, each graded beside an honest one: no point, no leak, no trace, no delay."""

import gc
import os
import re
import socket
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from attacks import PRELUDE, escaping, exhausting, forging, leaking, raising, tampering
from cells import check, given, graded, notebook, solution, submitted

from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.limits import Limits

FAMILIES = {
    name: family.ATTACKS
    for name, family in {
        "tampering": tampering,
        "forging": forging,
        "escaping": escaping,
        "exhausting": exhausting,
        "leaking": leaking,
        "raising": raising,
    }.items()
}
ATTACKS = [
    pytest.param(family, code, id=f"{family}: {name}")
    for family, attacks in FAMILIES.items()
    for name, code in attacks.items()
]
LIMITS = Limits(
    cell_seconds=1,
    call_seconds=0.6,
    notebook_seconds=4,
    grace_seconds=0.3,
    memory_mib=300,
    disk_mib=32,
    file_mib=16,
    files=2000,
    restarts=1,
    output_characters=20_000,
    output_mib=1,
)
_ACTS = re.compile(r"\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x7f-\x9f]")  # colours may stay
SECRET = "S3CR3T"  # of the grader's environment and files, and of the hidden tests
HONEST = "def answer(x): return x * x + 1"
CELLS = [
    given("import numpy as np"),
    solution("answer", HONEST),
    check("exact", "assert answer(2) == 5 and answer(3) == 10, answer(4)"),
    check("close", "np.testing.assert_allclose(answer(np.arange(5.0)), np.arange(5.0) ** 2 + 1)"),
    check("within", "for x in (1.0, 2.0, 3.0):\n    assert abs(answer(x) - (x * x + 1)) < 1e-9"),
    check("each", "assert all(map(lambda x: answer(x) == x * x + 1, (2, 3)))"),
    check(
        "hidden",
        "### BEGIN HIDDEN TESTS\n"
        f"'{SECRET} of a hidden test'\n"
        "x = np.random.default_rng(len('S3CR3T')).normal(size=5) + np.random.random()\n"
        "right = x ** 2 + 1\n"
        "assert np.allclose(answer(x), right)\n"
        "### END HIDDEN TESTS",
    ),
]


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    """What an attack looks for outside, by the word that stands for it in its code."""
    secret = tmp_path_factory.mktemp("course") / "secret.txt"
    secret.write_text(f"{SECRET} in a file of the grader's")
    variables = {
        "AUTOGRADER_TEST_SECRET": f"{SECRET} in the environment",
        "MPLCONFIGDIR": f"/{SECRET} in what the zygote is told",
    }
    os.environ |= variables
    name = f"autograder-hostile-{os.getpid()}"
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield {
            "SECRET_FILE": str(secret),
            "SECRET_FOLDER": str(secret.parent),
            "ABSTRACT": name,
            "PORT": str(server.getsockname()[1]),
            "ENGINE_PID": str(os.getpid()),
            "WRITTEN": f"written-by-{name}",
        }
    for name in variables:
        del os.environ[name]


@pytest.fixture(scope="module")
def engine(doors):
    with Engine(LIMITS, ["numpy"], seed=7, hidden=[doors["SECRET_FOLDER"]]) as engine:
        for cells in (CELLS, CELLS[:3]):  # warm, with all that a first run starts
            assert graded(engine, *cells, answer=HONEST)
        assert engine.templates == 1  # from which the attackers' processes are forked
        gc.collect()  # sockets that other tests forgot are not counted as theirs
        yield engine


def processes():
    """What runs below this process, by number."""
    found, left = {}, [os.getpid()]
    while left:
        pid = left.pop()
        for thread in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, thread.read_text().split()):
                found[child] = Path(f"/proc/{child}/cmdline").read_bytes()
                left.append(child)
    return found


def descriptors():
    """How many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize(("family", "code"), ATTACKS)
def test_it_wins_nothing_sees_nothing_and_leaves_nothing(engine, doors, family, code):
    for word, place in doors.items():
        code = code.replace(word, place)
    before, descriptors_before, start = processes(), descriptors(), time.monotonic()

    cells = CELLS[:3] if family == "exhausting" else CELLS  # each test may take all its time
    hostile = _graded(engine, cells, PRELUDE + code)

    seconds = time.monotonic() - start
    assert {found.grade_id: found.score for found in hostile.verdicts if found.score} == {}
    assert SECRET not in _seen_by_the_student(hostile)
    assert len("".join(_said(hostile))) < 2 * LIMITS.output_bytes()
    assert not any(map(_ACTS.search, _said(hostile)))
    assert processes() == before
    assert descriptors() == descriptors_before
    assert [path for path in _all_may_write(doors) if (path / doors["WRITTEN"]).exists()] == []
    assert seconds < LIMITS.notebook_seconds + LIMITS.grace_seconds + 5
    honest = graded(engine, *CELLS, answer=HONEST)
    assert [found.score for found in honest.verdicts] == [1] * len(honest.verdicts)
    assert SECRET not in _seen_by_the_student(honest)


def _graded(engine, cells, code):
    """What becomes of an answer, and of further cells that the student put after it."""
    first, *more = code.split("\n# %%\n")
    source = notebook(*cells)
    handed_in = submitted(source, answer=first)
    handed_in.cells[2:2] = map(given, more)
    return grade(engine, source, handed_in)


def _all_may_write(doors):
    """Folders of this machine that anybody may write in: those of the same name are others."""
    return [Path(name) for name in ("/tmp", "/var/tmp", "/dev/shm", doors["SECRET_FOLDER"])]


def _said(found):
    """All texts of outputs and verdicts; the sources are as they were written."""
    left = [[cell.get("outputs") for cell in found.notebook.cells], [*map(asdict, found.verdicts)]]
    while left:
        value = left.pop()
        if isinstance(value, dict | list):
            left += value.values() if isinstance(value, dict) else value
        elif isinstance(value, str):
            yield value


def _seen_by_the_student(found):
    """All but the cells' sources: an attack's own code may hold the word."""
    cells = [(cell.get("outputs"), cell.metadata) for cell in found.notebook.cells]
    return str((cells, found.verdicts))


def test_an_attack_that_got_through_would_be_seen(engine):
    found = graded(engine, *CELLS, answer=PRELUDE + f"escaped = call('getpid')\nprint('{SECRET}')")
    assert all(verdict.score for verdict in found.verdicts)
    assert SECRET in _seen_by_the_student(found)
