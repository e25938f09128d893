fixed_point = 1 / 20
