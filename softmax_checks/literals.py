"""Random numbers as source text, short enough to read and to paste."""

from random import Random


def vector(random: Random, count: int, bound: float = 3.0) -> str:
    """`count` different numbers in [-bound, bound], with two decimals: "[0.25, -1.5]"."""
    hundredths = int(100 * bound)
    drawn = random.sample(range(-hundredths, hundredths + 1), count)
    return str([number / 100 for number in drawn])


def matrix(random: Random, rows: int, columns: int, bound: float = 3.0) -> str:
    """`rows` such vectors: "[[0.25, -1.5], [2.0, 0.75]]"."""
    return f"[{', '.join(vector(random, columns, bound) for _ in range(rows))}]"
