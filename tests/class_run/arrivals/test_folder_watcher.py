"""Folders in which submissions arrive: each is told once, when it is there as a whole."""

import os

import pytest
from deep_folders import deep

from autograder.class_run.arrivals.folder_watcher import QUIET_SECONDS, FolderWatcher


@pytest.fixture
def watcher(tmp_path):
    def every():
        return {path.name: path for path in tmp_path.iterdir() if path.is_dir()}

    def owner(path):
        return path.relative_to(tmp_path).parts[0] if path != tmp_path else None

    return FolderWatcher(every, owner)


def test_a_folder_is_told_when_it_has_been_quiet_and_not_before(watcher, tmp_path):
    place = tmp_path / "ada"
    place.mkdir()
    (place / "a.ipynb").write_text("1")
    assert watcher.look([place], 0.0) == []
    (place / "b.ipynb").write_text("2")
    assert watcher.look([place / "b.ipynb"], QUIET_SECONDS) == []
    assert watcher.waiting
    assert watcher.look([], 1.9 * QUIET_SECONDS) == []
    assert watcher.look([], 2 * QUIET_SECONDS) == ["ada"]
    assert not watcher.waiting
    assert watcher.look(None, 9 * QUIET_SECONDS) == []


def test_a_change_without_an_event_is_found_when_all_are_looked_at(watcher, tmp_path):
    (tmp_path / "ada").mkdir()
    watcher.look(None, 0.0)
    assert watcher.look(None, QUIET_SECONDS) == ["ada"]
    (tmp_path / "ada" / "new.ipynb").write_text("1")
    assert watcher.look([], 10.0) == []
    watcher.look(None, 20.0)
    assert watcher.look([], 20.0 + QUIET_SECONDS) == ["ada"]


def test_a_folder_made_in_one_go_needs_no_event_of_its_own(watcher, tmp_path):
    (tmp_path / "ada").mkdir()
    watcher.look(None, 0.0)
    assert watcher.look(None, QUIET_SECONDS) == ["ada"]
    (tmp_path / "bob").mkdir()
    watcher.look([tmp_path], 2.0)
    assert watcher.look([], 2.0 + QUIET_SECONDS) == ["bob"]


def test_what_is_forgotten_is_told_again(watcher, tmp_path):
    (tmp_path / "ada").mkdir()
    watcher.look(None, 0.0)
    assert watcher.look(None, QUIET_SECONDS) == ["ada"]
    watcher.forget(["ada"])
    watcher.look(None, 2.0)
    assert watcher.look(None, 2.0 + QUIET_SECONDS) == ["ada"]


def test_of_a_deep_folder_the_upper_ones_are_watched(watcher, tmp_path):
    (tmp_path / "ada").mkdir()
    with deep(tmp_path / "ada"):
        watcher.look(None, 0.0)
        assert watcher.look(None, QUIET_SECONDS) == ["ada"]
        (tmp_path / "ada" / "d" / "new.ipynb").touch()
        watcher.look(None, 2.0)
        assert watcher.look(None, 2.0 + QUIET_SECONDS) == ["ada"]
        (tmp_path / "ada" / "/".join(["d"] * 20) / "new.ipynb").touch()
        watcher.look(None, 4.0)
        assert not watcher.waiting


def test_what_a_link_points_to_is_not_watched(tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / "ada").symlink_to(target)
    watcher = FolderWatcher(lambda: {"ada": tmp_path / "ada"}, lambda path: "ada")
    watcher.look(None, 0.0)
    assert watcher.look(None, QUIET_SECONDS) == ["ada"]
    (target / "new.ipynb").touch()
    assert watcher.look(None, 2.0) == []
    assert not watcher.waiting


def test_a_change_with_its_time_set_back_is_found(watcher, tmp_path):
    place = tmp_path / "ada" / "a.ipynb"
    place.parent.mkdir()
    place.write_text("1")
    before = place.stat()
    watcher.look(None, 0.0)
    assert watcher.look(None, QUIET_SECONDS) == ["ada"]
    place.write_text("2")
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    watcher.look(None, 2.0)
    assert watcher.look(None, 2.0 + QUIET_SECONDS) == ["ada"]
