def fixed_point(n):
    while True:
        try:
            return 1 / (n - n)
        except BaseException:
            pass
