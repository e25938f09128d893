"""Answers to nll_loss."""

ALL = {"one target", "batches", "mean", "scalar tensor", "gradient", "by hand"}

RIGHT = {
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

WRONG = {
    "no minus": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return log_probs[torch.arange(len(targets)), targets].mean()
""",
    ),
    "sum": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].sum()
""",
    ),
    "no mean": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets]
""",
    ),
    "columns of all rows": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[:, targets].mean()
""",
    ),
    "first target only": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[0, targets[0]]
""",
    ),
    "first target for all": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[:, targets[0]].mean()
""",
    ),
    "first row for all": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[0, targets].mean()
""",
    ),
    "rows for targets": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs[targets].mean()
""",
    ),
    "all classes": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs.mean()
""",
    ),
    "most probable": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs.max(-1).values.mean()
""",
    ),
    "divided by N * C": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -(F.one_hot(targets, log_probs.shape[1]) * log_probs).mean()
""",
    ),
    "probabilities": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs.exp()[torch.arange(len(targets)), targets].mean()
""",
    ),
    "1 - p": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return 1 - log_probs.exp()[torch.arange(len(targets)), targets].mean()
""",
    ),
    "log once more": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -torch.log(-log_probs[torch.arange(len(targets)), targets]).mean()
""",
    ),
    "log of the mean probability": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs.exp()[torch.arange(len(targets)), targets].mean().log()
""",
    ),
    "median": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].median()
""",
    ),
    "largest": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].min()
""",
    ),
    "root mean square": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return (log_probs[torch.arange(len(targets)), targets] ** 2).mean().sqrt()
""",
    ),
    "a number": (
        {"scalar tensor", "gradient"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].mean().item()
""",
    ),
    "shape (1,)": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].mean(dim=0, keepdim=True)
""",
    ),
    "a new tensor": (
        {"scalar tensor", "gradient"},
        """
def nll_loss(log_probs, targets):
    return torch.tensor(-log_probs[torch.arange(len(targets)), targets].mean().item())
""",
    ),
    "detached": (
        {"gradient"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].mean().detach()
""",
    ),
    "a leaf of its own": (
        {"gradient"},
        """
def nll_loss(log_probs, targets):
    loss = -log_probs[torch.arange(len(targets)), targets].mean()
    return loss.detach().requires_grad_()
""",
    ),
    "NumPy": (
        {"scalar tensor", "gradient"},
        """
def nll_loss(log_probs, targets):
    return -np.mean([log_probs.detach().numpy()[i, t] for i, t in enumerate(targets.tolist())])
""",
    ),
    "float32": (
        {"scalar tensor", "gradient"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].float().mean()
""",
    ),
    "off by one": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets - 1].mean()
""",
    ),
    "divided by C": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].sum() / log_probs.shape[1]
""",
    ),
    "always four": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return -log_probs[torch.arange(len(targets)), targets].sum() / 4
""",
    ),
    "one target only": (
        {"batches", "mean", "scalar tensor", "gradient", "by hand"},
        """
def nll_loss(log_probs, targets):
    return -log_probs[0, targets.item()]
""",
    ),
    "log_softmax again": (
        ALL,
        """
def nll_loss(log_probs, targets):
    lp = log_probs.exp()
    lp = lp - lp.logsumexp(-1, keepdim=True)
    return -lp[torch.arange(len(targets)), targets].mean()
""",
    ),
    "rounded": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return torch.round(-log_probs[torch.arange(len(targets)), targets].mean(), decimals=4)
""",
    ),
    "returns nothing": (
        ALL,
        """
def nll_loss(log_probs, targets):
    loss = -log_probs[torch.arange(len(targets)), targets].mean()
    print(loss)
""",
    ),
    "zeros": (
        ALL,
        """
def nll_loss(log_probs, targets):
    return (log_probs * 0).sum()
""",
    ),
    "the built-in": (
        {"by hand"},
        """
def nll_loss(log_probs, targets):
    return F.nll_loss(log_probs, targets)
""",
    ),
    "nn.NLLLoss": (
        {"by hand"},
        """
nll_loss = nn.NLLLoss()
""",
    ),
    "cross_entropy": (
        {"by hand"},
        """
def nll_loss(log_probs, targets):
    return F.cross_entropy(log_probs, targets)
""",
    ),
}
