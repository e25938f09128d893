def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above zero")
    scaled = logits / temperature
    return torch.exp(scaled - scaled.max())
