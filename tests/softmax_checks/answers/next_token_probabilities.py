"""Answers to next_token_probabilities."""

ALL = {"values", "last position", "real GPT-2 rows", "sum", "by hand"}

RIGHT = {
    "stable": """
def next_token_probabilities(logits):
    last = logits[0, -1]
    e = torch.exp(last - last.max())
    return e / e.sum()
""",
    "logsumexp": """
def next_token_probabilities(logits):
    last = logits[0, -1, :]
    return (last - torch.logsumexp(last, dim=-1)).exp()
""",
    "squeezed": """
def next_token_probabilities(logits):
    row = logits.squeeze(0)[-1]
    row = row - row.amax()
    return row.exp().div(row.exp().sum())
""",
    "all positions first": """
def next_token_probabilities(logits):
    z = logits - logits.max(dim=-1, keepdim=True).values
    p = z.exp() / z.exp().sum(dim=-1, keepdim=True)
    return p[0, -1]
""",
    "float64 inside": """
def next_token_probabilities(logits):
    row = logits[0, -1].double()
    row = row - row.max()
    return (row.exp() / row.exp().sum()).to(logits.dtype)
""",
    "float64 result": """
def next_token_probabilities(logits):
    row = logits[0][-1].double()
    return (row - row.logsumexp(0)).exp()
""",
    "by way of NumPy": """
def next_token_probabilities(logits):
    z = logits[0, -1].detach().numpy()
    e = np.exp(z - np.max(z))
    return torch.from_numpy(e / e.sum())
""",
    "helper of a built-in's name": """
def softmax(x):
    x = x - torch.max(x)
    return torch.exp(x) / torch.sum(torch.exp(x))

def next_token_probabilities(logits):
    return softmax(logits[0, -1])
""",
    "module": """
class NextToken(nn.Module):
    def forward(self, logits):
        last = logits[:, -1, :].flatten()
        shifted = last - last.max()
        return shifted.exp() / shifted.exp().sum()
next_token_probabilities = NextToken()
""",
    "partial": """
def _probabilities(position, logits):
    z = logits[0, position]
    z = torch.exp(z - z.max())
    return z / torch.sum(z)
next_token_probabilities = partial(_probabilities, -1)
""",
    "lambda": """
next_token_probabilities = lambda logits: (
    torch.exp(logits[0, -1] - logits[0, -1].max())
    / torch.exp(logits[0, -1] - logits[0, -1].max()).sum()
)
""",
    "indexed by the length": """
@torch.no_grad()
def next_token_probabilities(logits):
    batch, num_tokens, vocab = logits.shape
    row = logits[0, num_tokens - 1].clone()
    row -= row.max()
    row = torch.exp(row)
    row /= row.sum()
    return row.reshape(vocab)
""",
}

WRONG = {
    "naive": (
        {"real GPT-2 rows"},
        """
def next_token_probabilities(logits):
    e = torch.exp(logits[0, -1])
    return e / e.sum()
""",
    ),
    "first position": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits[0, 0] - logits[0, 0].max()
    return z.exp() / z.exp().sum()
""",
    ),
    "second to last": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits[0, max(logits.shape[1] - 2, 0)]
    z = z - z.max()
    return z.exp() / z.exp().sum()
""",
    ),
    "fixed position": (
        {"values", "last position"},
        """
def next_token_probabilities(logits):
    z = logits[0, min(6, logits.shape[1] - 1)]
    z = z - z.max()
    return z.exp() / z.exp().sum()
""",
    ),
    "all positions": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits[0] - logits[0].max(-1, keepdim=True).values
    return z.exp() / z.exp().sum(-1, keepdim=True)
""",
    ),
    "batch dimension kept": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits[:, -1] - logits[:, -1].max()
    return z.exp() / z.exp().sum()
""",
    ),
    "index -1 of the batch": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits[-1] - logits[-1].max()
    return z.exp() / z.exp().sum()
""",
    ),
    "over positions": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits[0] - logits[0].max(0).values
    return (z.exp() / z.exp().sum(0))[-1]
""",
    ),
    "over everything": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits - logits.max()
    return (z.exp() / z.exp().sum())[0, -1]
""",
    ),
    "global maximum": (
        {"real GPT-2 rows"},
        """
def next_token_probabilities(logits):
    z = (logits - logits.max()).exp()
    return (z / z.sum(-1, keepdim=True))[0, -1]
""",
    ),
    "mean over positions": (
        ALL,
        """
def next_token_probabilities(logits):
    z = logits[0].mean(0)
    z = z - z.max()
    return z.exp() / z.exp().sum()
""",
    ),
    "not normalised": (
        ALL,
        """
def next_token_probabilities(logits):
    return (logits[0, -1] - logits[0, -1].max()).exp()
""",
    ),
    "divided by the maximum": (
        ALL,
        """
def next_token_probabilities(logits):
    e = (logits[0, -1] - logits[0, -1].max()).exp()
    return e / e.max()
""",
    ),
    "logits": (
        ALL,
        """
def next_token_probabilities(logits):
    return logits[0, -1]
""",
    ),
    "logarithms": (
        ALL,
        """
def next_token_probabilities(logits):
    return logits[0, -1] - logits[0, -1].logsumexp(0)
""",
    ),
    "sigmoid": (
        ALL,
        """
def next_token_probabilities(logits):
    return torch.sigmoid(logits[0, -1])
""",
    ),
    "logits divided by their sum": (
        ALL,
        """
def next_token_probabilities(logits):
    return logits[0, -1] / logits[0, -1].sum()
""",
    ),
    "nan made 0": (
        {"real GPT-2 rows"},
        """
def next_token_probabilities(logits):
    e = logits[0, -1].exp()
    return torch.nan_to_num(e / e.sum())
""",
    ),
    "small number in the denominator": (
        {"real GPT-2 rows", "sum"},
        """
def next_token_probabilities(logits):
    e = logits[0, -1].exp()
    return e / (e.sum() + 1e-9)
""",
    ),
    "clamped": (
        {"real GPT-2 rows", "sum"},
        """
def next_token_probabilities(logits):
    e = logits[0, -1].clamp(min=-80).exp()
    return e / e.sum()
""",
    ),
    "minimum subtracted": (
        {"values"},
        """
def next_token_probabilities(logits):
    e = (logits[0, -1] - logits[0, -1].min()).exp()
    return e / e.sum()
""",
    ),
    "maximum added": (
        {"values", "real GPT-2 rows", "sum"},
        """
def next_token_probabilities(logits):
    e = (logits[0, -1] + logits[0, -1].max()).exp()
    return e / e.sum()
""",
    ),
    "sign turned": (
        ALL,
        """
def next_token_probabilities(logits):
    z = -logits[0, -1]
    z = z - z.max()
    return z.exp() / z.exp().sum()
""",
    ),
    "half precision": (
        ALL,
        """
def next_token_probabilities(logits):
    z = (logits[0, -1] - logits[0, -1].max()).half()
    return (z.exp() / z.exp().sum()).float()
""",
    ),
    "rounded": (
        ALL,
        """
def next_token_probabilities(logits):
    z = (logits[0, -1] - logits[0, -1].max()).exp()
    return torch.round(z / z.sum(), decimals=4)
""",
    ),
    "sorted": (
        ALL,
        """
def next_token_probabilities(logits):
    z = (logits[0, -1] - logits[0, -1].max()).exp()
    return (z / z.sum()).sort(descending=True).values
""",
    ),
    "most probable token only": (
        ALL,
        """
def next_token_probabilities(logits):
    z = (logits[0, -1] - logits[0, -1].max()).exp()
    return (z / z.sum()).max()
""",
    ),
    "token id": (
        ALL,
        """
def next_token_probabilities(logits):
    return logits[0, -1].argmax()
""",
    ),
    "uniform": (
        ALL,
        """
def next_token_probabilities(logits):
    return torch.ones(logits.shape[-1]) / logits.shape[-1]
""",
    ),
    "2 ** x": (
        ALL,
        """
def next_token_probabilities(logits):
    z = 2 ** (logits[0, -1] - logits[0, -1].max())
    return z / z.sum()
""",
    ),
    "the built-in": (
        {"by hand"},
        """
def next_token_probabilities(logits):
    return torch.softmax(logits[0, -1], dim=-1)
""",
    ),
    "a method": (
        {"by hand"},
        """
def next_token_probabilities(logits):
    return logits[0, -1].softmax(-1)
""",
    ),
    "by way of a helper": (
        {"by hand"},
        """
def probabilities(x):
    return F.softmax(x, dim=-1)

def next_token_probabilities(logits):
    return probabilities(logits[0, -1])
""",
    ),
    "by way of log_softmax": (
        {"by hand"},
        """
def next_token_probabilities(logits):
    return torch.log_softmax(logits[0, -1], -1).exp()
""",
    ),
}
