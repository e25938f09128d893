"""`autograder watch` as a process of its own: what arrives is graded, once, with feedback."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from queue import Empty, Queue

import pytest
from deep_folders import deep
from small_course import ASSIGNMENT, hand_in, submission

WRONG = submission(double="def double(x):\n    return x")
SECONDS = 60  # for a busy machine; it takes two or three


class Watcher:
    """The process, and what it says, a line at a time."""

    def __init__(self, course, *options):
        command = "from autograder.commands.cli import app; app()"
        arguments = ["watch", ASSIGNMENT, "--json", "--jobs", "1", "--course", str(course)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", command, *arguments, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: Queue = Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.said.put(json.loads(line))

    def next(self):
        """What it says next."""
        try:
            return self.said.get(timeout=SECONDS)
        except Empty:
            raise AssertionError("the watcher says nothing") from None

    def stop(self, number=signal.SIGTERM):
        """Stop it; returns its exit code and how long it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        _, self.problems = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, time.monotonic() - began


@contextlib.contextmanager
def watching(course, *options):
    watcher = Watcher(course, *options)
    try:
        assert "watching" in watcher.next()
        yield watcher
    finally:
        watcher.process.kill()
        watcher.process.communicate()


def written(course, student):
    """When the graded folder, its record and a feedback page were written."""
    graded = course / "autograded" / student
    pages = course / "feedback" / student / ASSIGNMENT
    paths = [graded / ASSIGNMENT, graded / ".ps1.graded.json", pages / "doubling.html"]
    return [(path.stat().st_ino, path.stat().st_mtime_ns) for path in paths]


def test_what_arrives_is_graded_once_with_feedback(course):
    hand_in(course, "ada", submission())
    with watching(course, "--submitted") as watcher:
        first = watcher.next()
        assert (first["student"], first["score"], first["feedback"]) == ("ada", 6, True)
        hand_in(course, "bob", WRONG)
        second = watcher.next()
        assert (second["student"], second["score"], second["feedback"]) == ("bob", 4, True)
        code, seconds = watcher.stop()
        assert code == 0, watcher.problems
        assert seconds < 10
        assert "Traceback" not in watcher.problems
    before = written(course, "ada"), written(course, "bob")
    with watching(course, "--submitted") as watcher:
        assert watcher.next() == {"skipped": 2}
        hand_in(course, "bob", submission())
        again = watcher.next()
        assert (again["student"], again["score"], again["feedback"]) == ("bob", 6, True)
        assert written(course, "ada") == before[0]
        assert written(course, "bob") != before[1]
        assert watcher.stop(signal.SIGINT)[0] == 0


def test_one_that_cannot_be_graded_is_told_once_until_it_changes(course):
    place = hand_in(course, "ada", submission())
    (place / "doubling.ipynb").write_text("{")
    with watching(course, "--no-feedback") as watcher:
        assert watcher.next()["status"] == "ungraded"
        hand_in(course, "bob", submission())
        assert watcher.next()["student"] == "bob"
        hand_in(course, "ada", submission())
        told = watcher.next()
        assert (told["student"], told["status"], told["feedback"]) == ("ada", "graded", False)
        assert watcher.said.empty()
    assert not (course / "feedback").exists()


@pytest.fixture
def exchange(course, tmp_path):
    """The inbound folder of the course."""
    root = tmp_path / "exchange"
    inbound = root / "c1" / "inbound"
    inbound.mkdir(parents=True)
    root.chmod(0o777)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.course_id = 'c1'\nc.Exchange.root = {str(root)!r}\n")
    return inbound


@pytest.fixture
def shared_user(course, exchange):
    """Students whose folders all belong to one user, the one that runs the tests."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.ExchangeCollect.check_owner = False\n")


def submit(course, inbound, student, notebooks, minute):
    """As `nbgrader submit` does: the files, and at last the timestamp and the secret."""
    source = hand_in(course.parent / "home", student, notebooks)
    timestamp = f"2026-01-01 00:{minute:02}:00.000000 UTC"
    place = inbound / f"{student}+{ASSIGNMENT}+{timestamp}+abc"
    shutil.copytree(source, place)
    (place / "timestamp.txt").write_text(timestamp)
    (place / "submission_secret.txt").write_text("secret")
    return place


@pytest.mark.usefixtures("shared_user")
def test_submissions_of_the_exchange_are_collected_and_feedback_is_released(course, exchange):
    with watching(course, "--release") as watcher:
        submit(course, exchange, "ada", WRONG, 1)
        told = watcher.next()
        assert (told["student"], told["score"], told["feedback"]) == ("ada", 4, True), told
        assert len(list((exchange.parent / "feedback").glob("*.html"))) == 2
        submit(course, exchange, "ada", submission(), 2)
        assert watcher.next()["score"] == 6
        assert watcher.stop()[0] == 0, watcher.problems


@pytest.mark.usefixtures("shared_user")
def test_a_link_in_the_exchange_brings_nothing_in(course, exchange):
    place = submit(course, exchange, "ada", submission(), 1)
    (place / "tests.txt").symlink_to(course / "source" / ASSIGNMENT / "doubling.ipynb")
    with watching(course) as watcher:
        told = watcher.next()
        assert (told["folder"], told["status"]) == (place.name, "not collected")
        assert "tests.txt" in told["reason"]
        (place / "tests.txt").unlink()
        told = watcher.next()
        assert (told["student"], told["score"]) == ("ada", 6)
        assert any("was changed at" in note for note in told["notes"])


def test_a_hostile_exchange_ends_nothing_and_says_nothing_of_its_own(course, exchange):
    mine = pwd.getpwuid(os.getuid()).pw_name
    bad = [submit(course, exchange, "forged\x1b[2J\x07", submission(), 1)]
    bad.insert(0, submit(course, exchange, "games", submission(), 1))  # whose it is not
    bad += [submit(course, exchange, mine, submission(), minute) for minute in (50, 51, 52)]
    (bad[2] / "secret.txt").symlink_to(course / "source" / ASSIGNMENT / "doubling.ipynb")
    os.mkfifo(bad[3] / "pipe")
    bad.append(exchange / f"{mine}+{ASSIGNMENT}+2026-02-02 00:00:00 UTC+x")
    bad[-1].symlink_to("/")
    bad.append(exchange / os.fsdecode(f"{mine}+{ASSIGNMENT}+".encode() + b"\xff\x1b]0;x\x07"))
    bad[-1].mkdir()
    with deep(bad[4]), watching(course) as watcher:
        reasons = {}
        for _ in bad:
            told = watcher.next()
            assert told["status"] == "not collected"
            assert (told["folder"] + told["reason"]).isprintable()
            reasons[told["folder"]] = told["reason"]
        assert len(reasons) == len(bad)
        good = submit(course, exchange, mine, submission(), 2)
        told = watcher.next()
        assert (told["student"], told["score"]) == (mine, 6)
        (good / os.fsdecode(b"\xff")).touch()
        (course / "submitted" / os.fsdecode(b"\xff")).mkdir()
        hand_in(course, "bob", submission())
        assert watcher.next()["student"] == "bob"
        assert watcher.said.empty()
        assert watcher.stop()[0] == 0, watcher.problems
        assert "Traceback" not in watcher.problems
        assert "\x1b" not in watcher.problems
    collected = course / "submitted" / mine / ASSIGNMENT
    assert not {"secret.txt", "pipe"} & {path.name for path in collected.iterdir()}


def test_without_an_exchange_the_mend_is_said(course):
    watcher = Watcher(course, "--inbound")
    _, problems = watcher.process.communicate(timeout=SECONDS)
    assert watcher.process.returncode == 1
    assert "--submitted" in problems


def test_a_gradebook_that_cannot_be_written_for_a_while_ends_nothing(course):
    with watching(course, "--no-feedback") as watcher:
        (course / "gradebook.db").rename(course / "elsewhere.db")
        (course / "gradebook.db").mkdir()
        hand_in(course, "ada", submission())
        assert "Tried again soon" in watcher.process.stderr.readline()
        (course / "gradebook.db").rmdir()
        (course / "elsewhere.db").rename(course / "gradebook.db")
        assert watcher.next()["student"] == "ada"
