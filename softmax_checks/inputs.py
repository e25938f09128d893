"""Sources of inputs, drawn at random: each is a line of Python that a student can paste."""

from collections.abc import Sequence
from random import Random


def tensor(values: Sequence[float], dtype: str = "") -> str:
    """The source of a tensor of these values: `torch.tensor([1.0, 2.0])`."""
    return f"torch.tensor({list(values)}{f', dtype=torch.{dtype}' if dtype else ''})"


def numbers(random: Random, count: int, low: float = -5, high: float = 5) -> list[float]:
    """Numbers of two decimals, short enough to read."""
    return [round(random.uniform(low, high), 2) for _ in range(count)]


def eighths(random: Random, count: int, low: int = -4, high: int = 4) -> list[float]:
    """Multiples of 1/8: adding a power of two up to 2**12 to them is exact in float32."""
    return [random.randint(8 * low, 8 * high) / 8 for _ in range(count)]


def normal(random: Random, count: int, scale: float = 2, dtype: str = "float32") -> str:
    """The source of a tensor of normally distributed numbers, for lengths too long to write out."""
    generator = f"torch.Generator().manual_seed({random.randrange(10**6)})"
    return f"{scale} * torch.randn({count}, generator={generator}, dtype=torch.{dtype})"


def vector(random: Random, count: int, bound: float = 3.0) -> str:
    """`count` different numbers in [-bound, bound], with two decimals: "[0.25, -1.5]"."""
    hundredths = int(100 * bound)
    drawn = random.sample(range(-hundredths, hundredths + 1), count)
    return str([number / 100 for number in drawn])


def matrix(random: Random, rows: int, columns: int, bound: float = 3.0) -> str:
    """`rows` such vectors: "[[0.25, -1.5], [2.0, 0.75]]"."""
    return f"[{', '.join(vector(random, columns, bound) for _ in range(rows))}]"
