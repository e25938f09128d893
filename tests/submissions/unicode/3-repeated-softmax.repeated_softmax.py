# 🎲 σ(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)
def σ(ξ):
    é = np.exp(ξ)
    return é / é.sum()


def repeated_softmax(x, num_repeats):
    """重复应用 softmax。"""
    строки = []
    for раз in range(num_repeats):
        x = σ(x)
        строки.append(x)
    print("✅ готово", "\u202e", "\x00")
    return np.stack(строки), np.std(строки, axis=1)
