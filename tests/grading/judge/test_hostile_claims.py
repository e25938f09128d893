"""What a process claims to have written, warned of and logged: checked, bounded, or refused."""

import json
import os

import pytest
from hostile import LIMITS, answering, outcome, session_with

from autograder.grading.wire.folders import MOST_FILES
from autograder.limits import Limits
from autograder.verdict import Kind

BYTES = {"t": "bytes", "b": 0}
WARNING = {"mro": [["builtins", "UserWarning"]], "text": "w", "traceback": ""}
NONSENSE = {
    "files that are none": {"files": 5},
    "a file of three parts": {"files": [["work", "a", True]]},
    "a file in another folder": {"files": [["/etc", "a", True, BYTES]]},
    "a file of text": {"files": [["work", "a", True, "text"]]},
    "a file of bytes that did not come": {"files": [["work", "a", True, {"t": "bytes", "b": 7}]]},
    "a way up": {"files": [["work", "../a", True, BYTES]]},
    "a way up on the way": {"files": [["work", "b/../../a", True, BYTES]]},
    "an absolute path": {"files": [["work", "/tmp/a", True, BYTES]]},
    "no name": {"files": [["work", "", True, BYTES]]},
    "a number for a name": {"files": [["work", 1, True, BYTES]]},
    "a dot": {"files": [["work", ".", True, BYTES]]},
    "a name with a zero": {"files": [["work", "a\0b", True, BYTES]]},
    "a name with a colour": {"files": [["work", "a\x1b[31m", True, BYTES]]},
    "a name with a backslash": {"files": [["work", "..\\a", True, BYTES]]},
    "a name of 300 characters": {"files": [["work", "a" * 300, True, BYTES]]},
    "a folder 20 deep": {"files": [["work", "a/" * 20 + "b", True, BYTES]]},
    "files without end": {"files": [["work", f"f{n}", True, None] for n in range(3 * MOST_FILES)]},
    "warnings that are none": {"warnings": [1]},
    "warnings without end": {"warnings": [[WARNING, "f", 1]] * 2000},
    "a warning on no line": {"warnings": [[WARNING, "f", "one"]]},
    "log records that are none": {"logs": [["a"]]},
    "log records without end": {"logs": [["a", 10, "", "", "", 1, ""]] * 2000},
    "a log record of no level": {"logs": [["a", "high", "", "", "", 1, ""]]},
    "loggers without end": {"logs": [[f"l{n}", 10, "", "", "", 1, ""] for n in range(1001)]},
    "no object": 5,
}


@pytest.mark.parametrize("around", NONSENSE.values(), ids=NONSENSE)
def test_what_cannot_be_is_the_students_failure(around):
    assert outcome(answering(b"x", around=around), None) is Kind.UNREADABLE


OBEYED = ["conftest.py", ".pdbrc", "a/.git/config", "x.so", "x.pyc", "__pycache__/a.py", "x.pth"]


@pytest.mark.parametrize("name", [*OBEYED, "matplotlibrc", "sitecustomize.py"])
def test_what_programs_obey_by_its_name_does_not_come(name, tmp_path):
    assert _written(tmp_path, ["work", name, True, BYTES]) == []


def test_a_file_comes_as_its_bytes(tmp_path):
    assert _written(tmp_path, ["work", "a/out.txt", True, BYTES]) == ["a/out.txt"]
    assert (tmp_path / "work/a/out.txt").read_bytes() == b"x"
    assert (tmp_path / "work/a/out.txt").stat().st_mode & 0o777 == 0o600


def test_a_temporary_file_that_was_not_named_does_not_come(tmp_path):
    assert _written(tmp_path, ["tmp", "a", True, BYTES]) == []
    assert list(tmp_path.rglob("a")) == []


def test_no_link_in_the_judges_folder_is_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (tmp_path / "work").mkdir()
    (tmp_path / "work/folder").symlink_to(outside)
    (tmp_path / "work/file").symlink_to(outside / "kept")
    for name in ("folder/new", "file", "folder/kept"):
        _written(tmp_path, ["work", name, True, BYTES])
        _written(tmp_path, ["work", name, False, None])
    assert os.listdir(outside) == ["kept"]
    assert (outside / "kept").read_text() == "kept"


def test_files_have_room_for_so_much_together(tmp_path):
    limits = Limits(**vars(LIMITS) | {"disk_mib": 1})
    large = bytes(600_000)
    files = [["work", n, True, {"t": "bytes", "b": b}] for b, n in enumerate("ab")]
    both = answering(large, large, around={"files": files})
    one = answering(large, around={"files": files[:1]})
    assert _forked(lambda: outcome(both, None, limits=limits)) == Kind.UNREADABLE
    assert _forked(lambda: outcome(one, None, limits=limits)) is None


def _written(tmp_path, claim):
    """What there is in the judge's folder after a claim; links apart."""

    def work():
        with session_with(answering(b"x", around={"files": [claim]}), folder=tmp_path) as session:
            session.operate("call", None)

    _forked(work)
    found = [path for path in (tmp_path / "work").rglob("*") if path.is_file()]
    return [str(p.relative_to(tmp_path / "work")) for p in found if not p.is_symlink()]


def _forked(work):
    """What `work` gives, in a process of its own: once a file came, a judge's hook stays."""
    reads, writes = os.pipe()
    if not (pid := os.fork()):
        os.write(writes, json.dumps(work()).encode())
        os._exit(0)
    os.close(writes)
    os.waitpid(pid, 0)
    with os.fdopen(reads) as file:
        return json.loads(file.read())
