"""Whether the gradebook's database can be spoken to: SQLite always, any other by a driver."""

from functools import cache

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from autograder.errors import CourseError
from autograder.extras import need


@cache
def check_driver(db_url: str) -> None:
    """Raise MissingExtra, or CourseError, where there is no driver for the URL's database.

    Nothing is connected to. Of the URL, which may hold a password, only the driver's name is told.
    """
    try:
        url = make_url(db_url)
        dialect = url.get_dialect()
    except ArgumentError:
        raise CourseError(
            "CourseDirectory.db_url names no database that SQLAlchemy knows; "
            "PostgreSQL's begin with postgresql+psycopg://"
        ) from None
    try:
        dialect.import_dbapi()
    except ModuleNotFoundError as error:
        if url.get_backend_name() == "postgresql":
            need("postgres", "psycopg")
        # SQLAlchemy before 2.1 takes postgresql:// to mean psycopg2.
        raise CourseError(
            f"CourseDirectory.db_url asks for {error.name}, which is not installed: install it, or "
            "let the URL begin with the name of another driver, such as postgresql+psycopg://"
        ) from None
