"""Attacks by files, modules, replacements and the environment: no point, no code run, no leak."""

from pathlib import Path

import pytest
from attacks import surrounding
from cells import check, given, notebook, solution, submitted

from autograder.grading.one_notebook import grade, rehearse
from autograder.verdict import Kind

SECRET = "S3CR3T"
# The judge refuses these to everybody: the instructor's own solution is told so, and nobody's cell
# has a mark before a person has looked at it.
REFUSED = {
    "a pickle in a file of NumPy's",
    "text for a spy on eval",
    "a script that the test runs by a shell",
    "a script that the test reads and runs",
    "a module that the test finds in a folder",
}


@pytest.fixture
def doors(tmp_path):
    """What an attack would leave and read outside, by the word that stands for it."""
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    return {"WITNESS": str(tmp_path / "witness"), "SECRET_FILE": str(secret)}


def _notebook(test: str, right: str):
    return notebook(given("import numpy as np"), solution("answer", right), check("test", test))


@pytest.mark.parametrize("name", surrounding.ATTACKS)
def test_what_surrounds_a_call_is_no_way_in(engine, doors, name):
    test, right, attack = surrounding.ATTACKS[name]
    for word, place in doors.items():
        attack = attack.replace(word, place)
    source = _notebook(test, right)
    found = grade(engine, source, submitted(source, answer=attack), surrounding.FILES)

    assert found.verdicts[0].score == 0
    assert (found.verdicts[0].kind is Kind.WAITING) == (name in REFUSED)
    assert not Path(doors["WITNESS"]).exists()
    if "environment" in name:
        assert "'A': '1'" in str(found.notebook.cells)  # it got to see one
    shown = [cell.get("outputs") for cell in found.notebook.cells]
    assert SECRET not in str((shown, found.verdicts))


@pytest.mark.parametrize("name", [name for name in surrounding.ATTACKS if name not in REFUSED])
def test_the_right_answer_earns_its_point_there(engine, name):
    test, right, _ = surrounding.ATTACKS[name]
    assert rehearse(engine, _notebook(test, right), surrounding.FILES).verdicts[0].score == 1
