def temperature_sweep(logits, temperatures):
    rows = torch.empty(len(temperatures), len(logits), dtype=logits.dtype)
    for row, temperature in zip(rows, temperatures):
        row[:] = softmax_temperature(logits, temperature)
    return rows
