"""Whatever was handed in: that submission is refused by name, and the class is graded."""

import json
import os
from pathlib import Path

import pytest
from nbgrader_api import open_course
from small_course import ASSIGNMENT, hand_in, submission

from autograder.class_run.runner import Runner

HONEST, HOSTILE = "zoe", "eve"


def a_file_for_a_folder(folder: Path) -> None:
    (folder / "data").write_text("no folder")


def a_folder_for_a_file(folder: Path) -> None:
    (folder / "numbers.txt").mkdir()
    (folder / "numbers.txt" / "2.txt").write_text("2")


def a_folder_for_a_notebook(folder: Path) -> None:
    (folder / "halving.ipynb").unlink()
    (folder / "halving.ipynb").mkdir()
    (folder / "halving.ipynb" / "x").write_text("x")


def a_file_for_a_deep_folder(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "deep").write_text("no folder")


def a_timestamp(text: str | bytes):
    def write(folder: Path) -> None:
        (folder / "timestamp.txt").write_bytes(text if isinstance(text, bytes) else text.encode())

    return write


def a_timestamp_folder(folder: Path) -> None:
    (folder / "timestamp.txt").mkdir()
    (folder / "timestamp.txt" / "x").write_text("x")


REFUSED = {
    "a file for a folder": (a_file_for_a_folder, "'data' is a file, and the course has a folder"),
    "a folder for a file": (a_folder_for_a_file, "'numbers.txt' is a folder, and the course"),
    "a file for a deep folder": (a_file_for_a_deep_folder, "'data/deep' is a file"),
    "a folder for a notebook": (a_folder_for_a_notebook, "halving.ipynb"),
    "a number beyond dates": (a_timestamp("9" * 30), "timestamp.txt does not hold a date"),
    "a year beyond dates": (a_timestamp("99999999-01-01 00:00:00 UTC"), "does not hold a date"),
    "the first year": (a_timestamp("0001-01-01 00:00:00 +0900"), "a date of the year 0001"),
    "the last year": (a_timestamp("9999-12-31T23:59:59-23:59"), "a date of the year 9999"),
    "a zone beyond days": (a_timestamp("2030-01-01T10:00:00+99:99"), "does not hold a date"),
    "a zone that is a path": (a_timestamp("2030-01-01 10:00:00 ../../x"), "does not hold a date"),
    "a day beyond June": (a_timestamp("2030-06-31 10:00:00 UTC"), "does not hold a date"),
    "a long timestamp": (a_timestamp("2030-01-01" + " " * 10**7), "does not hold a date"),
    "no text": (a_timestamp(b"\xff\x00\x1b[2J"), "does not hold a date"),
    "a folder for the timestamp": (a_timestamp_folder, "timestamp.txt is not a regular file"),
}


@pytest.fixture
def of_two(course):
    """The course, with a file in a folder, and two submissions."""
    data = course / "source" / ASSIGNMENT / "data" / "deep"
    data.mkdir(parents=True)
    (data / "x.csv").write_text("1,2")
    for student in (HOSTILE, HONEST):
        hand_in(course, student, submission())
    return course


def by_workers(root: Path) -> dict[str, str]:
    """Why each student stays ungraded; "" for those who are graded."""
    runner = Runner(root)
    students = runner.students(ASSIGNMENT)
    return {found.student: found.ungraded for found in runner.grade(ASSIGNMENT, students)}


def by_own_loop(root: Path) -> dict[str, str]:
    """As a course with a hook is graded."""
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograde.post_convert_hook = print\n")
    return by_workers(root)


def by_nbgrader(root: Path) -> dict[str, str]:
    """As formgrader's button does, for each student."""
    api, course = open_course(root)
    answers = {who: api.autograde(ASSIGNMENT, who) for who in course.students(ASSIGNMENT)}
    return {who: "" if told["success"] else told["log"] for who, told in answers.items()}


@pytest.mark.parametrize("grade", [by_workers, by_own_loop, by_nbgrader])
@pytest.mark.parametrize(("edit", "reason"), REFUSED.values(), ids=REFUSED)
def test_one_submission_is_refused_and_the_class_goes_on(of_two, edit, reason, grade):
    edit(of_two / "submitted" / HOSTILE / ASSIGNMENT)
    told = grade(of_two)
    assert reason in told[HOSTILE]
    assert told[HONEST] == ""
    assert not (of_two / "autograded" / HOSTILE / ASSIGNMENT).exists()
    assert (of_two / "autograded" / HONEST / ASSIGNMENT / "halving.ipynb").exists()


@pytest.mark.parametrize("grade", [by_workers, by_own_loop, by_nbgrader])
@pytest.mark.parametrize(
    ("setting", "metadata", "double"),
    [
        ("reading_seconds = 0.5", {}, "[x for x in y]\n" * 45_000),
        ("reading_mib = 64", {"a": [{"": 0}] * 2_400_000}, ""),
    ],
)
def test_what_cannot_be_read_within_the_limits_is_refused(of_two, setting, metadata, double, grade):
    with (of_two / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Grade.{setting}\n")
    hand_in(of_two, HOSTILE, submission(double=double or "def double(x): return 2 * x"))
    path = of_two / "submitted" / HOSTILE / ASSIGNMENT / "doubling.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"metadata": metadata}))
    told = grade(of_two)
    assert f"c.Grade.{setting.split()[0]} allows" in told[HOSTILE]
    assert told[HONEST] == ""
    assert not (of_two / "autograded" / HOSTILE / ASSIGNMENT).exists()


@pytest.mark.parametrize("grade", [by_workers, by_own_loop])
def test_a_student_s_id_that_is_no_text_is_refused_and_the_class_goes_on(of_two, grade):
    place = os.fsencode(of_two / "submitted")
    os.rename(place + b"/eve", place + b"/\xff\xfe")
    told = grade(of_two)
    assert told.pop(HONEST) == ""
    assert [("the student's id" in why) for why in told.values()] == [True]


def test_a_name_that_fits_where_it_was_handed_in_alone_is_not_the_disk_s_fault(of_two):
    deep = "/".join(["g" * 250] * 15)  # no path may be longer than 4,096 bytes
    with (of_two / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.autograded_directory = {deep!r}\n")
    long = of_two / "submitted" / HOSTILE / ASSIGNMENT / ("a" * 250)
    long.mkdir()
    (long / "b").write_text("b")
    told = by_workers(of_two)
    assert "cannot be written beside its graded notebooks (File name too long)" in told[HOSTILE]
    assert told[HONEST] == ""
    assert list((of_two / deep / HOSTILE).iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "2030-01-31",
        "2030-01-31 23:59",
        "2030-01-31T23:59:59Z",
        "2030-01-31T23:59:59.123456+01:00",
        "2030-01-31 23:59:59.123456 UTC",
        "2030-01-31 23:59:59 +0000",
        "2030-01-31 23:59:59 Europe/Berlin\n",
    ],
)
def test_dates_as_courses_write_them_are_read(course, text):
    folder = hand_in(course, HONEST, submission())
    a_timestamp(text)(folder)
    assert by_workers(course) == {HONEST: ""}
