shifted = (x2 - 150.0).exp()
shifted_x2 = shifted.div(shifted.sum())
