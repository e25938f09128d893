"""The limits that a course may set."""

import re

import pytest

from autograder.errors import CourseError
from autograder.limits import Limits


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"cell_seconds": 0}, "the limit cell_seconds is 0; it must be above zero"),
        ({"processes": -1}, "the limit processes is -1; it must be above zero"),
        ({"figures": -1}, "the limit figures is -1; it must be zero or above"),
        ({"restarts": -2}, "the limit restarts is -2; it must be zero or above"),
        ({"reply_mib": 257}, "the limit reply_mib is 257; at most 256"),
    ],
)
def test_a_limit_that_is_none_is_refused_with_what_it_may_be(given, words):
    with pytest.raises(CourseError, match=re.escape(words)):
        Limits(**given)


def test_no_figure_and_no_restart_may_be_asked_for():
    limits = Limits(figures=0, restarts=0)
    assert (limits.figures, limits.restarts) == (0, 0)
