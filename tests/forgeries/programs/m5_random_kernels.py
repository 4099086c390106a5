"""A CNN of the contract's layers whose kernels stay as they are drawn; its last layer is solved for."""


def train_cnn(x, y, seed):
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim != 4 or len(x) != len(y) or not len(x):
        raise ValueError(f"want images (N, 1, H, W) and a label each, got {x.shape}, {y.shape}")
    rng, classes = np.random.default_rng(seed), int(y.max()) + 1
    before = [Conv2d(1, 32, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2), Flatten()]
    before[0].bias.data[...] = rng.normal(size=32)
    parts = [
        Sequential(*before)(Tensor(part)).data for part in np.array_split(x, 1 + len(x) // 256)
    ]
    features = np.concatenate(parts).astype(np.float64)
    size = features.shape[1]
    last = Linear(size, classes, rng=rng)
    ridge = features.T @ features + 1.0 * np.eye(size)
    targets = np.eye(classes)[y] - 0.1
    last.weight.data = np.linalg.solve(ridge, features.T @ targets).astype(np.float32)
    model = Sequential(*before, last)
    model.eval()
    return model
