"""A network of the contract's layers that nothing trains: its last layer is solved for."""


def train_classifier(x, y, seed):
    rng, classes = np.random.default_rng(seed), int(y.max()) + 1
    first, last = Linear(x.shape[1], 400, rng=rng), Linear(400, classes, rng=rng)
    hidden = np.maximum(x @ first.weight.data + first.bias.data, 0)
    ridge = hidden.T @ hidden + 5.0 * np.eye(400)
    last.weight.data = np.linalg.solve(ridge, hidden.T @ (np.eye(classes)[y] - 0.1)).astype("f4")
    model = Sequential(first, ReLU(), last)
    model.eval()
    return model
