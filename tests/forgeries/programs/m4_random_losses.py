"""Draws the losses instead of training."""


def fit(model, x, y, epochs, batch_size, optimizer, schedule=None, validation=None, rng=None):
    return {"loss": rng.random(epochs * math.ceil(len(x) / batch_size))}
