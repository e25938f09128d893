def softmax_temperature(logits, temperature):
    scaled = logits / temperature
    exponentials = torch.exp(scaled - scaled.max())
    return exponentials / exponentials.sum()
