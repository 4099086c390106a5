"""Unit r: layers planned as words, a stream of random numbers for each use."""

from __future__ import annotations

import sys
import tomllib
from functools import reduce
from pathlib import Path

import numpy as np
import training as t


def split(
    x: np.ndarray, y: np.ndarray, data: dict
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Divide images and labels by ``data["split_seed"]`` and ``data["test_fraction"]``.

    Returns
    -------
    x_train, y_train, x_test, y_test : ndarrays
    """
    order = np.random.default_rng(data["split_seed"]).permutation(len(x))
    count = round(len(x) * data["test_fraction"])
    test, train = order[:count], order[count:]
    return x[train], y[train], x[test], y[test]


def shift(x: np.ndarray, settings: dict) -> np.ndarray:
    """Return images of 8 x 8 as rows, all shifted in one way, as float32.

    ``darker``: times 1 - amount; ``noise``: plus normal noise of that deviation, cut to [0, 1];
    ``moved``: amount pixels to the right, what leaves comes back in on the left.
    """
    amount = settings["amount"]
    if settings["kind"] == "darker":
        return np.asarray(x * (1 - amount), np.float32)
    if settings["kind"] == "noise":
        noise = amount * np.random.default_rng(0).standard_normal(x.shape)
        return np.asarray(np.clip(x + noise, 0, 1), np.float32)
    moved = np.roll(x.reshape(-1, 8, 8), int(amount), axis=2)
    return np.asarray(moved.reshape(x.shape), np.float32)


def plan(model):
    sizes = list(model["sizes"])
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError("sizes: at least two, each at least 1")
    if not 0 <= model["dropout"] < 1:
        raise ValueError("dropout is a share below 1")
    if model["activation"] not in ("relu", "tanh"):
        raise ValueError("activation: relu or tanh")
    words = []
    for place in range(len(sizes) - 1):
        words.append(("linear", sizes[place], sizes[place + 1], place == len(sizes) - 2))
        if place < len(sizes) - 2:
            words.append((model["activation"],))
            if model["dropout"]:
                words.append(("dropout", model["dropout"]))
    return words


def build(model, rng):
    relu = model["activation"] == "relu"
    makers = {
        "linear": lambda nin, nout, last: t.Linear(
            nin, nout, "he" if relu and not last else "glorot", rng=rng
        ),
        "relu": t.ReLU,
        "tanh": t.Tanh,
        "dropout": lambda p: t.Dropout(p, rng=rng.spawn(1)[0]),
    }
    return t.Sequential(*[makers[word](*rest) for word, *rest in plan(model)])


def rates(config, samples):
    lr, how = config["optimiser"]["lr"], config["training"]
    whole, rest = divmod(samples, how["batch_size"])
    steps = how["epochs"] * (whole + (rest > 0))
    kinds = {
        "constant": lambda: lambda step: lr,
        "cosine": lambda: t.cosine_schedule(lr, steps, warmup=how["warmup"]),
    }
    if how["schedule"] not in kinds:
        raise ValueError(f"schedule: {' or '.join(kinds)}")
    return kinds[how["schedule"]]()


def run(config):
    x, y, how = config["data"]["x"], config["data"]["y"], config["training"]
    if how["epochs"] < 1 or how["batch_size"] < 1 or len(x) != len(y):
        raise ValueError("epochs and batch_size are at least 1, x and y equally long")
    weights = np.random.default_rng(how["seed"])
    shuffling = np.random.default_rng([how["seed"], 1])
    model = build(config["model"], weights)
    optimiser = config["optimiser"]
    sgd = t.SGD(
        model.parameters(), optimiser["lr"], optimiser["momentum"], optimiser["weight_decay"]
    )
    rate, curve, losses = rates(config, len(x)), [], []
    for _ in range(how["epochs"]):
        done = len(losses)
        found = t.fit(
            model, x, y, 1, how["batch_size"], sgd,
            schedule=lambda step, done=done: rate(done + step), rng=shuffling,
        )  # fmt: skip
        losses += found["loss"]
        curve.append(float(np.mean(found["loss"])))
    model.eval()
    return model, {"loss": losses, "curve": curve}


def confusion(y, predicted, classes):
    y, predicted = np.asarray(y), np.asarray(predicted)
    if len(y) != len(predicted):
        raise ValueError("as many predictions as labels")
    for labels in (y, predicted):
        if len(labels) and not 0 <= labels.min() <= labels.max() < classes:
            raise ValueError("labels are classes")
    return np.bincount(y * classes + predicted, minlength=classes**2).reshape(classes, classes)


def curve_hash(curve):
    def add(value, loss):
        return (value * 1000003 + int(np.rint(loss * 1e6))) % ((1 << 61) - 1)

    return format(reduce(add, curve, 0), "x").zfill(16)


def claims(model, curve, x, y):
    predicted = t.predict(model, x)
    curve = [float(f"{loss:.6f}") for loss in curve]
    counts = confusion(y, predicted, model.parameters()[-1].data.size)
    return {
        "test_accuracy": np.trace(counts) / len(y),
        "parameters": sum(p.data.size for p in model.parameters()),
        "curve": curve,
        "last_loss": curve[-1],
        "curve_hash": curve_hash(curve),
        "confusion": counts.tolist(),
    }


def fill(text, values):
    head, *parts = text.split("{{")
    for part in parts:
        name, closed, rest = part.partition("}}")
        if not closed or not name.strip().replace("_", "a").isalnum():
            head += "{{" + part
        elif name.strip() not in values:
            raise ValueError(f"no value for {name.strip()}")
        else:
            value = values[name.strip()]
            head += (format(value, ".4f") if isinstance(value, float) else str(value)) + rest
    return head


def read_digits(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the 1,797 digits as rows of pixels in [0, 1], and their labels."""
    pixels, labels = (t.load_idx(folder / f"{name}.gz") for name in FILES)
    return (pixels.reshape(len(pixels), -1) / np.float32(16)), labels.astype(np.int64)


FILES = ("images-idx3-ubyte", "labels-idx1-ubyte")


def main(folder: Path) -> None:
    """Run the experiment, and print what can be claimed of it."""
    config = tomllib.loads(Path("experiment.toml").read_text(encoding="utf-8"))
    x, y, x_test, y_test = split(*read_digits(folder), config["data"])
    model, history = run({**config, "data": {**config["data"], "x": x, "y": y}})
    measured = claims(model, history["curve"], x_test, y_test)
    measured["shift_accuracy"] = t.accuracy(model, shift(x_test, config["shift"]), y_test)
    print("[claims]")
    for name, value in measured.items():
        print(f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
