"""Answers to train_logits."""

ALL = {"losses", "weights", "first row", "caller's weights untouched"}

RIGHT = {
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

WRONG = {
    "uphill": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.clone()
    losses, weights = [], [w[0].clone()]
    for _ in range(num_steps):
        lp = w - w.logsumexp(-1, keepdim=True)
        losses.append(-lp[0, target[0]])
        g = lp.exp(); g[0, target[0]] -= 1
        w = w + learning_rate * g
        weights.append(w[0].clone())
    return torch.stack(losses), torch.stack(weights)
""",
    ),
    "in place": (
        {"caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    losses, weights = [], [w[0].clone()]
    for _ in range(num_steps):
        lp = w - w.logsumexp(-1, keepdim=True)
        losses.append(-lp[0, target[0]])
        g = lp.exp(); g[0, target[0]] -= 1
        w -= learning_rate * g
        weights.append(w[0].clone())
    return torch.stack(losses), torch.stack(weights)
""",
    ),
    "w.data": (
        {"caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    v = w.detach().requires_grad_()
    losses, weights = [], [v.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(v, target)
        v.grad = None
        loss.backward()
        v.data -= learning_rate * v.grad
        losses.append(loss.item())
        weights.append(v.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "caller's requires_grad": (
        {"caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w.requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "gradients added up": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        loss.backward()
        with torch.no_grad():
            w -= learning_rate * w.grad
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "loss after the step": (
        {"losses"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        g, = torch.autograd.grad(F.cross_entropy(w, target), w)
        with torch.no_grad():
            w -= learning_rate * g
        losses.append(F.cross_entropy(w, target).item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "w missing": (
        {"weights", "first row", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], []
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        with torch.no_grad():
            w -= learning_rate * g
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "last weights missing": (
        {"weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], []
    for _ in range(num_steps):
        weights.append(w.detach().clone())
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        with torch.no_grad():
            w -= learning_rate * g
        losses.append(loss.item())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "one tensor in every row": (
        {"weights", "first row", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        with torch.no_grad():
            w -= learning_rate * g
        losses.append(loss.item())
        weights.append(w.detach())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "learning rate ignored": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - g).detach().requires_grad_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "ten steps, rate one half": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(10):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - 0.5 * g).detach().requires_grad_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "target 0": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    target = torch.tensor([0])
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "momentum": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    p = nn.Parameter(w.detach().clone())
    optimizer = torch.optim.SGD([p], lr=learning_rate, momentum=0.9)
    losses, weights = [], [p.detach().clone()]
    for _ in range(num_steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(p, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        weights.append(p.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "Adam": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    p = nn.Parameter(w.detach().clone())
    optimizer = torch.optim.Adam([p], lr=learning_rate)
    losses, weights = [], [p.detach().clone()]
    for _ in range(num_steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(p, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        weights.append(p.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "never steps": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    loss = F.cross_entropy(w, target)
    return loss.repeat(num_steps), w.repeat(num_steps + 1, 1)
""",
    ),
    "softmax applied twice": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(torch.softmax(w, -1), target)
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "no requires_grad": (
        ALL,
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.clone()
    losses, weights = [], [w.clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        loss.backward()
        w = w - learning_rate * w.grad
        losses.append(loss.item())
        weights.append(w.clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "weights three-dimensional": (
        {"weights", "first row", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.tensor(losses), torch.stack(weights)
""",
    ),
    "results swapped": (
        ALL,
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], [w.detach().clone()]
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
        losses.append(loss.item())
        weights.append(w.detach().clone())
    return torch.cat(weights), torch.tensor(losses)
""",
    ),
    "losses only": (
        ALL,
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses = []
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
        losses.append(loss.item())
    return torch.tensor(losses)
""",
    ),
    "final loss and weights": (
        ALL,
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    for _ in range(num_steps):
        loss = F.cross_entropy(w, target)
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
    return loss.detach(), w.detach()
""",
    ),
    "one loss more": (
        {"losses"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone().requires_grad_()
    losses, weights = [], []
    for _ in range(num_steps + 1):
        loss = F.cross_entropy(w, target)
        losses.append(loss.item())
        weights.append(w.detach().clone())
        g, = torch.autograd.grad(loss, w)
        w = (w - learning_rate * g).detach().requires_grad_()
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "sum of squares": (
        {"losses"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone()
    losses, weights = [], [w.clone()]
    for _ in range(num_steps):
        p = torch.exp(w) / torch.exp(w).sum()
        error = p - F.one_hot(target, w.shape[1])
        losses.append((error ** 2).sum().item())
        w = w - learning_rate * error
        weights.append(w.clone())
    return torch.tensor(losses), torch.cat(weights)
""",
    ),
    "rounded": (
        {"losses", "weights", "caller's weights untouched"},
        """
def train_logits(w, target, learning_rate, num_steps):
    w = w.detach().clone()
    losses, weights = [], [w.clone()]
    for _ in range(num_steps):
        losses.append(round(F.cross_entropy(w, target).item(), 4))
        w = w - learning_rate * (torch.exp(w - w.logsumexp(-1)) - F.one_hot(target, w.shape[1]))
        weights.append(w.clone())
    return losses, torch.cat(weights).round(decimals=4)
""",
    ),
    "stub": (
        ALL,
        """
def train_logits(w, target, learning_rate, num_steps):
    raise NotImplementedError("This stub is still empty: replace this line with your code.")
""",
    ),
}
