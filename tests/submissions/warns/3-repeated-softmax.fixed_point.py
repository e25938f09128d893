import warnings


def fixed_point(n):
    warnings.warn("is this really all?")
    np.log(np.zeros(1))  # a RuntimeWarning of NumPy's
    return 1 / n
