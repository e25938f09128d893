"""What servers see of the environment: no GPU, from the first import on, unless it is asked for."""

import json

import pytest
from cells import check, given, notebook, solution

from autograder.class_run.workers.pool import Job, LocalPool, run
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.limits import Limits
from autograder.notebook.imports import Modules
from autograder.submission.worker_messages import Bundle, Submission

HIDDEN = {
    "CUDA_VISIBLE_DEVICES": "",
    "ROCR_VISIBLE_DEVICES": "",
    "HIP_VISIBLE_DEVICES": "-1",
    "ZE_AFFINITY_MASK": "-1",
    "ONEAPI_DEVICE_SELECTOR": "opencl:cpu",
}
SHOWN = {"CUDA_VISIBLE_DEVICES": "0,1"}
LIMITS = Limits(cell_seconds=20)
LOOK = f"""
import os
def look(): return {{name: os.environ[name] for name in {list(HIDDEN)} if name in os.environ}}
"""
AT_IMPORT = f"{LOOK}AS_IMPORTED = look()\n"
ANSWER = solution("answer", f"{LOOK}print(look())")


@pytest.fixture(autouse=True)
def _a_machine_with_gpus(monkeypatch):
    """As far as its owner's environment tells."""
    for name in HIDDEN:
        monkeypatch.delenv(name, raising=False)
    for name, value in SHOWN.items():
        monkeypatch.setenv(name, value)


def asking(module, as_imported, by_the_judge):
    """A notebook whose tests pass where a module, and the judge, have seen these variables."""
    cells = [
        check("as imported", f"assert {module}.AS_IMPORTED == {as_imported}"),
        check("judge", f"assert {module}.look() == {by_the_judge}"),
    ]
    return notebook(given(f"import {module}"), ANSWER, *cells)


def scores(verdicts):
    return {verdict.grade_id: verdict.score for verdict in verdicts}


def printed(graded):
    return graded.notebook.cells[1].outputs[0].text.strip()


@pytest.mark.parametrize("sandboxed", [True, False])
def test_no_gpu_is_visible_to_imports_tests_and_students(module, sandboxed):
    name = module(AT_IMPORT)
    source = asking(name, HIDDEN, HIDDEN)
    with Engine(LIMITS, [name], seed=1, sandboxed=sandboxed) as engine:
        graded = grade(engine, source, source)
    assert scores(graded.verdicts) == {"as imported": 1, "judge": 1}
    assert printed(graded) == str(HIDDEN)


@pytest.mark.parametrize(("sandboxed", "by_the_student"), [(True, HIDDEN), (False, SHOWN)])
def test_a_gpu_that_is_asked_for_is_visible_outside_of_the_sandbox(
    module, sandboxed, by_the_student
):
    name = module(AT_IMPORT)
    source = asking(name, SHOWN, SHOWN)
    with Engine(LIMITS, [name], seed=1, sandboxed=sandboxed, gpus=True) as engine:
        graded = grade(engine, source, source)
    assert scores(graded.verdicts) == {"as imported": 1, "judge": 1}
    assert printed(graded) == str(by_the_student)


def test_a_pool_imports_anew_for_an_assignment_that_asks_for_gpus(module):
    name = module(AT_IMPORT)
    settings = {"sandboxed": True}
    with LocalPool(1, Modules((name,))) as pool:
        for gpus, seen in ((False, HIDDEN), (True, SHOWN)):
            source = json.dumps(asking(name, seen, seen))
            bundle = Bundle({"n": source}, {}, LIMITS, (name,), 1, settings | {"gpus": gpus})
            pool.open(bundle.to_bytes())
            submission = Submission({"n": source.encode()}).to_bytes()
            ((_, outcome),) = run(pool, [Job(0, submission)])
            assert scores(outcome.verdicts["n"]) == {"as imported": 1, "judge": 1}
