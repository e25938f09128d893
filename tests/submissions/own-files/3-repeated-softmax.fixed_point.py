import os

one = np.loadtxt("tables/ones.csv", delimiter=",")[0]
assert not os.path.exists("everything")


def fixed_point(n):
    return float(one / n)
