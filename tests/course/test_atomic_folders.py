"""Folders that change as a whole."""

import pytest
from deep_folders import deep

from autograder.course.atomic_folders import discard, prepare, put


def test_what_is_put_takes_the_place_of_what_was_there_however_deep(tmp_path):
    place = tmp_path / "ada" / "ps1"
    place.mkdir(parents=True)
    (place / "old.txt").touch()
    (place / "beside").mkdir()
    with deep(place):
        put(prepare(place, {"a/new.txt": b"1"}, 0o640, shared=False), place)
    assert [path.name for path in place.parent.rglob("*")] == ["ps1", "a", "new.txt"]
    assert (place / "a" / "new.txt").stat().st_mode & 0o777 == 0o640


def test_of_a_link_only_the_link_goes(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "folder").mkdir()
    for link in (tmp_path / "link", tmp_path / "folder" / "link"):
        link.symlink_to(tmp_path / "kept")
    discard(tmp_path / "link")
    discard(tmp_path / "folder")
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "file"]


def test_a_folder_that_cannot_be_filled_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="name too long"):
        prepare(tmp_path / "ps1", {"a": b"1", "b" * 300: b"2"}, 0o640, shared=False)
    assert list(tmp_path.iterdir()) == []
