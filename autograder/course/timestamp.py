"""When was it handed in? What timestamp.txt says, a file that a student may write as they like."""

import re
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.errors import SubmissionError
from autograder.text import describe

NAME = "timestamp.txt"
_MOST_BYTES = 100
# A number that is no date, or a zone that is a path, would end or mislead the reader of dates.
_DATE = re.compile(r"(\d{4})-\d\d-\d\d([ T]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?)?")
_ZONE = re.compile(r"Z| ?[+-]\d\d:?\d\d| [A-Za-z][A-Za-z_]*(/[A-Za-z][\w+-]*){0,2}|")
_YEARS = range(1970, 2200)  # around which no sum of a date, a zone and an extension can fail
_WANTED = "2030-01-31 23:59:00 UTC"


def handed_in_at(folder: Path) -> datetime | None:
    """The date in timestamp.txt of a submission's folder, in UTC; None where there is none.

    It is written in ISO 8601, with or without a time and a zone, or as nbgrader writes it
    (`2030-01-31 23:59:00.000000 UTC`), and is the one that nbgrader reads there.

    Raises SubmissionError for anything else.
    """
    path = folder / NAME
    if not path.exists():
        return None
    if not path.is_file():
        raise SubmissionError(f"{NAME} is not a regular file: remove it")
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    text = data.decode("ascii", "replace").strip()
    found = _DATE.match(text)
    if not data.strip():
        return None
    if len(data) > _MOST_BYTES or not (found and _ZONE.fullmatch(text, found.end())):
        raise _no_date(text)
    if int(found[1]) not in _YEARS:
        raise SubmissionError(f"{NAME} holds a date of the year {found[1]}: {describe(text)}")
    try:
        return parse_utc(text)
    except (ValueError, OverflowError):  # the 31st of June
        raise _no_date(text) from None


def _no_date(text: str) -> SubmissionError:
    return SubmissionError(f"{NAME} does not hold a date such as {_WANTED}: {describe(text)}")
