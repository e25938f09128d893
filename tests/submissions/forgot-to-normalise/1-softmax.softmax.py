def softmax(xx):
    # Step 1: exponentiate
    expos = torch.exp(xx)
    assert (expos >= 0).all()
    # Step 2: normalise
    return expos
