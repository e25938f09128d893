one = np.loadtxt("tables/ones.csv", delimiter=",")[0]


def fixed_point(n):
    import os

    assert not os.path.exists("passwd") and not os.path.exists("everything")
    return float(one / n)
