"""Of a submission's folder, what is no plain file is refused by name, before anything is read."""

import os
import socket

import pytest
from nbgrader.api import Gradebook
from nbgrader_api import open_course
from small_course import ASSIGNMENT, hand_in, submission

from autograder.class_run.runner import Runner
from autograder.errors import SubmissionError
from autograder.submission.folder_check import active_files, check_folder, check_student


def a_socket(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.relpath(path))  # an absolute path may be too long for a socket
    server.close()


@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        a_socket,
        lambda path: os.symlink("nowhere", path),
        lambda path: os.symlink("/etc/passwd", path),
        lambda path: os.symlink("..", path),
    ],
)
def test_what_is_no_regular_file_is_refused_by_its_name(tmp_path, make):
    (tmp_path / "data").mkdir()
    make(tmp_path / "data" / "odd one")
    with pytest.raises(SubmissionError, match="'data/odd one' is a link, or no regular file"):
        check_folder(tmp_path)


def test_a_name_that_is_no_text_is_refused_and_shown_plainly(tmp_path):
    with open(os.path.join(os.fsencode(tmp_path), b"a\xff"), "w"):
        pass
    with pytest.raises(SubmissionError, match="the file name 'a' is not UTF-8") as raised:
        check_folder(tmp_path)
    assert str(raised.value).isprintable()


def test_files_and_bytes_and_depth_are_counted(tmp_path):
    for i in range(5):
        (tmp_path / f"größe {i}.txt").write_text("12345")
    check_folder(tmp_path, most_files=5, most_bytes=25)
    with pytest.raises(SubmissionError, match="more than the 4 files"):
        check_folder(tmp_path, most_files=4)
    with pytest.raises(SubmissionError, match="MB that are allowed"):
        check_folder(tmp_path, most_bytes=24)
    tmp_path.joinpath(*"abcdefghijk").mkdir(parents=True)
    with pytest.raises(SubmissionError, match="more than 10 deep"):
        check_folder(tmp_path)


def test_an_archive_is_a_file_like_others(tmp_path):
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04")
    check_folder(tmp_path)


@pytest.mark.parametrize("student", ["ada", "o'brien@uni.edu", "Ада Л.", "s_12-3", "x y"])
def test_a_student_s_id_is_any_name(student):
    check_student(student)


@pytest.mark.parametrize(
    "student",
    [
        "<img src=x>",
        'a"b',
        "a&b",
        "a\\b",
        "%2e%2e",
        "a#b",
        "a?b",
        "-force",
        "..",
        ".git",
        "",
        "a\x1b[2J",
    ],
)
def test_a_student_s_id_that_acts_in_formgrader_is_refused(student):
    with pytest.raises(SubmissionError, match="rename the folder"):
        check_student(student)


def test_pages_and_drawings_are_what_a_browser_runs(tmp_path):
    for name in ("a.HTML", "b.svg", "c.xhtml", "d.xml", "e.png", "f.csv", "g.py", "h.rss"):
        (tmp_path / name).write_text("")
    assert [path.name for path in active_files(tmp_path)] == [
        "a.HTML",
        "b.svg",
        "c.xhtml",
        "d.xml",
        "h.rss",
    ]


# -- nbgrader's own command ---------------------------------------------------------------------


def autograded(course, student):
    api, gradebook = open_course(course)
    return gradebook, api.autograde(ASSIGNMENT, student)


def test_nbgrader_does_not_copy_what_is_refused(course):
    folder = hand_in(course, "eve", submission())
    (folder / "secret.txt").symlink_to(course / "source" / ASSIGNMENT / "doubling.ipynb")
    gradebook, answer = autograded(course, "eve")
    assert not answer["success"]
    assert "eve stays ungraded: 'secret.txt' is a link" in answer["log"]
    assert "Copying" not in answer["log"]
    assert not gradebook.autograded_folder(ASSIGNMENT, "eve").exists()


def test_nbgrader_does_not_wait_for_a_named_pipe(course):
    folder = hand_in(course, "eve", submission())
    _, answer = autograded(course, "eve")
    assert answer["success"]
    os.mkfifo(folder / "timestamp.txt")  # which nbgrader reads before it grades again
    gradebook, answer = autograded(course, "eve")
    assert "'timestamp.txt' is a link, or no regular file" in answer["log"]
    assert [marks.score for marks in gradebook.marks(ASSIGNMENT, "eve")] == [0, 0]


def test_a_student_whose_id_is_a_script_does_not_reach_the_gradebook(course):
    student = "<img src=x onerror=alert(1)>"
    hand_in(course, student, submission())
    gradebook, answer = autograded(course, student)
    assert "has '<' in it: rename the folder" in answer["log"]
    with Gradebook(gradebook.coursedir.db_url) as database:
        assert database.students == []


def test_an_id_with_an_escape_is_named_without_it(course):
    student = "eve\x1b[2J"
    hand_in(course, student, submission())
    (result,) = Runner(course).grade(ASSIGNMENT, [student])
    assert "rename the folder" in result.ungraded
    _, answer = autograded(course, student)
    assert "\x1b" not in answer["log"]
    assert "\\x1b[2J stays ungraded" in answer["log"]
