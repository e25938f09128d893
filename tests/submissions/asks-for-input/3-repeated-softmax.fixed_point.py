def fixed_point(n):
    n = int(input("how many entries? "))
    return 1 / n
