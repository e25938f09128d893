expos_x2 = torch.tensor([math.exp(50), math.inf, math.inf])
