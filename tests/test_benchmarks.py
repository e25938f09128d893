"""The benchmarks' own commands: a row says what was measured, and whether that is enough."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.common import Row, seconds_of
from benchmarks.stream import grade

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("values", "at_least", "met"),
    [
        ([1, 41, 80], True, "yes"),
        ([40], True, "yes"),
        ([1, 2, 80], True, "NO"),
        ([1, 2, 80], False, "yes"),
        ([41, 42], False, "NO"),
        ([], True, "-"),
    ],
)
def test_the_median_is_held_against_the_target(values, at_least, met):
    assert Row("speed", values, "times", 40, at_least).met == met


def test_a_row_shows_the_spread():
    row = Row("speed", [3.0, 1.0, 2.0], "times", 40, how="3 submissions")
    assert str(row) == "| speed | 2 (1 - 3) times | 3 | at least 40 times | NO | 3 submissions |"


def test_a_command_that_fails_is_no_measurement(tmp_path):
    command = [sys.executable, "-c", "import sys; sys.exit('no such course')"]
    with pytest.raises(RuntimeError, match="no such course"):
        seconds_of(command, folders=[tmp_path])


def test_an_ungraded_submission_is_no_measurement(tmp_path):
    from benchmarks.courses import tiny_course

    course = tiny_course(tmp_path / "course", 1)
    (course / "submitted" / "student-000000" / "tiny" / "doubling.ipynb").write_text("not JSON")
    with pytest.raises(RuntimeError, match="doubling"):
        grade(course, "tiny")


def test_a_row_is_one_command():
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.many", "--submissions", "20", "--runs", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    head, *table = told.stdout.splitlines()
    assert "cores" in head
    assert [line.count("|") for line in table] == [7] * 4
    assert "20 submissions of one notebook: time" in table[2]
