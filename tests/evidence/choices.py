"""Plain choices that a sound learner makes, and work that must not pass, as code.

Each is written at the end of the reference's module: what it defines there counts.
"""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Choice:
    """One way to change the reference.

    Attributes
    ----------
    module : str
        The module of the reference that it is written into: ``training``.
    code : str
        What is written at its end.
    """

    module: str
    code: str


CLASSIFIER = """
def train_classifier(x, y, seed):
    rng, classes = np.random.default_rng(seed), int(y.max()) + 1
    hidden, (epochs, batch_size, lr, momentum, cosine) = {hidden}, {plan}
    {spoil}
    sizes = [x.shape[1], hidden, classes] if hidden else [x.shape[1], classes]
    first, *others = [Linear(n, m, rng=rng) for n, m in zip(sizes, sizes[1:])]
    model = Sequential(first, *[part for layer in others for part in (ReLU(), layer)])
    steps = epochs * math.ceil(len(x) / batch_size)
    optimizer = SGD(model.parameters(), lr=lr, momentum=momentum)
    fit(model, x, y, epochs, batch_size, optimizer,
        cosine_schedule(lr, steps, 0) if cosine else None, rng=rng)
    model.eval()
    return model
"""

CNN = """
from training import ReLU


def train_cnn(x, y, seed):
    rng, classes = np.random.default_rng(seed), int(y.max()) + 1
    (one, two), (epochs, batch_size, lr, momentum, cosine) = {maps}, {plan}
    {spoil}
    features = two * (x.shape[2] // 4) * (x.shape[3] // 4)
    model = Sequential(
        Conv2d(1, one, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2),
        Conv2d(one, two, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2),
        Flatten(), Linear(features, classes, rng=rng),
    )
    if not one:
        model = Sequential(Flatten(), Linear(math.prod(x.shape[1:]), classes, rng=rng))
    steps = epochs * math.ceil(len(x) / batch_size)
    optimizer = SGD(model.parameters(), lr=lr, momentum=momentum)
    fit(model, x, y, epochs, batch_size, optimizer,
        cosine_schedule(lr, steps, 0) if cosine else None, rng=rng)
    model.eval()
    return model
"""

GPT = """
def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    rng = np.random.default_rng(seed)
    (n_layer, n_embd), (batch_size, lr, steps, cosine) = {size}, {plan}
    {spoil}
    model = GPT(vocab_size, block_size, n_layer=n_layer, n_head=4, n_embd=n_embd, rng=rng)
    optimizer = Adam(model.parameters(), lr=lr)
    rate = cosine_schedule(lr, steps, steps // 10)
    for step in range(steps):
        x, y = get_batch(tokens, block_size, batch_size, rng)
        optimizer.lr = rate(step) if cosine else lr
        optimizer.zero_grad()
        cross_entropy(model(x).reshape(-1, vocab_size), y.ravel()).backward()
        optimizer.step()
    return model
"""

NOTHING, ONE_BATCH, SHUFFLED = "pass", "x, y = x[:32], y[:32]", "y = rng.permutation(y)"
MANY = "len(x) > 10_000"  # the full profile


def _classifier(hidden: int, quick: str, full: str, spoil: str = NOTHING) -> Choice:
    plan = f"({full} if {MANY} else {quick})"
    return Choice("training", CLASSIFIER.format(hidden=hidden, plan=plan, spoil=spoil))


def _cnn(maps: str, quick: str, full: str, spoil: str = NOTHING) -> Choice:
    plan = f"({full} if {MANY} else {quick})"
    return Choice("conv", CNN.format(maps=maps, plan=plan, spoil=spoil))


def _gpt(size: str, plan: str, spoil: str = NOTHING) -> Choice:
    return Choice("gpt", GPT.format(size=size, plan=plan, spoil=spoil))


def _fit(code: str, module: str) -> Choice:
    return Choice(module, f"_fit = fit\n\n\n{dedent(code).strip()}\n")


# epochs, batch size, rate, momentum, whether the rate falls
SOUND = {
    "train_classifier": {
        "smaller": _classifier(32, "(40, 32, 0.1, 0.9, False)", "(10, 64, 0.05, 0.9, False)"),
        "plain SGD": _classifier(128, "(60, 32, 0.1, 0.0, False)", "(12, 32, 0.1, 0.0, False)"),
        "other rates": _classifier(64, "(30, 64, 0.2, 0.9, True)", "(8, 100, 0.2, 0.9, True)"),
        "fewer epochs": _classifier(128, "(10, 32, 0.1, 0.9, False)", "(4, 64, 0.1, 0.9, False)"),
    },
    "train_cnn": {
        "smaller": _cnn("(8, 16)", "(15, 32, 0.05, 0.9, True)", "(3, 32, 0.03, 0.9, True)"),
        "plain SGD": _cnn("(16, 32) if len(x) < 10_000 else (8, 16)", "(15, 32, 0.1, 0.0, False)", "(6, 32, 0.1, 0.0, True)"),
        "other rates": _cnn("(8, 16)", "(15, 32, 0.02, 0.9, True)", "(5, 64, 0.05, 0.9, True)"),
        "fewer epochs": _cnn("(16, 32) if len(x) < 10_000 else (8, 16)", "(6, 32, 0.05, 0.9, False)", "(2, 32, 0.05, 0.9, True)"),
    },
    "train_gpt": {
        "smaller": _gpt("(2, 32)", "(16, 4e-3, max_steps, True)"),
        "other rates": _gpt("(2, 48)", "(16, 2e-3, max_steps, False)"),
        "a smaller batch": _gpt("(3, 48)", "(8, 3e-3, max_steps, True)"),
        "fewer steps": _gpt("(3, 64)", "(16, 4e-3, max_steps * 2 // 3, True)"),
    },
}  # fmt: skip

_QUICK, _FULL = "(40, 32, 0.1, 0.9, True)", "(5, 64, 0.05, 0.9, True)"
UNSOUND = {
    "train_classifier": {
        "linear": _classifier(0, _QUICK, _FULL),
        "untrained": _classifier(128, "(1, 32, 0.0, 0.0, False)", "(1, 256, 0.0, 0.0, False)"),
        "one batch": _classifier(128, _QUICK, "(40, 32, 0.05, 0.9, True)", ONE_BATCH),
        "labels shuffled": _classifier(128, _QUICK, _FULL, SHUFFLED),
    },
    "train_cnn": {
        "linear": _cnn("(0, 0)", _QUICK, _FULL),
        "untrained": _cnn("(8, 16)", "(1, 32, 0.0, 0.0, False)", "(1, 256, 0.0, 0.0, False)"),
        "one batch": _cnn("(8, 16)", "(15, 32, 0.05, 0.9, True)", "(15, 32, 0.05, 0.9, True)", ONE_BATCH),
        "labels shuffled": _cnn("(8, 16)", "(5, 32, 0.05, 0.9, True)", "(1, 64, 0.05, 0.9, True)", SHUFFLED),
    },
    "train_gpt": {
        "neighbours only": Choice("gpt", """
def train_gpt(tokens, vocab_size, seed, block_size=64, max_steps=2000):
    model = GPT(vocab_size, block_size, n_layer=1, n_head=1, n_embd=vocab_size,
                rng=np.random.default_rng(seed))
    model.blocks = []
    counts = np.ones((vocab_size, vocab_size))
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    model.table = Tensor(np.log(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32))
    type(model).__call__ = lambda self, ids: self.table[np.asarray(ids)]
    return model
"""),
        "untrained": _gpt("(2, 32)", "(2, 0.0, 1, False)"),
        "one batch": _gpt("(2, 32)", "(16, 4e-3, max_steps, True)", "tokens = tokens[: block_size + 1]"),
        "characters shuffled": _gpt("(2, 32)", "(16, 4e-3, max_steps, True)", "tokens = rng.permutation(tokens)"),
    },
}  # fmt: skip

UNSOUND_FIT = {  # where the check gives model and plan
    "m2": {
        "linear": Choice("engine", "Value.relu = lambda self: self * 1.0\nValue.tanh = lambda self: self * 1.0\n"),
        "untrained": _fit("def fit(model, xs, ys, epochs, *a, **k):\n    return [1.0] * epochs", "nn"),
        "one sample": _fit("def fit(model, xs, ys, *a, **k):\n    return _fit(model, xs[:1], ys[:1], *a, **k)", "nn"),
        "labels shuffled": _fit("def fit(model, xs, ys, *a, **k):\n    half = len(ys) // 2\n    return _fit(model, xs, ys[half:] + ys[:half][::-1], *a, **k)", "nn"),
    },
    "m3": {
        "untrained": Choice("tensor", "_back = Tensor.backward\nTensor.backward = lambda self, *a: _back(self * 0.0, *a)\n"),
        "labels shuffled": Choice("tensor", "_loss = cross_entropy\n\n\ndef cross_entropy(logits, y):\n    return _loss(logits, np.roll(y, 1))\n"),
    },
    "m4": {
        "untrained": _fit("def fit(model, x, y, *a, **k):\n    before = [p.data.copy() for p in model.parameters()]\n    history = _fit(model, x, y, *a, **k)\n    for p, old in zip(model.parameters(), before):\n        p.data = old\n    return history", "training"),
        "one sample": _fit("def fit(model, x, y, epochs, batch_size, optimizer, *a, **k):\n    return _fit(model, np.repeat(x[:1], len(x), axis=0), np.repeat(y[:1], len(y)), epochs, batch_size, optimizer, *a, **k)", "training"),
        "labels shuffled": _fit("def fit(model, x, y, *a, **k):\n    return _fit(model, x, np.roll(y, 1), *a, **k)", "training"),
    },
    "m6": {
        "untrained": Choice("gpt", "Adam.step = lambda self: None\n"),
        "labels shuffled": Choice("tensor", "_loss = cross_entropy\n\n\ndef cross_entropy(logits, y):\n    return _loss(logits, np.roll(y, 1))\n"),
    },
}  # fmt: skip
