"""`autograder compare`: stock nbgrader and we grade the same copies; the course stays as it is."""

import json

import pytest
from small_course import ASSIGNMENT, hand_in, submission
from tables_of import rows
from typer.testing import CliRunner

from autograder.commands.cli import app

LOUD = "import sys\ndef double(x):\n    print('careful', file=sys.stderr)\n    return 2 * x"


@pytest.fixture
def compared(course):
    """What the command says of a class with one submission that stock takes for wrong."""

    def compare(*words):
        return CliRunner().invoke(app, ["compare", ASSIGNMENT, "--course", str(course), *words])

    hand_in(course, "ada", submission(double="def double(x):\n    return x"))
    hand_in(course, "eve", submission(double=LOUD))
    before = rows(course), sorted(path for path in course.rglob("*"))
    yield compare
    assert (rows(course), sorted(path for path in course.rglob("*"))) == before


def test_each_difference_is_named_with_both_marks_and_reasons(compared):
    done = compared("--json")
    assert done.exit_code == 1, done.output
    difference, summary = map(json.loads, done.stdout.splitlines())
    assert {k: difference[k] for k in ("student", "notebook", "cell", "stock", "ours")} == {
        "student": "eve",
        "notebook": "doubling",
        "cell": "test-double",
        "stock": 0,
        "ours": 2,
    }
    assert difference["stock_reason"] == "output on stderr"
    # Two tests of each student, and of the instructor's own solution.
    assert summary["summary"] == {
        "cells": 6,
        "same": 5,
        "different": 1,
        "ungraded_by_stock": {},
    }


def test_nothing_different_is_said_and_ends_well(compared):
    done = compared("--students", "1")
    assert done.exit_code == 0, done.output
    assert "4 of 4 test cells have the same mark (100.0%)" in done.stdout
    assert "all your rights" in done.stderr
