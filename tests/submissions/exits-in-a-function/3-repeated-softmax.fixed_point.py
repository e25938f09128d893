def fixed_point(n):
    print(1 / n)
    exit()
