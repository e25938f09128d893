"""Messages to and from workers: what comes out is what went in, and the bytes tell if it is."""

from dataclasses import replace

from autograder.choices import Choices
from autograder.limits import Limits
from autograder.submission.rehearsal import Rehearsal
from autograder.submission.worker_messages import Bundle, Outcome, Submission
from autograder.verdict import Finding, Kind, Verdict


def test_a_bundle_comes_back_whole():
    files = {"data/\udcff.csv": b"\0\xff"}
    limits = Limits(cell_seconds=20, figures=0)
    rehearsals = {"a": Rehearsal((Verdict("t", 1, 0, Kind.WRONG),))}
    known = {"choices": Choices("ungraded", frozenset({"t"})), "rehearsals": rehearsals}
    settings = {"readable": ["/data"]}
    bundle = Bundle({"a": "{}"}, files, limits, ["torch"], 7, settings, "x", 5, 9, **known)
    assert Bundle.from_bytes(bundle.to_bytes()) == bundle


def test_a_submission_comes_back_whole():
    submission = Submission({"a": b"\xff"}, {"a": b"a file of a notebook's name", "b/c": b""})
    for found in (submission, replace(submission, rehearsal=True)):
        assert Submission.from_bytes(found.to_bytes()) == found


def test_an_outcome_comes_back_whole():
    finding = Finding("values", "½ is wanted", advice="take the mean")
    verdicts = [Verdict("t1", 2, 1.5, Kind.PARTLY, finding), Verdict("t2", 1, 1, Kind.PASSED)]
    rehearsals = {"a": Rehearsal(tuple(verdicts), frozenset({"t1"}))}
    told = {"ungraded": "cannot", "fault": "SubmissionError", "seconds": 1.25}
    outcome = Outcome({"a": b"\0"}, {"a": verdicts}, rehearsals, **told)
    assert Outcome.from_bytes(outcome.to_bytes()) == outcome


def test_the_same_content_has_the_same_bytes_in_whatever_order_it_was_read():
    one, other = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}
    assert Submission(one, other).to_bytes() == Submission(other, one).to_bytes()
    notebooks = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}
    assert Bundle(notebooks[0], one).to_bytes() == Bundle(notebooks[1], other).to_bytes()


def test_another_name_or_kind_has_other_bytes():
    told = [({"a": b"x"}, {}), ({}, {"a": b"x"}), ({"b": b"x"}, {}), ({"a": b""}, {"x": b""})]
    assert len({Submission(*content).to_bytes() for content in told}) == len(told)
