"""Fuzz the decoder, guided by coverage, for a bounded time.

    python tests/grading/wire/fuzz/fuzz_decoder.py

Needs the extra `fuzz`. What was found is kept in `corpus`, whence pytest replays it: an input that
crashes goes there under a name that says why, with the mend in the same commit.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[3])]

with atheris.instrument_imports(include=["autograder.grading.wire", "decoding"]):
    import decoding

import mutations  # noqa: E402 - not instrumented: its own paths are of no interest

WORDS = [line.strip('"') for line in (HERE / "words.dict").read_text().split() if '"' in line]


def one_input(data: bytes) -> None:
    """Decode one input."""
    decoding.decode(data)
    decoding.restore(data)


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """A neighbour of an input: mostly in its head's structure, sometimes in its bytes."""
    try:
        found = mutations.mutated(data, WORDS, seed) if seed % 5 else None
    except (ValueError, RecursionError):
        found = None
    return found if found and len(found) <= most else atheris.Mutate(data, most)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, help="a folder for inputs that reach new code")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        new = options.keep or Path(scratch)
        new.mkdir(parents=True, exist_ok=True)
        flags = [f"-max_total_time={options.seconds}", "-max_len=4096", "-rss_limit_mb=3000"]
        flags += ["-timeout=10", f"-artifact_prefix={new}/", f"-dict={HERE / 'words.dict'}"]
        atheris.Setup(
            [sys.argv[0], str(new), str(HERE / "corpus"), *flags], one_input, custom_mutator=mutate
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
