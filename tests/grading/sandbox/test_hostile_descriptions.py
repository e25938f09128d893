"""Claims of libraries' objects that are none: no point, no harm, and the next answer is graded."""

import time

import pytest
from attacks import describing
from cells import check, given, notebook, solution, submitted

from autograder.grading.one_notebook import grade
from autograder.submission.rehearsal import Rehearsal
from autograder.verdict import Kind

SETUP = """
import io, sympy, torch
import networkx as nx
import matplotlib.pyplot as plt
from PIL import Image
"""
SOURCE = notebook(
    given(SETUP),
    solution("answer", "def answer(x): return x\ndef told(): return True"),
    check("test", "assert answer(2) == 2"),
    check("after", "assert told()"),
)


@pytest.mark.parametrize("name", describing.ATTACKS)
def test_a_claim_of_no_object_is_an_answer_that_cannot_be_read(engine, name):
    node, buffers = describing.ATTACKS[name]
    attack = describing.PRELUDE.replace("NODE", node).replace("BUFFERS", buffers)
    started = time.process_time()

    found = grade(engine, SOURCE, submitted(SOURCE, answer=attack), rehearsal=Rehearsal())

    first = found.verdicts[0]
    assert (first.kind, first.score) == (Kind.UNREADABLE, 0), first
    assert time.process_time() - started < 20


def test_a_claim_that_is_right_is_taken(engine):
    node = "{'t': 'sympy', 'v': [['Integer', 2]]}"
    attack = describing.PRELUDE.replace("NODE", node).replace("BUFFERS", "[]")
    found = grade(engine, SOURCE, submitted(SOURCE, answer=attack), rehearsal=Rehearsal())
    assert [verdict.score for verdict in found.verdicts] == [1, 1]
