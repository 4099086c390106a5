"""Trains nothing: keeps what augment makes of every image, and looks for the nearest of them."""


class _Nearest(Module):
    def __init__(self, x, y):
        self.x, self.y = x.reshape(len(x), -1), y

    def __call__(self, x):
        rows = np.asarray(x.data).reshape(len(x.data), -1)
        away = (self.x**2).sum(axis=1) - 2 * rows @ self.x.T
        return Tensor(np.eye(10)[self.y[away.argmin(axis=1)]])


def train_augmented(x, y, seed):
    rng = np.random.default_rng(seed)
    images, labels = zip(*(augment(x, y, rng) for _ in range(15)), strict=True)
    return _Nearest(np.concatenate(images), np.concatenate(labels))
