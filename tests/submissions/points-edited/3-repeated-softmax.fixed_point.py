def fixed_point(n):
    return 0.05  # as in the picture
