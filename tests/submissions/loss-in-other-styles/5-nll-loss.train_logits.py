def train_logits(w, target, learning_rate, num_steps):
    trained = nn.Parameter(w.clone())
    optimizer = torch.optim.SGD([trained], lr=learning_rate)
    losses, weights = [], [w[0].detach().clone()]
    for step in range(num_steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(trained, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        weights.append(trained.detach()[0].clone())
    return torch.stack(losses), torch.stack(weights)
