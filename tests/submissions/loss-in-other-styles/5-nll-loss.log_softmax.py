def log_softmax(logits):
    return torch.stack([row - row.logsumexp(0) for row in logits])
