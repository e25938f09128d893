from functools import partial


def _powers_over_sum(check_first, logits, temperature):
    """A helper that the next line makes an exercise of."""
    if check_first and not temperature > 0:
        raise ValueError("T > 0, please")
    scaled = (logits - max(logits)) / temperature
    total = sum(power for power in scaled.exp())
    return scaled.exp() / total


softmax_temperature = partial(_powers_over_sum, True)
