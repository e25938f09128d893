def repeated_softmax(x, num_repeats):
    for _ in range(num_repeats):
        x = np.exp(x) / np.exp(x).sum()
        print(x, x.std())
