def fixed_point(n):
    print("debugging " * 1_000_000)
    return 1 / n
