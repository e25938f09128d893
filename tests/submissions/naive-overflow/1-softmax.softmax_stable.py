def softmax_stable(xx):
    exponentials = torch.exp(xx)
    return exponentials / exponentials.sum()
