def fixed_point(n):
    return fixed_point(n)
