def log_softmax(logits):
    exponentials = torch.exp(logits)
    return torch.log(exponentials / exponentials.sum(dim=-1, keepdim=True))
