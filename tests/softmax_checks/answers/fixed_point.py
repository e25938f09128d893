"""Answers to fixed_point."""

ALL = {"values"}

RIGHT = {
    "formula": """
def fixed_point(n):
    return 1 / n
""",
    "fraction": """
from fractions import Fraction
def fixed_point(n):
    return Fraction(1, n)
""",
    "lambda": """
fixed_point = lambda n: 1.0 / n
""",
    "tensor": """
def fixed_point(n):
    return torch.tensor(1.0) / n
""",
    "numpy scalar": """
def fixed_point(n):
    return np.float64(1) / n
""",
    "0-dimensional array": """
def fixed_point(n):
    return np.array(1 / n)
""",
    "power": """
def fixed_point(n):
    return n ** -1
""",
    "equal entries": """
def fixed_point(n):
    return np.full(n, 1 / n)[0]
""",
    "iterated": """
def fixed_point(n):
    p = np.linspace(0, 1, n)
    for _ in range(60):
        p = np.exp(p) / np.exp(p).sum()
    return p.mean()
""",
}

WRONG = {
    "zero": (
        ALL,
        """
def fixed_point(n):
    return 0.0
""",
    ),
    "one": (
        ALL,
        """
def fixed_point(n):
    return 1
""",
    ),
    "hard-coded": (
        ALL,
        """
def fixed_point(n):
    return 1 / 20
""",
    ),
    "n": (
        ALL,
        """
def fixed_point(n):
    return n
""",
    ),
    "integer division": (
        ALL,
        """
def fixed_point(n):
    return 1 // n
""",
    ),
    "half": (
        ALL,
        """
def fixed_point(n):
    return 0.5
""",
    ),
    "rounded": (
        ALL,
        """
def fixed_point(n):
    return round(1 / n, 2)
""",
    ),
    "one too many": (
        ALL,
        """
def fixed_point(n):
    return 1 / (n + 1)
""",
    ),
    "exp": (
        ALL,
        """
def fixed_point(n):
    return math.exp(1) / n
""",
    ),
    "square root": (
        ALL,
        """
def fixed_point(n):
    return 1 / math.sqrt(n)
""",
    ),
    "logarithm": (
        ALL,
        """
def fixed_point(n):
    return math.log(n)
""",
    ),
    "mean of linspace": (
        ALL,
        """
def fixed_point(n):
    return np.linspace(0, 1, n).mean()
""",
    ),
    "a value, not a function": (
        ALL,
        """
fixed_point = 1 / 20
""",
    ),
    "text": (
        ALL,
        """
def fixed_point(n):
    return f'1/{n}'
""",
    ),
    "all entries": (
        ALL,
        """
def fixed_point(n):
    return np.full(n, 1 / n)
""",
    ),
    "returns nothing": (
        ALL,
        """
def fixed_point(n):
    print(1 / n)
""",
    ),
    "one step only": (
        ALL,
        """
def fixed_point(n):
    x = np.linspace(0, 1, n)
    return (np.exp(x) / np.exp(x).sum())[0]
""",
    ),
}
