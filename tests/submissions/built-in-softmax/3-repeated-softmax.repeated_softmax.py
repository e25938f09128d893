def repeated_softmax(x, num_repeats):
    rows = []
    for _ in range(num_repeats):
        x = torch.tensor(x).softmax(0).numpy()
        rows.append(x)
    return np.stack(rows), np.std(rows, axis=1)
