"""What the fuzzer found, decoded again: a value or a refusal, and nothing else."""

import contextlib
from pathlib import Path

import decoding
import mutations
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())


def test_the_corpus_is_there():
    assert len(CORPUS) > 100


@pytest.mark.parametrize("start", range(0, len(CORPUS), 50))
def test_an_input_of_the_corpus_is_a_value_or_refused(start):
    for file in CORPUS[start : start + 50]:
        data = file.read_bytes()
        value = decoding.decode(data)
        decoding.restore(data)
        if file.name.startswith("plain-") and file.name != "plain-none":
            assert value is not None, file.name
        if file.name.startswith("refused-"):
            assert value is None, file.name


@given(st.sampled_from(CORPUS), st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_an_input_near_the_corpus_is_a_value_or_refused(file, seed):
    words = ["t", "v", "array", "tensor", "frame", "sparse", "generator", "scalar", "grad", "s"]
    data = file.read_bytes()
    with contextlib.suppress(ValueError):  # an input of the corpus that is no JSON
        data = mutations.mutated(data, words, seed)
    decoding.decode(data)
    decoding.restore(data)
