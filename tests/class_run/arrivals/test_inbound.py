"""The exchange's inbound folder under fire: whose folders are collected, and what is said."""

import os
import pwd
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from deep_folders import deep
from small_course import ASSIGNMENT

from autograder.class_run.arrivals.collecting import Collecting
from autograder.class_run.arrivals.exchange import Exchange
from autograder.class_run.arrivals.folder_watcher import QUIET_SECONDS
from autograder.class_run.runner import Runner
from autograder.course.atomic_folders import discard

ME = pwd.getpwuid(os.getuid()).pw_name
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")


@pytest.fixture
def exchange(course, tmp_path):
    """The inbound folder of the course."""
    inbound = tmp_path / "exchange" / "c1" / "inbound"
    inbound.mkdir(parents=True)
    lines = f"c.CourseDirectory.course_id = 'c1'\nc.Exchange.root = '{tmp_path / 'exchange'}'\n"
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(lines)
    return inbound


class Collector:
    """What `autograder watch` has of the exchange, and a clock that a test turns."""

    def __init__(self, course):
        runner = Runner(course)
        self.exchange = Exchange(runner, ASSIGNMENT)
        self.collecting = Collecting(self.exchange.inbound())
        self.submitted = course / "submitted"
        self.now = 0.0

    def look(self):
        """Until what is there is quiet; returns the problems by folder."""
        problems = {}
        for _ in range(2):
            found = self.collecting.refused(True, self.now)
            problems |= {outcome.folder: outcome.problem for outcome in found}
            self.now += 2 * QUIET_SECONDS
        return problems

    def collected(self):
        """The notebook that each student handed in."""
        places = sorted(self.submitted.glob(f"*/{ASSIGNMENT}/doubling.ipynb"))
        return {place.parts[-3]: place.read_text() for place in places}


@pytest.fixture
def collector(course, exchange):
    return Collector(course)


def date(minute, hour=0):
    return f"2026-01-01 {hour:02}:{minute:02}:00.000000 UTC"


def submit(exchange, student=ME, text="1", timestamp=None, rest="+abc", owner=None):
    """As `nbgrader submit` does, by this user (the student, where there is one of that name)."""
    timestamp = timestamp or date(1)
    place = exchange / f"{student}+{ASSIGNMENT}+{timestamp}{rest}"
    (place / "data").mkdir(parents=True)
    (place / "doubling.ipynb").write_text(text)
    (place / "data" / "numbers.txt").write_text("1 2")
    (place / "timestamp.txt").write_text(timestamp)
    return give(place, owner or student)


def give(place, user):
    """Make it the user's, where tests may."""
    if os.getuid() == 0:
        uid = user if isinstance(user, int) else pwd.getpwnam(user).pw_uid
        for path in [place, *place.rglob("*")]:
            os.chown(path, uid, uid, follow_symlinks=False)
    return place


def test_the_newest_is_collected_as_a_whole_and_older_ones_never(collector, exchange, course):
    submit(exchange, text="first", timestamp=date(1))
    assert collector.look() == {}
    third = submit(exchange, text="third", timestamp=date(3), rest="")
    submit(exchange, text="second", timestamp=date(2))
    assert collector.look() == {}
    assert collector.collected() == {ME: "third"}
    place = collector.submitted / ME / ASSIGNMENT
    assert (place / "data" / "numbers.txt").read_text() == "1 2"
    assert [path.name for path in place.parent.iterdir()] == [ASSIGNMENT]
    before = place.stat()
    assert Collector(course).look() == {}  # as after a restart
    discard(third)
    assert Collector(course).look() == {}
    assert place.stat() == before


@as_root
def test_nobody_hands_in_for_somebody_else(collector, exchange):
    submit(exchange, "games", "mine")
    later = submit(exchange, "games", "forged", date(9), owner="nobody")
    unknown = submit(exchange, "games", "forged", date(8), owner=3_000_000_000)
    problems = collector.look()
    assert set(problems) == {later.name, unknown.name}
    assert "belongs to nobody, not to games" in problems[later.name]
    assert "the unknown user 3000000000" in problems[unknown.name]
    assert collector.collected() == {"games": "mine"}
    assert collector.look() == {}  # it is told once
    give(later, "games")
    assert collector.look() == {}
    assert collector.collected() == {"games": "forged"}


def test_where_students_share_a_user_names_are_believed_and_no_more(course, exchange):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.ExchangeCollect.check_owner = False\n")
    collector = Collector(course)
    for student in ("ada", "a+b", "[a]*"):
        submit(exchange, student, student, owner=ME)
    bad = [submit(exchange, student, owner=ME) for student in ("..", "-rf", "<b>", "a\x1b[2Jb")]
    problems = collector.look()
    assert set(problems) == {place.name for place in bad}
    assert all(problem.isprintable() for problem in problems.values())
    assert collector.collected() == {name: name for name in ("ada", "a+b", "[a]*")}


def test_the_link_of_a_folder_is_not_followed(collector, exchange, course):
    for number, target in enumerate((course / "source" / ASSIGNMENT, Path("/"), "nowhere")):
        (exchange / f"{ME}+{ASSIGNMENT}+{date(9 + number)}+x").symlink_to(target)
    os.mkfifo(exchange / f"{ME}+{ASSIGNMENT}+{date(20)}+x")
    (exchange / f"{ME}+{ASSIGNMENT}+{date(21)}+x").touch()
    mine = submit(exchange, text="mine")
    problems = collector.look()
    assert list(problems.values()) == ["it is a link or a file, not a folder"] * 5
    assert mine.name not in problems
    assert collector.collected() == {ME: "mine"}


@pytest.mark.parametrize("bad", ["not a date", "", "9999-99-99", "2026-01-01 25:00 ZZZ", "1" * 90])
def test_a_date_that_is_none_keeps_no_other_folder_from_being_collected(
    collector, exchange, bad, capfd
):
    named = submit(exchange, text="bad", timestamp=bad or " ")
    submit(exchange, text="good")
    odd = exchange / f"{ME}+{ASSIGNMENT}+b+c+d"
    odd.mkdir()
    problems = collector.look()
    assert "does not hold a date" in problems.pop(named.name)
    assert "its name is not student+assignment+date" in problems.pop(odd.name)
    assert problems == {}
    assert collector.collected() == {ME: "good"}
    assert capfd.readouterr().err == ""


def test_what_is_refused_leaves_an_earlier_one_in_its_place(collector, exchange):
    submit(exchange, text="first", timestamp=date(1))
    assert collector.look() == {}
    place = submit(exchange, text="second", timestamp=date(2))
    (place / "data" / "link").symlink_to("/etc/passwd")
    later = submit(exchange, text="third", timestamp=date(3))
    with deep(give(later, ME) / "data"):
        problems = collector.look()
    assert "data/link' is a link" in problems[place.name]
    assert "more than 10 deep" in problems[later.name]
    assert collector.collected() == {ME: "first"}
    discard(later)
    (place / "data" / "link").unlink()
    assert collector.look() == {}
    assert collector.collected() == {ME: "second"}


def test_the_date_for_the_penalty_is_that_of_the_name(collector, exchange):
    place = submit(exchange, timestamp=date(5))
    (place / "timestamp.txt").write_text(date(1))
    assert "timestamp.txt has another date" in collector.look()[place.name]
    (place / "timestamp.txt").unlink()
    assert "timestamp.txt is not there (yet)" in collector.look()[place.name]
    assert collector.collected() == {}
    (place / "timestamp.txt").write_text(date(5))
    give(place, ME)
    assert collector.look() == {}
    assert collector.collected() == {ME: "1"}


def test_a_date_long_before_the_last_change_is_noted(collector, exchange):
    old = submit(exchange, timestamp=date(1))
    for path in (old, *old.rglob("*")):
        os.utime(path, (0, 0))  # which anybody may do
    assert collector.look() == {}
    note = collector.collecting.take_note(ME)
    assert note.startswith("its date is 2026-01-01 00:01 UTC, but")
    assert collector.collecting.take_note(ME) == ""
    submit(exchange, timestamp=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC")
    assert collector.look() == {}
    assert collector.collecting.take_note(ME) == ""


def test_of_those_before_the_due_date_the_newest(course, exchange):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.ExchangeCollect.before_duedate = True\n")
    collector = Collector(course)
    with Runner(course).course.open() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=date(5))
    submit(exchange, text="late", timestamp=date(9))
    assert collector.look() == {}
    assert collector.collected() == {ME: "late"}
    for minute in (2, 3):
        submit(exchange, text=f"at {minute}", timestamp=date(minute))
    assert collector.look() == {}
    assert collector.collected() == {ME: "at 3"}


def test_a_course_that_cannot_be_written_loses_nothing(collector, exchange):
    place = submit(exchange, text="mine")
    collector.submitted.mkdir(exist_ok=True)
    (collector.submitted / ME).write_text("in the way")
    assert set(collector.look()) == {place.name}
    assert collector.look() == {}  # it is told once
    (collector.submitted / ME).unlink()
    assert collector.look() == {}
    assert collector.collected() == {ME: "mine"}


def test_what_is_ignored_or_shared_is_so_as_in_nbgrader(course, exchange):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            "c.CourseDirectory.ignore = ['data']\n"
            "c.CourseDirectory.include = ['*.ipynb', '*.txt']\n"
            "c.CourseDirectory.groupshared = True\n"
        )
    collector = Collector(course)
    place = submit(exchange)
    (place / "no.csv").touch()
    (place / "data" / "link").symlink_to("/etc/passwd")
    give(place, ME)
    assert collector.look() == {}
    found = collector.submitted / ME / ASSIGNMENT
    assert {path.name for path in found.rglob("*")} == {"doubling.ipynb", "timestamp.txt"}
    assert found.stat().st_mode & 0o070 == 0o070
    assert (found / "doubling.ipynb").stat().st_mode & 0o060 == 0o060


@as_root
def test_a_student_who_swaps_a_file_all_the_time_gets_nothing_of_anybody(
    collector, exchange, tmp_path
):
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    secret.chmod(0o600)
    place = submit(exchange, "nobody", "mine")
    inbound = collector.exchange.inbound()
    child = os.fork()
    if not child:
        _swap_for_ever(place, secret)
    try:
        swapped, outcomes = 0, set()
        while swapped < 100 or len(outcomes) < 2:
            outcomes |= {bool(outcome.problem) for outcome in inbound.collect([place.name])}
            swapped += (place / "doubling.ipynb").is_symlink()
            assert collector.collected().get("nobody", "mine") in ("mine", "")
            discard(collector.submitted)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _swap_for_ever(place, secret):
    """As nobody: now a file, now a link to what nobody may not read."""
    try:
        os.chdir(place)
        os.setgid(65534)
        os.setuid(65534)
        while True:
            os.symlink(secret, "link")
            os.rename("link", "doubling.ipynb")
            Path("file").write_text("mine")
            os.rename("file", "doubling.ipynb")
    finally:
        os._exit(1)
