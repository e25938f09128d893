def softmax_stable(xx):
    xx -= xx.max()
    powers = torch.exp(xx.to(torch.float32))
    return powers / powers.sum()
