softmax = lambda xx: (xx - torch.logsumexp(xx, 0)).exp()
