"""What the fuzzer found, decoded again: a value or a refusal, and nothing else."""

from pathlib import Path

import decoding
import pytest

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
