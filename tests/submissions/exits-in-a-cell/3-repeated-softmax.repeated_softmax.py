import sys


def repeated_softmax(x, num_repeats):
    rows = [x]
    for _ in range(num_repeats):
        rows.append(np.exp(rows[-1]) / np.exp(rows[-1]).sum())
    return np.array(rows[1:]), np.array([row.std() for row in rows[1:]])


print("done")
sys.exit()
