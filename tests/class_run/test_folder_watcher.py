"""Folders in which submissions arrive: each is told once, when it is there as a whole."""

import pytest

from autograder.class_run.folder_watcher import QUIET_SECONDS, FolderWatcher


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
