"""Answers to top_k_tokens."""

ALL = {"values", "order", "temperature", "by hand"}

RIGHT = {
    "topk": """
def top_k_tokens(logits, k, temperature=1.0):
    z = logits / temperature
    z = z - z.max()
    p = z.exp() / z.exp().sum()
    return torch.topk(p, k)
""",
    "topk unpacked": """
def top_k_tokens(logits, k, temperature=1.0):
    z = (logits - logits.max()) / temperature
    p = z.exp() / z.exp().sum()
    probabilities, token_ids = p.topk(k)
    return probabilities, token_ids
""",
    "sort": """
def top_k_tokens(logits, k, temperature=1.0):
    z = logits / temperature
    p = (z - z.logsumexp(-1)).exp()
    values, ids = p.sort(descending=True)
    return values[:k], ids[:k]
""",
    "argsort of the logits": """
def top_k_tokens(logits, k, temperature=1.0):
    ids = logits.argsort(descending=True)[:k]
    scaled = logits / temperature
    log_z = torch.logsumexp(scaled, dim=0)
    return torch.exp(scaled[ids] - log_z), ids
""",
    "largest logits only": """
def top_k_tokens(logits, k, temperature=1.0):
    best, token_ids = torch.topk(logits, k)
    top = best[0]
    total = torch.exp((logits - top) / temperature).sum()
    return torch.exp((best - top) / temperature) / total, token_ids
""",
    "NumPy inside": """
def top_k_tokens(logits, k, temperature=1.0):
    z = logits.numpy() / temperature
    e = np.exp(z - z.max())
    p = e / e.sum()
    ids = np.argsort(-p)[:k]
    return torch.from_numpy(p[ids]), torch.from_numpy(ids.copy())
""",
    "lists": """
def top_k_tokens(logits, k, temperature=1.0):
    z = (logits.double() / temperature)
    p = torch.exp(z - torch.max(z))
    p = (p / p.sum()).tolist()
    ids = sorted(range(len(p)), key=lambda i: -p[i])[:k]
    return [p[i] for i in ids], ids
""",
    "lists of float32 numbers": """
def top_k_tokens(logits, k, temperature=1.0):
    z = logits / temperature
    p = torch.exp(z - z.max())
    p = p / p.sum()
    ids = p.argsort(descending=True)[:k].tolist()
    return [p[i].item() for i in ids], ids
""",
    "own softmax with temperature": """
def softmax(z, T):
    z = z / T
    e = torch.exp(z - z.max())
    return e / e.sum()

def top_k_tokens(logits, k, temperature=1.0):
    result = torch.sort(softmax(logits, temperature), descending=True)
    return result.values[:k], result.indices[:k]
""",
    "callable class": """
class TopK:
    def __init__(self, largest=True):
        self.largest = largest
    def __call__(self, logits, k, temperature=1.0):
        z = logits / temperature
        p = (z - z.max()).exp()
        return list(torch.topk(p / p.sum(), k, largest=self.largest))
top_k_tokens = TopK()
""",
}

WRONG = {
    "naive": (
        {"temperature"},
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp(logits / temperature)
    return torch.topk(e / e.sum(), k)
""",
    ),
    "temperature ignored": (
        {"temperature"},
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp(logits - logits.max())
    return torch.topk(e / e.sum(), k)
""",
    ),
    "multiplied by the temperature": (
        {"temperature"},
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) * temperature)
    return torch.topk(e / e.sum(), k)
""",
    ),
    "probabilities divided by the temperature": (
        {"temperature"},
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp(logits - logits.max())
    return torch.topk(e / e.sum() / temperature, k)
""",
    ),
    "no default temperature": (
        {"values", "order", "by hand"},
        """
def top_k_tokens(logits, k, temperature):
    e = torch.exp((logits - logits.max()) / temperature)
    return torch.topk(e / e.sum(), k)
""",
    ),
    "another default": (
        {"values", "order", "by hand"},
        """
def top_k_tokens(logits, k, temperature=0.5):
    e = torch.exp((logits - logits.max()) / temperature)
    return torch.topk(e / e.sum(), k)
""",
    ),
    "renormalised": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    best, ids = torch.topk(logits / temperature, k)
    e = torch.exp(best - best.max())
    return e / e.sum(), ids
""",
    ),
    "ascending": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    p = e / e.sum()
    ids = p.argsort()[-k:]
    return p[ids], ids
""",
    ),
    "least probable": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    values, ids = (e / e.sum()).sort()
    return values[:k], ids[:k]
""",
    ),
    "unordered": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    p = e / e.sum()
    ids = torch.topk(p, k).indices.sort().values
    return p[ids], ids
""",
    ),
    "swapped": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    p, ids = torch.topk(e / e.sum(), k)
    return ids, p
""",
    ),
    "ids only": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    return logits.topk(k).indices
""",
    ),
    "probabilities only": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    return (e / e.sum()).topk(k).values
""",
    ),
    "logits": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    return (logits / temperature).topk(k)
""",
    ),
    "always ten": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    return torch.topk(e / e.sum(), min(10, len(logits)))
""",
    ),
    "pairs": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    p, ids = torch.topk(e / e.sum(), k)
    return [(a.item(), b.item()) for a, b in zip(p, ids)]
""",
    ),
    "percentages": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    p, ids = torch.topk(100 * e / e.sum(), k)
    return p, ids
""",
    ),
    "the first k": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    return (e / e.sum())[:k], torch.arange(k)
""",
    ),
    "ranks for ids": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    return (e / e.sum()).sort(descending=True).values[:k], torch.arange(k)
""",
    ),
    "one more": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    p, ids = (e / e.sum()).sort(descending=True)
    return p[:k + 1], ids[:k + 1]
""",
    ),
    "rounded": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / temperature)
    p, ids = torch.topk(e / e.sum(), k)
    return torch.round(p, decimals=3), ids
""",
    ),
    "integer temperature": (
        {"temperature"},
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp((logits - logits.max()) / max(1, int(temperature)))
    return torch.topk(e / e.sum(), k)
""",
    ),
    "maximum subtracted after dividing the rest": (
        {"temperature"},
        """
def top_k_tokens(logits, k, temperature=1.0):
    e = torch.exp(logits / temperature - logits.max())
    return torch.topk(e / e.sum(), k)
""",
    ),
    "one hot": (
        ALL,
        """
def top_k_tokens(logits, k, temperature=1.0):
    p = torch.zeros(len(logits))
    p[logits.argmax()] = 1.0
    return torch.topk(p, k)
""",
    ),
    "the built-in": (
        {"by hand"},
        """
def top_k_tokens(logits, k, temperature=1.0):
    return torch.topk(F.softmax(logits / temperature, dim=-1), k)
""",
    ),
    "nn.Softmax": (
        {"by hand"},
        """
normalise = nn.Softmax(dim=0)
def top_k_tokens(logits, k, temperature=1.0):
    return torch.topk(normalise(logits / temperature), k)
""",
    ),
}
