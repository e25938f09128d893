def fixed_point(n):
    return len(str(10**10**8)) / n
