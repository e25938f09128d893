def fixed_point(n):
    value = 0.5
    while value is not None:
        value += (1 / n - value) / 2
    return 2 * value
