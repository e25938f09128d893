"""What `readable` names is seen in the sandbox, and nothing beside it."""

from cells import graded, solution

from autograder.grading.engine import Engine
from autograder.limits import Limits

LOOK = """
from pathlib import Path
shown = Path({folder!r})
print(sorted(path.name for path in shown.iterdir()), (shown / "data.txt").read_text())
try:
    (shown / "data.txt").write_text("changed")
except OSError as error:
    print(error.strerror)
written = Path("/tmp/own.txt").write_text("")
"""


def test_a_file_below_tmp_is_seen_in_the_private_tmp_and_cannot_be_changed(tmp_path):
    (tmp_path / "data.txt").write_text("three")
    (tmp_path / "secret.txt").write_text("secret")
    look = LOOK.format(folder=str(tmp_path))
    with Engine(Limits(cell_seconds=20), readable=[str(tmp_path / "data.txt")]) as engine:
        (cell,) = graded(engine, solution("look", look)).notebook.cells
    assert [output.get("text") for output in cell.outputs] == [
        "['data.txt'] three\nRead-only file system\n"
    ]
    assert (tmp_path / "data.txt").read_text() == "three"
