"""Answers to repeated_softmax."""

ALL = {"first row", "every row", "standard deviations", "shapes", "by hand"}

RIGHT = {
    "loop and lists": """
def softmax(z):
    e = np.exp(z)
    return e / e.sum()

def repeated_softmax(x, num_repeats):
    rows, stds = [], []
    for _ in range(num_repeats):
        x = softmax(x)
        rows.append(x)
        stds.append(x.std())
    return np.array(rows), np.array(stds)
""",
    "plain lists": """
def repeated_softmax(x, num_repeats):
    rows, stds = [], []
    current = [float(v) for v in x]
    for _ in range(num_repeats):
        exps = [math.exp(v) for v in current]
        total = sum(exps)
        current = [e / total for e in exps]
        mean = sum(current) / len(current)
        rows.append(current)
        stds.append(math.sqrt(sum((p - mean) ** 2 for p in current) / len(current)))
    return rows, stds
""",
    "filled arrays": """
def repeated_softmax(x, num_repeats):
    probabilities = np.empty((num_repeats, len(x)))
    previous = np.asarray(x)
    for i in range(num_repeats):
        shifted = np.exp(previous - np.max(previous))
        probabilities[i] = shifted / np.sum(shifted)
        previous = probabilities[i]
    return probabilities, probabilities.std(axis=1)
""",
    "recursive": """
def repeated_softmax(x, num_repeats):
    p = np.exp(x) / np.exp(x).sum()
    if num_repeats == 1:
        return p[None], p.std()[None]
    rest, spread = repeated_softmax(p, num_repeats - 1)
    return np.vstack([p, rest]), np.concatenate([[p.std()], spread])
""",
    "torch in float64": """
def repeated_softmax(x, num_repeats):
    z = torch.tensor(x)
    rows = []
    for _ in range(num_repeats):
        z = (z - z.logsumexp(0)).exp()
        rows.append(z)
    rows = torch.stack(rows)
    return rows, rows.std(dim=1, correction=0)
""",
    "torch in float32": """
def repeated_softmax(x, num_repeats):
    z = torch.tensor(x, dtype=torch.float32)
    rows = []
    for _ in range(num_repeats):
        z = torch.exp(z) / torch.exp(z).sum()
        rows.append(z)
    rows = torch.stack(rows)
    return rows, rows.std(dim=1, unbiased=False)
""",
    "float32 numbers in a float64 array": """
def repeated_softmax(x, num_repeats):
    out = np.zeros((num_repeats, len(x)))
    z = torch.tensor(x).float()
    for i in range(num_repeats):
        z = (z - z.max()).exp()
        z = z / z.sum()
        out[i] = z.numpy()
    return out, np.sqrt(((out - out.mean(1, keepdims=True)) ** 2).mean(1))
""",
    "lambda": """
sm = lambda z: np.exp(z) / np.sum(np.exp(z))
def repeated_softmax(x, num_repeats):
    rows = [x := sm(x) for _ in range(num_repeats)]
    return np.stack(rows), np.std(rows, axis=-1)
""",
    "callable class": """
class Repeater:
    def softmax(self, z):
        e = np.exp(z - z.max())
        return e / e.sum()
    def __call__(self, x, num_repeats):
        rows = [self.softmax(x)]
        while len(rows) < num_repeats:
            rows.append(self.softmax(rows[-1]))
        return [np.array(rows), [row.std() for row in rows]]
repeated_softmax = Repeater()
""",
    "generator": """
def _iterates(x):
    while True:
        x = np.exp(x)
        x = x / x.sum()
        yield x

def repeated_softmax(x, num_repeats):
    rows = [p for p, _ in zip(_iterates(x), range(num_repeats))]
    return np.array(rows), np.array([np.sqrt(np.var(p)) for p in rows])
""",
}

WRONG = {
    "stub": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    raise NotImplementedError("This stub is still empty: replace this line with your code.")
""",
    ),
    "softmax of x each time": (
        {"every row", "standard deviations", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    p = np.exp(x) / np.exp(x).sum()
    rows = np.tile(p, (num_repeats, 1))
    return rows, rows.std(axis=1)
""",
    ),
    "x first": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = [x]
    for _ in range(num_repeats - 1):
        rows.append(np.exp(rows[-1]) / np.exp(rows[-1]).sum())
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "one row too many": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = [x]
    for _ in range(num_repeats):
        rows.append(np.exp(rows[-1]) / np.exp(rows[-1]).sum())
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "one row too few": (
        {"every row", "standard deviations", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows, stds = [], []
    for _ in range(num_repeats - 1):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
        stds.append(x.std())
    return np.array(rows), np.array(stds)
""",
    ),
    "last row only": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
    return x, x.std()
""",
    ),
    "always eight": (
        {"every row", "standard deviations", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(8):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "sample std by torch's default": (
        {"standard deviations", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    x, rows = torch.tensor(x), []
    for _ in range(num_repeats):
        x = x.exp() / x.exp().sum()
        rows.append(x)
    rows = torch.stack(rows)
    return rows, rows.std(dim=1)
""",
    ),
    "ddof=1": (
        {"standard deviations", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1, ddof=1)
""",
    ),
    "variance": (
        {"standard deviations", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.var(rows, axis=1)
""",
    ),
    "log of the std": (
        {"standard deviations", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.log(np.std(rows, axis=1) + 1e-300)
""",
    ),
    "std of the columns": (
        {"standard deviations", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.std(rows, axis=0)
""",
    ),
    "one std of all": (
        {"standard deviations", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.std(rows)
""",
    ),
    "std before the softmax": (
        {"standard deviations", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows, stds = [], []
    for _ in range(num_repeats):
        stds.append(x.std())
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.array(stds)
""",
    ),
    "std as a column": (
        {"standard deviations", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1, keepdims=True)
""",
    ),
    "transposed": (
        {"first row", "every row", "shapes", "by hand"},
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows).T, np.std(rows, axis=1)
""",
    ),
    "not normalised": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x - x.max())
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "divided by the maximum": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).max()
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "normalised over all rows": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x)
        x = x / x.sum() / num_repeats
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "forgot exp": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = x / x.sum()
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "rounded": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.round(np.exp(x) / np.exp(x).sum(), 4)
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "one array in every row": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    p, rows = np.array(x, dtype=float), []
    for _ in range(num_repeats):
        p[:] = np.exp(p) / np.exp(p).sum()
        rows.append(p)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
    "probabilities only": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.array(rows)
""",
    ),
    "results swapped": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        rows.append(x)
    return np.std(rows, axis=1), np.array(rows)
""",
    ),
    "returns nothing": (
        ALL,
        """
def repeated_softmax(x, num_repeats):
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
""",
    ),
    "the built-in": (
        {"by hand"},
        """
def repeated_softmax(x, num_repeats):
    x, rows = torch.tensor(x), []
    for _ in range(num_repeats):
        x = torch.softmax(x, dim=0)
        rows.append(x)
    rows = torch.stack(rows)
    return rows, rows.std(dim=1, correction=0)
""",
    ),
    "SciPy's": (
        {"by hand"},
        """
from scipy.special import softmax as sm
def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = sm(x)
        rows.append(x)
    return np.array(rows), np.std(rows, axis=1)
""",
    ),
}
