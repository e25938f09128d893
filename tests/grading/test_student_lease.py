"""A student's process that cannot start: its reason is told, and nothing of it on a terminal."""

import pytest
from cells import check, notebook, solution, submitted

from autograder.errors import SubmissionError
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.limits import Limits

SOURCE = notebook(solution("answer", "def answer(): return 1"), check("test", "assert answer()"))
HANDED_IN = submitted(SOURCE, answer="def answer(): return 2")
LIMITS = Limits(cell_seconds=20, disk_mib=1, files=50)
NO_ROOM = {
    "too large": ({"a": b"x" * (3 << 20)}, "No space left"),
    "too many": ({f"{number}": b"" for number in range(100)}, "No space left"),
    "too long a name": ({"\x1b[31m" + "x" * 300: b""}, "name too long"),
    "a file where a folder is to be": ({"a": b"", "a/b\x1b]0;x\x07": b""}, "exists: 'a'"),
    "no name": ({"a\0b": b""}, "null"),
    "a name in no encoding": ({"\udc80\ud800": b""}, "surrogates"),
}


@pytest.fixture(scope="module")
def engine():
    with Engine(LIMITS, ["numpy"], seed=1) as engine:
        yield engine


@pytest.mark.parametrize(("files", "reason"), NO_ROOM.values(), ids=NO_ROOM)
def test_files_that_find_no_room_are_named(engine, files, reason):
    with pytest.raises(SubmissionError, match="files beside its notebooks") as error:
        grade(engine, SOURCE, HANDED_IN, submitted_files=files)
    assert reason in str(error.value)
    assert "\x1b" not in str(error.value)
    assert len(str(error.value)) < 600
    assert "50 files of 1 MiB" in str(error.value)
    honest = grade(engine, SOURCE, HANDED_IN, submitted_files={"data/a.txt": b"1"})
    assert [verdict.score for verdict in honest.verdicts] == [1]


def test_nothing_of_them_is_seen_in_the_terminal(capfd):
    files, _ = NO_ROOM["a file where a folder is to be"]
    with Engine(LIMITS, ["numpy"], seed=1) as engine, pytest.raises(SubmissionError):
        grade(engine, SOURCE, HANDED_IN, submitted_files=files)
    assert capfd.readouterr() == ("", "")
