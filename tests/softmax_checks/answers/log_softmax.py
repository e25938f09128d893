"""Answers to log_softmax."""

ALL = {
    "values",
    "large logits",
    "finite for finite logits",
    "independent rows",
    "gradient",
    "by hand",
}

RIGHT = {
    "max and log sum exp": """
def log_softmax(logits):
    z = logits - logits.max(dim=-1, keepdim=True).values
    return z - z.exp().sum(dim=-1, keepdim=True).log()
""",
    "logsumexp": """
def log_softmax(logits):
    return logits - torch.logsumexp(logits, dim=-1, keepdim=True)
""",
    "max as a tuple": """
def log_softmax(logits):
    m, _ = torch.max(logits, dim=1, keepdim=True)
    shifted = logits - m
    return shifted - torch.log(torch.sum(torch.exp(shifted), dim=1, keepdim=True))
""",
    "amax": """
log_softmax = lambda x: (x - x.amax(-1, keepdim=True)) - torch.log(
    torch.exp(x - x.amax(-1, keepdim=True)).sum(-1, keepdim=True))
""",
    "row by row": """
def log_softmax_row(row):
    row = row - row.max()
    return row - row.exp().sum().log()

def log_softmax(logits):
    return torch.stack([log_softmax_row(row) for row in logits])
""",
    "maximum detached": """
def log_softmax(logits):
    m = logits.detach().max(dim=1, keepdim=True)[0]
    return logits - m - (logits - m).exp().sum(dim=1, keepdim=True).log()
""",
    "unsqueezed": """
def log_softmax(logits):
    largest = logits.max(1).values
    log_sum = (logits - largest[:, None]).exp().sum(1).log() + largest
    return logits - log_sum.unsqueeze(1)
""",
    "transposed": """
def log_softmax(logits):
    t = logits.T
    t = t - t.max(0).values
    return (t - t.exp().sum(0).log()).T
""",
    "module": """
class LogSoftmax(nn.Module):
    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim
    def forward(self, x):
        return x - x.logsumexp(self.dim, keepdim=True)
log_softmax = LogSoftmax()
""",
    "partial": """
def general(x, dim):
    m = x.amax(dim, keepdim=True)
    return x - m - torch.log(torch.exp(x - m).sum(dim, keepdim=True))
log_softmax = partial(general, dim=-1)
""",
    "decorated": """
def checked(f):
    @wraps(f)
    def inner(x):
        assert x.ndim == 2
        return f(x)
    return inner

@checked
def log_softmax(logits):
    \"\"\"Like torch.log_softmax(logits, dim=-1), but by hand.\"\"\"
    # not F.log_softmax
    return logits - logits.logsumexp(-1, True)
""",
    "einsum": """
def log_softmax(logits):
    z = logits - logits.max(-1, keepdim=True)[0]
    return z - torch.einsum("nc->n", z.exp()).log()[:, None]
""",
}

WRONG = {
    "log of the naive softmax": (
        {"large logits", "finite for finite logits"},
        """
def log_softmax(logits):
    e = torch.exp(logits)
    return torch.log(e / e.sum(dim=-1, keepdim=True))
""",
    ),
    "log of the stable softmax": (
        {"finite for finite logits"},
        """
def log_softmax(logits):
    e = torch.exp(logits - logits.max(-1, keepdim=True).values)
    return torch.log(e / e.sum(dim=-1, keepdim=True))
""",
    ),
    "log sum exp, naive": (
        {"large logits", "finite for finite logits"},
        """
def log_softmax(logits):
    return logits - logits.exp().sum(-1, keepdim=True).log()
""",
    ),
    "one maximum for all": (
        {"independent rows"},
        """
def log_softmax(logits):
    z = logits - logits.max()
    return z - z.exp().sum(-1, keepdim=True).log()
""",
    ),
    "over all entries": (
        ALL,
        """
def log_softmax(logits):
    z = logits - logits.max()
    return z - z.exp().sum().log()
""",
    ),
    "over the columns": (
        ALL,
        """
def log_softmax(logits):
    z = logits - logits.max(0).values
    return z - z.exp().sum(0).log()
""",
    ),
    "first row's maximum": (
        {"independent rows"},
        """
def log_softmax(logits):
    z = logits - logits[0].max()
    return z - z.exp().sum(-1, keepdim=True).log()
""",
    ),
    "first row only": (
        ALL,
        """
def log_softmax(logits):
    z = logits[0] - logits[0].max()
    return (z - z.exp().sum().log())[None]
""",
    ),
    "no keepdim": (
        ALL,
        """
def log_softmax(logits):
    z = logits - logits.max(-1, keepdim=True).values
    return z - z.exp().sum(-1).log()
""",
    ),
    "softmax": (
        ALL,
        """
def log_softmax(logits):
    e = torch.exp(logits - logits.max(-1, keepdim=True).values)
    return e / e.sum(dim=-1, keepdim=True)
""",
    ),
    "negative": (
        ALL,
        """
def log_softmax(logits):
    return logits.logsumexp(-1, keepdim=True) - logits
""",
    ),
    "sum without log": (
        ALL,
        """
def log_softmax(logits):
    z = logits - logits.max(-1, keepdim=True).values
    return z - z.exp().sum(-1, keepdim=True)
""",
    ),
    "maximum only": (
        ALL,
        """
def log_softmax(logits):
    return logits - logits.max(-1, keepdim=True).values
""",
    ),
    "log of the logits": (
        ALL,
        """
def log_softmax(logits):
    return torch.log(logits / logits.sum(-1, keepdim=True))
""",
    ),
    "mean instead of sum": (
        ALL,
        """
def log_softmax(logits):
    z = logits - logits.max(-1, keepdim=True).values
    return z - z.exp().mean(-1, keepdim=True).log()
""",
    ),
    "base 2": (
        ALL,
        """
def log_softmax(logits):
    z = logits - logits.max(-1, keepdim=True).values
    return (z - z.exp().sum(-1, keepdim=True).log()) / math.log(2)
""",
    ),
    "base 10": (
        ALL,
        """
def log_softmax(logits):
    z = logits - logits.max(-1, keepdim=True).values
    return torch.log10(z.exp() / z.exp().sum(-1, keepdim=True))
""",
    ),
    "a small number added": (
        ALL,
        """
def log_softmax(logits):
    e = torch.exp(logits - logits.max(-1, keepdim=True).values)
    return torch.log(e / e.sum(-1, keepdim=True) + 1e-12)
""",
    ),
    "clamped": (
        {"finite for finite logits"},
        """
def log_softmax(logits):
    e = torch.exp(logits - logits.max(-1, keepdim=True).values)
    return torch.log((e / e.sum(-1, keepdim=True)).clamp(min=1e-45))
""",
    ),
    "-inf made finite": (
        {"finite for finite logits"},
        """
def log_softmax(logits):
    e = torch.exp(logits - logits.max(-1, keepdim=True).values)
    return torch.nan_to_num(torch.log(e / e.sum(-1, keepdim=True)))
""",
    ),
    "in NumPy": (
        {"gradient"},
        """
def log_softmax(logits):
    z = logits.detach().numpy()
    z = z - z.max(-1, keepdims=True)
    return torch.from_numpy(z - np.log(np.exp(z).sum(-1, keepdims=True)))
""",
    ),
    "a NumPy array": (
        ALL,
        """
def log_softmax(logits):
    z = np.asarray(logits.detach())
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))
""",
    ),
    "no_grad": (
        {"gradient"},
        """
@torch.no_grad()
def log_softmax(logits):
    return logits - logits.logsumexp(-1, keepdim=True)
""",
    ),
    "sum detached": (
        {"gradient"},
        """
def log_softmax(logits):
    return logits - logits.logsumexp(-1, keepdim=True).detach()
""",
    ),
    "float32": (
        ALL,
        """
def log_softmax(logits):
    z = logits.float()
    return (z - z.logsumexp(-1, keepdim=True)).to(logits.dtype)
""",
    ),
    "rounded": (
        {"values", "large logits", "independent rows", "gradient", "by hand"},
        """
def log_softmax(logits):
    return torch.round(logits - logits.logsumexp(-1, keepdim=True), decimals=4)
""",
    ),
    "rebuilt from a list": (
        ALL,
        """
def log_softmax(logits):
    rows = []
    for row in logits:
        m = row.max()
        s = sum(math.exp(v - m) for v in row)
        rows.append([float(v - m - math.log(s)) for v in row])
    return torch.tensor(rows)
""",
    ),
    "the example's answer": (
        ALL,
        """
def log_softmax(logits):
    return torch.tensor([[-3.4377, -0.1377, -2.3377]], dtype=torch.float64)
""",
    ),
    "three classes": (
        ALL,
        """
def log_softmax(logits):
    e = logits.exp()
    return logits - torch.log(e[:, 0] + e[:, 1] + e[:, 2])[:, None]
""",
    ),
    "flattened": (
        ALL,
        """
def log_softmax(logits):
    return (logits - logits.logsumexp(-1, keepdim=True)).flatten()
""",
    ),
    "sign of the sum": (
        ALL,
        """
def log_softmax(logits):
    return logits + logits.logsumexp(-1, keepdim=True)
""",
    ),
    "twice exponentiated": (
        ALL,
        """
def log_softmax(logits):
    e = logits.exp()
    return e - e.logsumexp(-1, keepdim=True)
""",
    ),
    "stub": (
        ALL,
        """
def log_softmax(logits):
    raise NotImplementedError("This stub is still empty: replace this line with your code.")
""",
    ),
    "the built-in": (
        {"by hand"},
        """
def log_softmax(logits):
    return torch.log_softmax(logits, dim=-1)
""",
    ),
    "F.log_softmax renamed": (
        {"by hand"},
        """
from torch.nn.functional import log_softmax as ls
log_softmax = lambda logits: ls(logits, dim=-1)
""",
    ),
    "nn.LogSoftmax": (
        {"by hand"},
        """
log_softmax = nn.LogSoftmax(dim=-1)
""",
    ),
    "log of the built-in softmax": (
        {"finite for finite logits", "by hand"},
        """
def log_softmax(logits):
    return torch.softmax(logits, -1).log()
""",
    ),
    "cross_entropy": (
        {"by hand"},
        """
def log_softmax(logits):
    n, c = logits.shape
    columns = [-F.cross_entropy(logits, torch.full((n,), i), reduction="none") for i in range(c)]
    return torch.stack(columns, 1)
""",
    ),
}
