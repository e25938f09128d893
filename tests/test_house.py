"""The house's own rules. Who may import whom is in pyproject.toml, for `make lint`."""

from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "autograder"
FILES = sorted(ENGINE.rglob("*.py"))
ROOMS = sorted({file.parent for file in FILES})
A_DOZEN = 12


def test_the_engine_has_no_word_of_the_course():
    for file in FILES:
        assert "softmax" not in file.read_text().lower(), file


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ENGINE.parent)))
def test_a_room_says_what_it_is_and_holds_a_dozen_modules_at_most(room):
    front = room / "__init__.py"
    assert front.read_text().startswith('"""'), f"{front} does not say what lives here"
    modules = [path.name for path in room.glob("*.py") if path != front]
    floor = room == ENGINE  # every room stands on it
    assert len(modules) <= (2 * A_DOZEN if floor else A_DOZEN), modules
