"""`autograder grade`, as a person types it."""

import json

import pytest
from nbgrader_api import open_course
from small_course import ASSIGNMENT, hand_in, submission
from typer.testing import CliRunner

from autograder.class_run.runner import Runner
from autograder.commands.cli import app

WRONG = submission(double="def double(x):\n    return x")


def grade(course, *arguments):
    return CliRunner().invoke(
        app, ["grade", ASSIGNMENT, "--course", str(course), "--jobs", "1", *arguments]
    )


def marks(course, student):
    return Runner(course).course.marks(ASSIGNMENT, student)


def row(output, student):
    """The cells of the student's line in the table."""
    (line,) = (line for line in output.splitlines() if line.startswith(f"│ {student} "))
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_the_class_is_graded_and_shown(course):
    hand_in(course, "ada", submission())
    hand_in(course, "bob", WRONG)
    done = grade(course)
    assert done.exit_code == 0, done.output
    assert row(done.stdout, "ada") == ["ada", "6 / 9", "3", "2 of 2", ""]
    assert row(done.stdout, "bob")[:4] == ["bob", "4 / 9", "3", "2 of 2"]
    assert row(done.stdout, "bob")[4] == "doubling: double"


def test_the_scores_are_those_of_nbgrader_autograde(course, tmp_path):
    for student, notebooks in {"ada": submission(), "bob": WRONG, "eve": {}}.items():
        hand_in(course, student, notebooks | {"extra": submission()["halving"]})
    assert grade(course, "--student", "ada", "--student", "bob").exit_code == 0
    ours = [marks(course, student) for student in ("ada", "bob")]
    api, _ = open_course(course)
    for student in ("ada", "bob"):
        assert api.autograde(ASSIGNMENT, student, force=True)["success"]
    assert [marks(course, student) for student in ("ada", "bob")] == ours


def test_ungraded_submissions_are_named_and_the_others_graded(course):
    hand_in(course, "ada", submission())
    (hand_in(course, "bob", submission()) / "halving.ipynb").write_text("{")
    hand_in(course, "eve", {})
    done = grade(course)
    assert done.exit_code == 1
    assert row(done.stdout, "ada")[1] == "6 / 9"
    assert row(done.stdout, "bob")[1] == "ungraded"
    assert "halving.ipynb: the file is not JSON" in row(done.stdout, "bob")[4]
    assert row(done.stdout, "eve")[1] == "ungraded"
    assert "Ungraded: bob, eve" in done.stderr


def test_a_limit_of_what_lies_beside_the_notebooks_is_kept(course):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Grade.submission_mib = 1e-6\n")
    hand_in(course, "ada", submission())
    done = grade(course)
    assert done.exit_code == 1
    assert "the files beside its notebooks have" in row(done.stdout, "ada")[4]


def test_missing_and_extra_notebooks_are_named(course):
    notebooks = submission()
    notebooks["extra"] = notebooks.pop("halving")
    hand_in(course, "bob", notebooks)
    done = grade(course)
    assert done.exit_code == 0
    assert row(done.stdout, "bob")[1:4] == ["2 / 9", "3", "1 of 2"]
    assert "bob: halving.ipynb is missing: 0 points" in done.stderr
    assert "bob: extra.ipynb is not part of the assignment: skipped" in done.stderr


def test_what_is_graded_is_skipped_unless_forced_or_changed(course):
    hand_in(course, "ada", submission())
    assert "1 graded" in grade(course).stdout
    again = grade(course)
    assert "0 graded, 1 skipped" in again.stdout
    assert row(again.stdout, "ada")[1] == "6 / 9"
    assert "1 graded" in grade(course, "--force").stdout
    hand_in(course, "ada", WRONG)
    assert row(grade(course).stdout, "ada")[1] == "4 / 9"


def test_one_student_forced_keeps_the_seed_of_the_class(course):
    hand_in(course, "ada", submission())
    hand_in(course, "bob", submission())
    grade(course)
    assert "1 graded" in grade(course, "--force", "--student", "ada").stdout
    assert "0 graded, 2 skipped" in grade(course).stdout


def test_json_is_one_object_a_line_and_nothing_else(course):
    hand_in(course, "ada", submission())
    hand_in(course, "bob", {})
    lines = [json.loads(line) for line in grade(course, "--json").stdout.splitlines()]
    *results, last = lines
    told = {result["student"]: result for result in results}
    assert told["ada"]["status"] == "graded"
    assert (told["ada"]["score"], told["ada"]["max_score"], told["ada"]["to_review"]) == (6, 9, 3)
    assert told["bob"]["status"] == "ungraded"
    assert "none of its notebooks" in told["bob"]["reason"]
    counts = {name: last["summary"][name] for name in ("graded", "skipped", "ungraded")}
    assert counts == {"graded": 1, "skipped": 0, "ungraded": 1}


def test_ctrl_c_keeps_what_is_done(course):
    for student in ("ada", "bob", "eve"):
        hand_in(course, student, submission())
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            "def interrupt(student, **others):\n"
            "    if student == 'bob':\n"
            "        raise KeyboardInterrupt\n"
            "c.Autograde.pre_convert_hook = interrupt\n"
        )
    done = grade(course)
    assert done.exit_code == 130
    assert "Stopped after 1 of 3" in done.stderr
    assert row(done.stdout, "ada")[1] == "6 / 9"
    assert not (course / "autograded" / "bob").exists() or not any(
        (course / "autograded" / "bob").iterdir()
    )


def test_names_from_students_act_neither_on_the_terminal_nor_as_patterns(course):
    hand_in(course, "[red]x*", submission())
    hand_in(course, "ada", submission() | {"[bold]\x1b[2J": []})
    done = grade(course)
    assert done.exit_code == 0
    assert row(done.stdout, "[red]x*")[1] == "6 / 9"
    assert "ada: [bold] [2J.ipynb is not part of the assignment" in done.stderr
    assert "\x1b" not in done.output


def test_unknown_names_are_answered_in_a_sentence(course, tmp_path):
    hand_in(course, "ada", submission())
    for arguments, words in {
        ("--student", "eve"): "student 'eve' has no submission of 'ps1'; there is: ada",
        ("--course", str(tmp_path)): "is not a course folder",
    }.items():
        done = grade(course, *arguments)
        assert done.exit_code == 1
        assert words in " ".join(done.stderr.split())  # however long the path, and so the lines
        assert "Traceback" not in done.output
    done = CliRunner().invoke(app, ["grade", "ps2", "--course", str(course)])
    assert done.exit_code == 1
    assert "assignment 'ps2' has no source folder; there is: ps1" in done.stderr


def test_a_class_that_handed_in_nothing_is_said(course):
    done = grade(course)
    assert done.exit_code == 1
    assert "nobody handed in 'ps1'" in done.stderr


def test_an_assignment_that_was_never_released_says_what_to_run(course):
    (course / "source" / "ps2").mkdir()
    done = CliRunner().invoke(app, ["grade", "ps2", "--course", str(course)])
    assert done.exit_code == 1
    assert "run: nbgrader generate_assignment ps2" in done.stderr


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("c = ", "nbgrader_config.py fails"),
        ("c.Autograde.autograde_preprocessors = []", "without autograder.plugin.Grade"),
    ],
)
def test_a_config_that_cannot_grade_is_named(course, config, words):
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(config)
    done = grade(course)
    assert done.exit_code == 1
    assert words in " ".join(done.stderr.split())  # however long the path, and so the lines


def test_a_database_may_be_named_relative_to_the_course(course, tmp_path, monkeypatch):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.db_url = 'sqlite:///gradebook.db'\n")
    hand_in(course, "ada", submission())
    monkeypatch.chdir(tmp_path)
    assert row(grade(course).stdout, "ada")[1] == "6 / 9"
    assert not (tmp_path / "gradebook.db").exists()


def test_a_course_without_our_line_is_graded_by_the_engine_all_the_same(course):
    (course / "nbgrader_config.py").write_text("")
    hand_in(course, "ada", submission(double="def double(x):\n    return In and 2 * x"))
    done = grade(course)
    assert row(done.stdout, "ada")[1] == "6 / 9"
