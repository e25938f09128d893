nll_loss = lambda log_probs, targets: -log_probs.gather(1, targets[:, None]).mean()
