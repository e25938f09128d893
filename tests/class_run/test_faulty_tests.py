"""A test that fails on the instructor's own solution: one cell waits on every road, and is told."""

import json
import shutil

import pytest
from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader_api import open_course, release
from small_course import CONFIG
from tables_of import files, rows
from typer.testing import CliRunner

from autograder.commands.cli import app

FAULTY = [
    "assert answer() == 2, 'three is wanted'",
    "open('not there')",
    "import threading\nanswer(threading.Lock())",
    "assert answer() == 1\n### BEGIN HIDDEN TESTS\nassert answer() == 4213\n### END HIDDEN TESTS",
]
SOUND = "assert answer() == 1"


def cell(grade_id, source, points=0.0):
    test = bool(points)
    marks = {"grade_id": grade_id, "schema_version": 3, "task": False, "points": points}
    marks |= {"grade": test, "solution": not test, "locked": test}
    return v4.new_code_cell(source, metadata={"nbgrader": marks})


def write(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(v4.new_notebook(cells=list(cells))))


@pytest.fixture(params=FAULTY, ids=["assertion", "error", "cannot cross", "hidden"])
def course(request, tmp_path):
    """Two notebooks with a sound test each, the first with one at fault, and two students."""
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    tests = [cell("faulty", request.param, 2), cell("sound", SOUND, 1)]
    begin, end = "def answer(x=0):\n    ### BEGIN SOLUTION\n", "    ### END SOLUTION"
    source = tmp_path / "source" / "ps1"
    write(source / "one.ipynb", cell("answer", f"{begin}    return 1\n{end}"), *tests)
    write(source / "two.ipynb", cell("answer", f"{begin}    return 1\n{end}"), tests[1])
    release(tmp_path, "ps1")
    for student, given in (("ada", 1), ("bob", 0)):
        folder = tmp_path / "submitted" / student / "ps1"
        answer = cell("answer", f"def answer(x=0): return {given}")
        write(folder / "one.ipynb", answer, *tests)
        write(folder / "two.ipynb", answer, tests[1])
    return tmp_path


def run(course, *words):
    return CliRunner().invoke(app, [*words, "ps1", "--course", str(course)])


def grade(course, *words):
    return run(course, "grade", "--jobs", "1", *words)


def test_the_cell_waits_the_rest_is_scored_and_the_run_names_it(course):
    done = grade(course, "--json")
    assert done.exit_code == 1
    *results, summary = map(json.loads, done.stdout.splitlines())
    told = {r["student"]: (r["status"], r["score"], r["to_review"]) for r in results}
    assert told == {"ada": ("graded", 2, 2), "bob": ("graded", 0, 2)}
    (fault,) = summary["summary"]["faulty_tests"]
    assert (fault["notebook"], fault["cell"]) == ("one", "faulty")
    assert done.stderr.count("one.ipynb, faulty: ") == 2  # before the first, and at the end
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        found = gradebook.find_submission_notebook("one", "ps1", "bob")
        row = gradebook.find_grade("faulty", "one", "ps1", "bob")
        assert (row.auto_score, row.needs_manual_grade) == (None, True)
        comments = {comment.name: comment.auto_comment for comment in found.comments}
    assert "instructor's own solution" in comments["faulty"]
    assert comments["faulty"] in comments["answer"]  # where formgrader shows it
    assert "4213" not in json.dumps(comments)


def test_nbgraders_own_road_leaves_the_same(course, tmp_path_factory):
    theirs = tmp_path_factory.mktemp("theirs") / "course"
    shutil.copytree(course, theirs)
    for root in (course, theirs):
        with (root / "nbgrader_config.py").open("a") as config:
            config.write("c.Grade.seed = 5\n")
    grade(course)
    api, _ = open_course(theirs)
    for student in ("ada", "bob"):
        assert api.autograde("ps1", student)["success"]
    assert (rows(theirs), files(theirs)) == (rows(course), files(course))


def test_a_second_run_names_it_too_and_grades_nothing_again(course):
    grade(course)
    done = grade(course)
    assert done.exit_code == 1
    assert "2 skipped" in done.stdout
    assert "one.ipynb, faulty: " in done.stderr


def test_check_names_it_and_goes_on(course):
    done = run(course, "check")
    assert done.exit_code == 1
    first, fault, second = done.stdout.splitlines()
    assert (first, second) == ("one: 1 of 2 tests pass", "two: 1 of 1 tests pass")
    assert fault.startswith("  faulty: ")


def test_a_mended_test_takes_its_comments_away(course):
    grade(course)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Grade.faulty_tests = 'ungraded'\n")
    assert grade(course).exit_code == 1
    notebook = json.loads((course / "source" / "ps1" / "one.ipynb").read_text())
    notebook["cells"][1]["source"] = SOUND
    (course / "source" / "ps1" / "one.ipynb").write_text(json.dumps(notebook))
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_source_cell(
            "faulty", "one", "ps1", source=SOUND, cell_type="code"
        )
    done = grade(course)
    assert done.exit_code == 0, done.output
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        found = gradebook.find_submission_notebook("one", "ps1", "bob")
        assert not any(comment.auto_comment for comment in found.comments)


def test_a_course_may_leave_such_submissions_ungraded(course):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Grade.faulty_tests = 'ungraded'\n")
    done = grade(course, "--json")
    assert done.exit_code == 1
    *results, _ = map(json.loads, done.stdout.splitlines())
    assert {r["status"] for r in results} == {"ungraded"}
