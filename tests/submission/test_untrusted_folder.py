"""A folder that is changed while it is read: its owner's plain files come out, or a refusal.

`Wanted.ignored` is asked of each name after it was listed and before it is opened: what a test
does there happens at the worst moment.
"""

import os
import threading

import pytest
from deep_folders import deep

from autograder.errors import SubmissionError
from autograder.submission.untrusted_folder import Wanted, opened, read

SECRET = b"the solution"


@pytest.fixture
def place(tmp_path):
    """A submission's folder with two files, beside a secret."""
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "b.txt").write_bytes(SECRET)
    place = tmp_path / "ada"
    (place / "data").mkdir(parents=True)
    (place / "a.ipynb").write_bytes(b"1")
    (place / "data" / "b.txt").write_bytes(b"2")
    return place


def reading(place, ignored=lambda name, is_folder: False, most_in_file=1000, most_bytes=2000):
    with opened(place) as descriptor:
        return read(descriptor, Wanted(ignored, most_in_file, most_bytes))


def test_plain_files_are_read_but_for_the_ignored_and_the_large(place):
    (place / "large").write_bytes(bytes(1001))
    found = reading(place)
    assert found.files == {"a.ipynb": b"1", "data/b.txt": b"2"}
    assert found.changed >= (place / "large").stat().st_ctime
    assert reading(place, lambda name, is_folder: is_folder).files == {"a.ipynb": b"1"}


@pytest.mark.parametrize("target", ["secrets", "nowhere", "ada", "secret"])
def test_a_link_in_the_place_of_the_folder_is_not_followed(place, target):
    link = place.with_name("link")
    link.symlink_to(place.with_name(target))
    with pytest.raises(SubmissionError, match="not a folder"):
        reading(link)


@pytest.mark.parametrize(
    ("name", "target"), [("a.ipynb", "secret"), ("data", "secrets"), ("a.ipynb", "nowhere")]
)
@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_link_in_it_is_not_followed_whenever_it_is_made(place, name, target, meanwhile):
    def swap(seen=name, is_folder=False):
        if seen == name and not (place / name).is_symlink():
            (place / name).rename(place.with_name("away"))
            (place / name).symlink_to(place.with_name(target))
        return False

    if not meanwhile:
        swap()
    with pytest.raises(SubmissionError, match=rf"{name}' (is a link|changed)"):
        reading(place, swap)
    assert (place / name).is_symlink()


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_pipe_keeps_nobody_waiting(place, meanwhile):
    def swap(seen="a.ipynb", is_folder=False):
        if seen == "a.ipynb":
            (place / seen).unlink()
            os.mkfifo(place / seen)
        return False

    if not meanwhile:
        swap()
    with pytest.raises(SubmissionError, match=r"a.ipynb' is a link, or no regular file"):
        reading(place, swap if meanwhile else lambda *_: False)


def test_a_second_name_of_a_file_is_refused(place):
    os.link(place.with_name("secret"), place / "mine.txt")
    with pytest.raises(SubmissionError, match=r"mine.txt' has another name"):
        reading(place)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("name", ["a.ipynb", "data", "data/b.txt"])
def test_what_belongs_to_somebody_else_is_refused(place, name):
    os.chown(place / name, 12345, 12345)
    with pytest.raises(SubmissionError, match=f"{name}' belongs to somebody else"):
        reading(place)


def test_there_is_an_end_to_depth_number_and_size(place):
    (place / "/".join(["e"] * 10)).mkdir(parents=True)
    assert len(reading(place).files) == 2
    for levels in (11, 1500):
        with deep(place, levels), pytest.raises(SubmissionError, match="more than 10 deep"):
            reading(place)
    _fill(place / "sparse", 2001)
    with pytest.raises(SubmissionError, match="more than the 2 kB"):
        reading(place, lambda name, is_folder: is_folder)
    for number in range(1000):
        (place / f"{number}.pyc").touch()
    with pytest.raises(SubmissionError, match="more than the 1,000 files"):
        reading(place, lambda name, is_folder: True)


def test_a_file_that_grows_while_it_is_read_is_refused(place):
    size = 50_000_000
    _fill(place / "log", size)
    stop = threading.Event()

    def append():
        with (place / "log").open("ab") as log:
            while not stop.is_set():
                log.write(b"x")
                log.flush()

    thread = threading.Thread(target=append)
    thread.start()
    try:
        with pytest.raises(SubmissionError, match=r"log' changed while it was read"):
            all(reading(place, most_in_file=1e9, most_bytes=1e9) for _ in range(50))
    finally:
        stop.set()
        thread.join()


def test_a_name_that_is_no_text_is_refused(place):
    (place / os.fsdecode(b"\xff.txt")).touch()
    with pytest.raises(SubmissionError, match="not UTF-8"):
        reading(place)


def _fill(path, size):
    with path.open("wb") as file:
        file.truncate(size)
