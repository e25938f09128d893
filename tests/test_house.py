"""The house's own rules: imports go down one way, and the engine knows nothing of the course."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "autograder"
FILES = sorted(ENGINE.rglob("*.py"))
# A room of the house -> what of ours it may import, beside itself.
ROOMS = {
    "clean": {"notebook", "text"},
    "wire": {"errors"},
    "sandbox": {"errors"},
    "student": {"errors", "operators", "outputs", "sandbox", "shell", "warm", "wire", "workspace"},
    "judge": {
        *("context", "errors", "fast_imports", "limits", "outcome", "outputs", "plan"),
        *("shell", "text", "verdict", "warm", "wire"),
    },
    "checks": {"context", "errors", "magics", "operators", "text", "verdict"},
}


def imported(file: Path) -> set[str]:
    """The modules and packages of the engine that a file imports, by their first name."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "autograder":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder."):
            found.add(node.module.split(".")[1])
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_floors_below(room):
    files = [file for file in FILES if file.relative_to(ENGINE).parts[0] == room]
    assert files
    for file in files:
        assert imported(file) <= ROOMS[room] | {room}, file


def test_only_nbgraders_side_imports_nbgrader():
    side = {"plugin.py", "gradebook.py", "runner.py", "marks.py", "assignment.py", "rows.py"}
    side |= {"writer.py", "nbgrader_loop.py", "once.py", "exchange.py"}
    for file in FILES:
        if file.name not in side:
            assert "import nbgrader" not in file.read_text(), file
            assert "from nbgrader" not in file.read_text(), file


def test_the_engine_has_no_word_of_the_course():
    for file in FILES:
        assert "softmax" not in file.read_text().lower(), file
