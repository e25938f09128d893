"""Right answers to the exercises of notebooks 3, 4 and 5, in many styles: cells as submitted.

Each must pass every behaviour of its exercise, shown and hidden.
"""

PRELUDE = """
import math
from functools import lru_cache, partial, wraps
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
"""

REPEATED_SOFTMAX = {
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

FIXED_POINT = {
    "formula": "def fixed_point(n):\n    return 1 / n",
    "lambda": "fixed_point = lambda n: 1.0 / n",
    "tensor": "def fixed_point(n):\n    return torch.tensor(1.0) / n",
    "numpy scalar": "def fixed_point(n):\n    return np.float64(1) / n",
    "0-dimensional array": "def fixed_point(n):\n    return np.array(1 / n)",
    "power": "def fixed_point(n):\n    return n ** -1",
    "equal entries": "def fixed_point(n):\n    return np.full(n, 1 / n)[0]",
    "iterated": """
def fixed_point(n):
    p = np.linspace(0, 1, n)
    for _ in range(60):
        p = np.exp(p) / np.exp(p).sum()
    return p.mean()
""",
}

NEXT_TOKEN_PROBABILITIES = {
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

TOP_K_TOKENS = {
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

MAX_NORMALIZE = {
    "max": "def max_normalize(logits):\n    return logits - logits.max()",
    "torch.max": "def max_normalize(logits):\n    return logits - torch.max(logits)",
    "keepdim": (
        "def max_normalize(logits):\n    return logits - logits.max(dim=-1, keepdim=True).values"
    ),
    "amax": "max_normalize = lambda logits: logits - torch.amax(logits, dim=-1, keepdim=True)",
    "sort": "def max_normalize(logits):\n    return logits - logits.sort().values[-1]",
    "indexed": "def max_normalize(logits):\n    return logits - logits[logits.argmax()]",
    "python number": "def max_normalize(logits):\n    return logits - logits.max().item()",
    "added": "def max_normalize(logits):\n    return logits + (-logits).min()",
    "torch.sub": "def max_normalize(logits):\n    return torch.sub(logits, torch.max(logits))",
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

LOG_SOFTMAX = {
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

NLL_LOSS = {
    "index": """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].mean()
""",
    "gather": """
def nll_loss(log_probs, targets):
    return -torch.gather(log_probs, 1, targets.unsqueeze(1)).mean()
""",
    "gather and squeeze": """
def nll_loss(log_probs, targets):
    return log_probs.gather(1, targets.view(-1, 1)).squeeze(1).neg().mean()
""",
    "one hot": """
def nll_loss(log_probs, targets):
    one_hot = F.one_hot(targets, log_probs.shape[1])
    return -(one_hot * log_probs).sum() / len(targets)
""",
    "range": """
def nll_loss(log_probs, targets):
    n = log_probs.shape[0]
    return -1 * torch.mean(log_probs[range(n), targets])
""",
    "loop": """
def nll_loss(log_probs, targets):
    total = 0
    for row, target in zip(log_probs, targets):
        total = total - row[target]
    return total / len(targets)
""",
    "loop over numbers": """
def nll_loss(log_probs, targets):
    loss = torch.tensor(0.0, dtype=log_probs.dtype)
    for i in range(len(targets)):
        loss = loss + log_probs[i, targets[i].item()]
    return -loss / len(targets)
""",
    "stack": """
def nll_loss(log_probs, targets):
    return torch.stack([-log_probs[i, t] for i, t in enumerate(targets)]).mean()
""",
    "take along": """
nll_loss = lambda lp, t: torch.take_along_dim(-lp, t[:, None], dim=1).mean()
""",
    "mask": """
def nll_loss(log_probs, targets):
    mask = torch.arange(log_probs.shape[1])[None, :] == targets[:, None]
    return -log_probs[mask].sum() / mask.sum()
""",
    "trace": """
def nll_loss(log_probs, targets):
    return -log_probs[:, targets].diagonal().mean()
""",
    "module": """
class Loss(nn.Module):
    def forward(self, log_probs, targets):
        picked = log_probs[torch.arange(targets.numel()), targets]
        return picked.sum() / -targets.numel()
nll_loss = Loss()
""",
}

TRAIN_LOGITS = {
    "formula of the gradient": """
def train_logits(w, target, learning_rate, num_steps):
    w = w.clone()
    losses, weights = [], [w[0].clone()]
    for _ in range(num_steps):
        log_p = w - torch.logsumexp(w, dim=-1, keepdim=True)
        losses.append(-log_p[0, target[0]])
        grad = log_p.exp()
        grad[0, target[0]] -= 1
        w = w - learning_rate * grad
        weights.append(w[0].clone())
    return torch.stack(losses), torch.stack(weights)
""",
    "autograd": """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_(True)
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.nll_loss(F.log_softmax(w, dim=-1), target)
        loss.backward()
        with torch.no_grad():
            w -= learning_rate * w.grad
        w.grad.zero_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    "clone and requires_grad": """
def train_logits(w, target, learning_rate, num_steps):
    w = w.clone().requires_grad_(True)
    losses, weights = torch.zeros(num_steps), torch.zeros(num_steps + 1, w.shape[1])
    weights[0] = w.detach()
    for step in range(num_steps):
        loss = F.cross_entropy(w, target)
        (grad,) = torch.autograd.grad(loss, w)
        w = (w - learning_rate * grad).detach().requires_grad_(True)
        losses[step] = loss.detach()
        weights[step + 1] = w.detach()
    return losses, weights
""",
    "still on the graph": """
def train_logits(w, target, learning_rate, num_steps):
    w = w.clone()
    w.requires_grad = True
    losses, weights = [], [w]
    for _ in range(num_steps):
        loss = nn.CrossEntropyLoss()(weights[-1], target)
        grad, = torch.autograd.grad(loss, weights[-1])
        losses.append(loss)
        weights.append(weights[-1] - learning_rate * grad)
    return torch.stack(losses), torch.cat(weights)
""",
    "optimizer": """
def train_logits(w, target, learning_rate, num_steps):
    parameter = nn.Parameter(w.detach().clone())
    optimizer = torch.optim.SGD([parameter], lr=learning_rate)
    losses, weights = [], [parameter.detach().clone()]
    for _ in range(num_steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(parameter, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        weights.append(parameter.detach().clone())
    return torch.stack(losses), torch.vstack(weights)
""",
    "lists": """
def train_logits(w, target, learning_rate, num_steps):
    z, t = w[0].tolist(), int(target[0])
    losses, weights = [], [list(z)]
    for _ in range(num_steps):
        total = sum(math.exp(v) for v in z)
        p = [math.exp(v) / total for v in z]
        losses.append(-math.log(p[t]))
        z = [v - learning_rate * (q - (i == t)) for i, (v, q) in enumerate(zip(z, p))]
        weights.append(list(z))
    return losses, weights
""",
    "NumPy": """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().numpy().copy()
    weights = np.zeros((num_steps + 1, w.shape[1]))
    losses = np.zeros(num_steps)
    weights[0] = w[0]
    for i in range(num_steps):
        e = np.exp(weights[i] - weights[i].max())
        p = e / e.sum()
        losses[i] = -np.log(p[target.item()])
        p[target.item()] -= 1
        weights[i + 1] = weights[i] - learning_rate * p
    return losses, weights
""",
    "own functions of the notebook": """
def log_softmax(logits):
    return logits - logits.logsumexp(-1, keepdim=True)

def nll_loss(log_probs, targets):
    return -log_probs[range(len(targets)), targets].mean()

def train_logits(w, target, learning_rate, num_steps):
    v = torch.tensor(w.tolist(), dtype=w.dtype, requires_grad=True)
    losses, weights = [], [v.detach().squeeze(0).numpy().copy()]
    for _ in range(num_steps):
        if v.grad is not None:
            v.grad = None
        loss = nll_loss(log_softmax(v), target)
        loss.backward()
        losses.append(float(loss))
        v.data = v.data - learning_rate * v.grad
        weights.append(v.detach().squeeze(0).numpy().copy())
    return np.array(losses), np.array(weights)
""",
}

RIGHT = {
    "repeated_softmax": REPEATED_SOFTMAX,
    "fixed_point": FIXED_POINT,
    "next_token_probabilities": NEXT_TOKEN_PROBABILITIES,
    "top_k_tokens": TOP_K_TOKENS,
    "max_normalize": MAX_NORMALIZE,
    "log_softmax": LOG_SOFTMAX,
    "nll_loss": NLL_LOSS,
    "train_logits": TRAIN_LOGITS,
}
