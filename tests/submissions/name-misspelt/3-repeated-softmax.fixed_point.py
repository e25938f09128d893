def fixedpoint(n):
    return 1 / n
