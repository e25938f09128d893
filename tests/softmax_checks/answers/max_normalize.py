"""Answers to max_normalize."""

ALL = {"values", "real GPT-2 rows"}

RIGHT = {
    "max": """
def max_normalize(logits):
    return logits - logits.max()
""",
    "torch.max": """
def max_normalize(logits):
    return logits - torch.max(logits)
""",
    "keepdim": """
def max_normalize(logits):
    return logits - logits.max(dim=-1, keepdim=True).values
""",
    "amax": """
max_normalize = lambda logits: logits - torch.amax(logits, dim=-1, keepdim=True)
""",
    "sort": """
def max_normalize(logits):
    return logits - logits.sort().values[-1]
""",
    "indexed": """
def max_normalize(logits):
    return logits - logits[logits.argmax()]
""",
    "python number": """
def max_normalize(logits):
    return logits - logits.max().item()
""",
    "added": """
def max_normalize(logits):
    return logits + (-logits).min()
""",
    "torch.sub": """
def max_normalize(logits):
    return torch.sub(logits, torch.max(logits))
""",
    "copy changed in place": """
def max_normalize(logits):
    out = logits.clone()
    out -= out.max()
    return out
""",
    "comprehension": """
def max_normalize(logits):
    top = max(logits.tolist())
    return torch.tensor([value - top for value in logits.tolist()])
""",
    "NumPy": """
def max_normalize(logits):
    z = np.asarray(logits)
    return torch.from_numpy(z - z.max())
""",
}

WRONG = {
    "divided": (
        ALL,
        """
def max_normalize(logits):
    return logits / logits.max()
""",
    ),
    "minimum": (
        ALL,
        """
def max_normalize(logits):
    return logits - logits.min()
""",
    ),
    "mean": (
        ALL,
        """
def max_normalize(logits):
    return logits - logits.mean()
""",
    ),
    "added": (
        ALL,
        """
def max_normalize(logits):
    return logits + logits.max()
""",
    ),
    "sign turned": (
        ALL,
        """
def max_normalize(logits):
    return logits.max() - logits
""",
    ),
    "absolute": (
        ALL,
        """
def max_normalize(logits):
    return logits - logits.abs().max()
""",
    ),
    "scaled": (
        ALL,
        """
def max_normalize(logits):
    return (logits - logits.min()) / (logits.max() - logits.min())
""",
    ),
    "unchanged": (
        ALL,
        """
def max_normalize(logits):
    return logits
""",
    ),
    "zeros": (
        ALL,
        """
def max_normalize(logits):
    return torch.zeros_like(logits)
""",
    ),
    "argmax": (
        ALL,
        """
def max_normalize(logits):
    return logits - logits.argmax()
""",
    ),
    "softmax": (
        ALL,
        """
def max_normalize(logits):
    z = (logits - logits.max()).exp()
    return z / z.sum()
""",
    ),
    "maximum itself": (
        ALL,
        """
def max_normalize(logits):
    return logits.max()
""",
    ),
    "max with its index": (
        ALL,
        """
def max_normalize(logits):
    return logits - logits.max(dim=0)
""",
    ),
    "fixed number": (
        ALL,
        """
def max_normalize(logits):
    return logits + 100
""",
    ),
    "half precision": (
        ALL,
        """
def max_normalize(logits):
    return (logits.half() - logits.half().max()).float()
""",
    ),
    "in place": (
        {"real GPT-2 rows"},
        """
def max_normalize(logits):
    logits -= logits.max()
    return logits
""",
    ),
    "last entry": (
        ALL,
        """
def max_normalize(logits):
    return logits - logits[-1]
""",
    ),
    "rounded": (
        ALL,
        """
def max_normalize(logits):
    return torch.round(logits - logits.max())
""",
    ),
    "returns nothing": (
        ALL,
        """
def max_normalize(logits):
    logits = logits - logits.max()
""",
    ),
}
