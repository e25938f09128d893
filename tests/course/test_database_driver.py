"""A gradebook in a database whose driver is not installed: a line says what to do."""

import sys

import pytest
import sqlalchemy
from small_course import ASSIGNMENT, hand_in, submission
from typer.testing import CliRunner

from autograder.commands.cli import app
from autograder.course.database_driver import check_driver
from autograder.errors import CourseError, MissingExtra


@pytest.fixture(autouse=True)
def forget():
    """The next test may have another driver."""
    check_driver.cache_clear()


def test_sqlite_and_psycopg_3_are_there():
    check_driver("sqlite:////gradebook.db")
    check_driver("postgresql+psycopg://ada:secret@host/gradebook")


@pytest.mark.skipif(
    sqlalchemy.__version__ < "2.1", reason="before, postgresql:// is another driver's"
)
def test_postgresql_alone_is_psycopg_3():
    check_driver("postgresql://ada:secret@host/gradebook")


def test_the_extra_is_named_whatever_driver_the_url_asks_for(monkeypatch):
    for name in ("psycopg", "psycopg2"):
        monkeypatch.setitem(sys.modules, name, None)
    for url in ("postgresql://h/g", "postgresql+psycopg://h/g", "postgresql+psycopg2://h/g"):
        with pytest.raises(MissingExtra, match=r"not installed: psycopg; .*\[postgres\]"):
            check_driver(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "postgresql+psycopg2://ada:secret@host/g",
            r"asks for psycopg2, .* postgresql\+psycopg://",
        ),
        ("mysql+pymysql://ada:secret@host/g", "asks for pymysql, which is not installed"),
        ("postgres://ada:secret@host/g", r"no database .* postgresql\+psycopg://"),
        ("secret", "no database that SQLAlchemy knows"),
    ],
)
def test_another_driver_or_none_is_named_without_the_password(monkeypatch, url, words):
    for name in ("psycopg2", "pymysql"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CourseError, match=words) as told:
        check_driver(url)
    assert "secret" not in str(told.value)


def test_the_command_tells_it_in_a_line(course, monkeypatch):
    hand_in(course, "ada", submission())
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.db_url = 'postgresql+psycopg://host/gradebook'\n")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    done = CliRunner().invoke(app, ["grade", ASSIGNMENT, "--course", str(course), "--jobs", "1"])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: not installed: psycopg; run: pip install ")
    assert done.stderr.count("\n") == 1
