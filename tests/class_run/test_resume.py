"""A second run does what is new or changed; a run that was killed at any point is made good."""

import json
import os
import shutil
import signal
import sys
from concurrent.futures import Future

import pytest
from nbgrader_api import open_course
from small_course import ASSIGNMENT, grade_by_hand, hand_in, submission
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tables_of import files, rows

from autograder.class_run.runner import Runner
from autograder.class_run.workers.pool import SerialPool
from autograder.course.provenance import Records

WRONG = submission(double="def double(x):\n    return x")
EVENTS = ("open", "os.", "shutil.", "ctypes.dlopen")
STRIDE = 7  # every so many events one is killed at; 1 tries them all, in some minutes


class Remembering:
    """A pool that grades each submission once, however many runs it serves."""

    in_flight = 2

    def __init__(self):
        self.serial = SerialPool()
        self.known = {}

    def open(self, bundle):
        self.serial.open(bundle)

    def submit(self, data):
        if data not in self.known:
            self.known[data] = self.serial.submit(data).result()
        done = Future()
        done.set_result(self.known[data])
        return done

    def renew(self):
        raise AssertionError("nothing breaks here")


@pytest.fixture(scope="module")
def pool():
    return Remembering()


def grade(root, pool=None, **options):
    runner = Runner(root)
    students = runner.students(ASSIGNMENT)
    return {r.student: r for r in runner.grade(ASSIGNMENT, students, pool=pool, **options)}


def graded(results):
    return {student for student, result in results.items() if not result.skipped}


def test_only_what_is_new_or_changed_is_graded(course, pool):
    hand_in(course, "ada", submission())
    hand_in(course, "bob", submission())
    assert graded(grade(course, pool)) == {"ada", "bob"}
    assert graded(grade(course, pool)) == set()
    hand_in(course, "bob", WRONG)
    hand_in(course, "eve", submission())
    results = grade(course, pool)
    assert graded(results) == {"bob", "eve"}
    assert (results["ada"].score, results["bob"].score) == (6, 4)
    assert results["ada"].mistakes == {"doubling": "", "halving": ""}


CHANGES = {
    "a newer timestamp": lambda root: hand_in(root, "ada", submission(), "2030-01-01 00:00:00 UTC"),
    "a file beside the notebooks": lambda root: (
        root / "submitted" / "ada" / ASSIGNMENT / "diary.txt"
    ).write_text("dear me"),
    "a file of the course": lambda root: (root / "source" / ASSIGNMENT / "numbers.txt").write_text(
        "2 4 6"
    ),
    "a limit": lambda root: configure(root, "c.Grade.cell_seconds = 29\n"),
    "a graded folder removed": lambda root: shutil.rmtree(root / "autograded" / "ada" / ASSIGNMENT),
    "a gradebook put back": lambda root: shutil.copy(root / "old.db", root / "gradebook.db"),
    "another seed": lambda root: configure(root, "c.Grade.seed = 6\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_determines_a_result_makes_it_new(course, pool, change):
    shutil.copy(course / "gradebook.db", course / "old.db")
    hand_in(course, "ada", submission())
    grade(course, pool)
    change(course)
    assert graded(grade(course, pool)) == {"ada"}
    assert graded(grade(course, pool)) == set()


def configure(root, line):
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(line)


def test_a_new_submission_is_graded_with_the_seed_of_the_others(course, pool):
    hand_in(course, "ada", submission())
    grade(course, pool)
    hand_in(course, "bob", submission())
    grade(course, pool)
    records = Records(Runner(course).course, ASSIGNMENT)
    assert records.read("ada").seed == records.read("bob").seed
    grade(course, pool, force=True)
    assert records.read("ada").seed == records.read("bob").seed


def test_a_class_graded_again_by_force_has_a_new_seed(course, pool):
    hand_in(course, "ada", submission())
    hand_in(course, "eve", submission())
    grade(course, pool)
    records = Records(Runner(course).course, ASSIGNMENT)
    old = records.read("ada").seed
    configure(course, "c.CourseDirectory.student_id_exclude = 'eve'\n")
    grade(course, pool, force=True)
    assert records.read("eve").seed == old != records.read("ada").seed


def test_what_nbgrader_graded_itself_is_graded_again(course, pool):
    hand_in(course, "ada", submission())
    grade(course, pool)
    api, _ = open_course(course)
    assert api.autograde(ASSIGNMENT, "ada", force=True)["success"]
    assert graded(grade(course, pool)) == {"ada"}


def test_nothing_that_names_the_seed_reaches_the_student(course, pool):
    hand_in(course, "ada", submission())
    grade(course, pool, seed=123454321)
    folder = course / "autograded" / "ada" / ASSIGNMENT
    assert not any("123454321" in path.read_text() for path in folder.iterdir())


def killed_at(count, root, pool):
    """Grade in a child that is killed at its `count`-th step outside Python; whether it was."""
    if pid := os.fork():
        return os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    left = count

    def step(name, *_):
        nonlocal left
        if name.startswith(EVENTS):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    runner = Runner(root)
    results = runner.grade(ASSIGNMENT, ["ada"], pool=pool)
    hooks = ("before_cursor_execute", "commit")
    pool.submit = counted(pool.submit, lambda: sys.addaudithook(step))
    for hook in hooks:
        event.listen(Engine, hook, lambda *_: step("os."))
    list(results)
    os._exit(0)


def counted(submit, begin):
    """`submit`, after which the steps are counted: it is the writer's that matter."""

    def submitting(data):
        begin()
        return submit(data)

    return submitting


def test_killed_at_any_point_the_next_run_makes_it_good(course, pool, tmp_path):
    hand_in(course, "ada", WRONG)
    hand_in(course, "bob", submission())
    hand_in(course, "eve", WRONG)
    configure(course, "c.Grade.seed = 5\n")
    grade(course, pool)
    grade_by_hand(course)
    hand_in(course, "ada", submission(), "2030-01-01 00:00:00 UTC")
    whole = shutil.copytree(course, tmp_path / "whole")
    grade(whole, pool)
    wanted = rows(whole), files(whole)
    for count in range(1, 1000, STRIDE):
        root = shutil.copytree(course, tmp_path / f"killed-{count}")
        if not killed_at(count, root, pool):
            break
        grade(root, pool)
        assert (rows(root), files(root)) == wanted, f"killed at step {count}"
        left = sorted(path.name for path in (root / "autograded" / "ada").iterdir())
        assert left == [".ps1.graded.json", "ps1"]
        shutil.rmtree(root)
    assert count > 30
    assert json.loads((whole / "autograded" / "ada" / ".ps1.graded.json").read_text())
