"""The course's key: drawn once, for nobody else to read, and never another by accident."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from nbgrader.coursedir import CourseDirectory

from autograder.course.seed_key import seed_key
from autograder.errors import CourseError


def test_it_is_drawn_once_and_is_for_whoever_grades_alone(tmp_path):
    key = seed_key(CourseDirectory(root=str(tmp_path)))
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert seed_key(CourseDirectory(root=str(tmp_path))) == key
    assert len(key) == 32
    assert int(key, 16)


def test_another_course_has_another_one_and_a_shared_course_shares_it(tmp_path):
    (tmp_path / "one").mkdir(), (tmp_path / "other").mkdir()
    one = seed_key(CourseDirectory(root=str(tmp_path / "one"), groupshared=True))
    assert one != seed_key(CourseDirectory(root=str(tmp_path / "other")))
    (file,) = (tmp_path / "one").iterdir()
    assert file.stat().st_mode & 0o777 == 0o640


def test_two_runs_that_begin_at_once_have_one(tmp_path):
    course = CourseDirectory(root=str(tmp_path))
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(seed_key, [course] * 64))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [".autograder-key"]


@pytest.mark.parametrize("damaged", ["", "12", "no number", "ab\x00cd"])
def test_a_damaged_one_is_named_and_not_made_anew(tmp_path, damaged):
    seed_key(CourseDirectory(root=str(tmp_path)))
    (file,) = tmp_path.iterdir()
    file.write_text(damaged)
    with pytest.raises(CourseError, match="autograder-key"):
        seed_key(CourseDirectory(root=str(tmp_path)))
    assert file.read_text() == damaged
