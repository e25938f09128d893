def fixed_point(n):
    return f"{1 / n}"
