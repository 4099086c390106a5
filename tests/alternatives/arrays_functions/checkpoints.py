"""Checkpoints in whole arrays: no loop where an axis will do."""

import math
from collections import Counter

import numpy as np
import tensor
import training

ACTIVATIONS = {
    "tanh": np.tanh,
    "relu": lambda z: z * (z > 0),
    "sigmoid": lambda z: np.exp(-np.logaddexp(0.0, -z)),
    "linear": lambda z: z,
}


def forward_batched(model, x, activation="tanh", output_activation="tanh"):
    for name in (activation, output_activation):
        if name not in ACTIVATIONS:
            raise ValueError("activation %r?" % (name,))
    signal = np.array(x, dtype=float, ndmin=1)
    if signal.ndim != 2:
        raise ValueError("rows wanted")
    names = [activation] * (len(model.layers) - 1) + [output_activation]
    for layer, name in zip(model.layers, names):
        flat = np.array([p.data for p in layer.parameters()])  # weights, then the bias, by neuron
        block = flat.reshape(-1, len(layer.neurons[0].w) + 1)
        signal = np.column_stack([signal, np.ones(len(signal))])
        if signal.shape[1] != block.shape[1]:
            raise ValueError("%d columns do not fit" % (signal.shape[1] - 1))
        signal = ACTIVATIONS[name](np.einsum("ni,oi->no", signal, block))
    return signal


def prove_equal(scalar, batched, make_inputs, trials, rng):
    if trials < 1:
        raise ValueError("no trials, no proof")
    found = []
    for trial in range(trials):
        x = make_inputs(rng)
        many = np.asarray(batched(x), dtype=float)
        if many.shape != (x.shape[0],):
            raise ValueError("batched returned %s" % (many.shape,))
        single = np.fromiter(map(scalar, x), float, len(x))
        with np.errstate(invalid="ignore"):
            apart = np.where(np.isfinite(single) & np.isfinite(many), np.abs(single - many), np.inf)
        row = int(apart.argmax())
        found.append((float(apart[row]), (trial, row)))
    worst, at = max(found, key=lambda pair: pair[0])  # the first of equals
    return {"worst": worst, "at": at}


def _forward(x, w1, b1, w2, b2):
    """Return hidden values and log-probabilities; parameters may have leading axes."""
    hidden = np.tanh(x @ w1 + b1[..., None, :])
    logits = hidden @ w2 + b2[..., None, :]
    top = logits.max(axis=-1, keepdims=True)
    return hidden, logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))


def _by_hand(x, y, params):
    hidden, log_p = _forward(x, **params)
    error = (np.exp(log_p) - np.eye(log_p.shape[-1])[y]) / len(y)
    below = error @ params["w2"].T * (1.0 - hidden * hidden)
    return {
        "w1": np.einsum("nd,nh->dh", x, below),
        "b1": np.ones(len(x)) @ below,
        "w2": np.einsum("nh,nc->hc", hidden, error),
        "b2": np.ones(len(x)) @ error,
    }


def _by_differences(x, y, params, step=3e-6):
    slopes = {}
    for name, array in params.items():
        shifts = (step * np.eye(array.size)).reshape(array.size, *array.shape)
        loss = {}
        for sign in (1, -1):
            moved = {k: np.broadcast_to(p, (array.size, *p.shape)) for k, p in params.items()}
            moved[name] = array + sign * shifts
            loss[sign] = -_forward(x, **moved)[1][:, np.arange(len(y)), y].mean(axis=-1)
        slopes[name] = ((loss[1] - loss[-1]) / (2 * step)).reshape(array.shape)
    return slopes


def _by_engine(x, y, params):
    t = {name: tensor.Tensor(np.array(array)) for name, array in params.items()}
    loss = tensor.cross_entropy(
        (tensor.Tensor(x) @ t["w1"] + t["b1"]).tanh() @ t["w2"] + t["b2"], y
    )
    loss.backward()
    return {name: np.asarray(leaf.grad) for name, leaf in t.items()}


def gradient_three_ways(x, y, params):
    ways = {"hand": _by_hand, "difference": _by_differences, "engine": _by_engine}
    return {name: way(x, y, dict(params)) for name, way in ways.items()}


def verdict(three):
    names = ["hand", "difference", "engine"]
    if sorted(three) != sorted(names):
        raise ValueError("three ways wanted")
    if any(set(three[name]) != set(three["hand"]) for name in names):
        raise ValueError("other parameters")
    quarrels = Counter()
    for one, other in (("hand", "difference"), ("hand", "engine"), ("difference", "engine")):
        if not _same(three[one], three[other]):
            quarrels.update([one, other])
    guilty = [name for name in names if quarrels[name] == 2]
    if sum(quarrels.values()) == 0:
        return None
    if len(guilty) == 1 and sum(quarrels.values()) == 4:
        return guilty[0]
    raise ValueError("no majority")


def _same(one, other):
    return all(
        np.shape(one[k]) == np.shape(other[k])
        and np.isfinite(one[k]).all()
        and np.isfinite(other[k]).all()
        and np.allclose(np.asarray(other[k]), np.asarray(one[k]), rtol=1e-5, atol=1e-5)
        for k in one
    )


def make_spiral(count, rng):
    labels = np.arange(count) % 3
    radius = rng.uniform(0.05, 1.0, count)
    angles = 2 * np.pi * (labels / 3 + 2 * radius / 3) + rng.normal(0.0, 0.5, count)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1), labels


def regimes():
    keys = ("width", "samples", "epochs", "lr", "weight_decay")
    rows = {
        "underfit": (48, 400, 4, 0.05, 0.0),
        "fit": (96, 400, 150, 0.5, 0.0005),
        "overfit": (128, 18, 250, 0.3, 0.0),
    }
    return {name: dict(zip(keys, row)) for name, row in rows.items()}


def explain(curves):
    try:
        loss, other = (np.array(curves[k], dtype=float) for k in ("loss", "validation_loss"))
    except KeyError as error:
        raise ValueError("no %s" % error)
    if len(loss) != len(other) or len(loss) < 10:
        raise ValueError("lengths %d and %d" % (len(loss), len(other)))
    n = len(loss) // 5
    sums = np.cumsum(np.concatenate([[0.0], other]))
    with np.errstate(invalid="ignore"):
        windows = (sums[n:] - sums[:-n]) / n
        end = loss[-n:].mean()
    finite = bool(np.isfinite(loss).all() and np.isfinite(other).all())
    rules = (
        ("diverged", lambda: not finite or end > loss[0]),
        ("leak", lambda: np.max(other / loss) < 0.7),
        ("overfit", lambda: other[-n:].mean() > 1.3 * windows.min()),
        ("underfit", lambda: end > 0.6 * loss[0]),
        ("fit", lambda: True),
    )
    return next(name for name, holds in rules if holds())


def train_row(row, train):
    x, y = train
    rng = np.random.default_rng(row["seed"])
    model = training.Sequential(
        training.Linear(x.shape[1], row["hidden"], rng=rng),
        training.ReLU(),
        training.Dropout(row["dropout"], rng=rng),
        training.Linear(row["hidden"], int(y.max()) + 1, rng=rng),
    )
    steps = row["epochs"] * math.ceil(len(x) / row["batch_size"])
    schedule = {
        "constant": None,
        "step": training.step_decay(row["lr"], 0.5, max(steps // 3, 1)),
        "cosine": training.cosine_schedule(row["lr"], steps),
    }[row["schedule"]]
    optimizer = training.SGD(model.parameters(), row["lr"], 0.9, row["weight_decay"])
    training.fit(model, x, y, row["epochs"], row["batch_size"], optimizer, schedule, rng=rng)
    model.eval()
    return model


def tune(train, validation, seed):
    columns = ("name", "weight_decay", "dropout", "schedule")
    table = (
        ("baseline", 0.0, 0.0, "constant"),
        ("L2", 0.003, 0.0, "constant"),
        ("dropout", 0.0, 0.1, "constant"),
        ("step", 0.0, 0.0, "step"),
        ("cosine", 0.0, 0.0, "cosine"),
    )
    rows = []
    for turn in range(4):  # seed by seed, all names side by side
        for entry in table:
            row = dict(
                zip(columns, entry), seed=seed + turn, hidden=24, epochs=12, batch_size=25, lr=0.2
            )
            predicted = training.predict(train_row(row, train), validation[0])
            rows.append({**row, "accuracy": np.mean(predicted == validation[1])})
    return rows


def decide(rows):
    names = np.array([row["name"] for row in rows])
    accuracies = np.array([row["accuracy"] for row in rows], dtype=float)
    kinds, first, place, counts = np.unique(
        names, return_index=True, return_inverse=True, return_counts=True
    )
    if "baseline" not in kinds or len(kinds) < 2 or counts.min() < 3:
        raise ValueError("baseline and others, three rows each")
    means = np.bincount(place, accuracies) / counts
    squares = np.bincount(place, (accuracies - means[place]) ** 2) / (counts - 1) / counts
    order = np.argsort(first)
    best, base = order[means[order].argmax()], int(np.flatnonzero(kinds == "baseline")[0])
    if means[best] - means[base] > 2 * np.sqrt(squares[best] + squares[base]):
        return kinds[best]
    return "no difference"
