"""Unit r: an experiment is an object that knows its settings, and trains itself step by step."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tensor import cross_entropy
from training import (
    SGD,
    Dropout,
    Linear,
    ReLU,
    Sequential,
    Tanh,
    accuracy,
    batches,
    cosine_schedule,
    load_idx,
    predict,
)


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


@dataclass
class Shape:
    sizes: list[int]
    activation: str
    dropout: float

    def __post_init__(self) -> None:
        known = {"relu": ReLU, "tanh": Tanh}
        if self.activation not in known or len(self.sizes) < 2:
            raise ValueError("unknown activation, or too few sizes")
        if self.dropout < 0 or self.dropout >= 1:
            raise ValueError("dropout must lie in [0, 1)")
        self.between = known[self.activation]

    def layers(self, rng: np.random.Generator):
        pairs = list(zip(self.sizes, self.sizes[1:]))
        while pairs:
            nin, nout = pairs.pop(0)
            if not pairs or self.activation == "tanh":
                yield Linear(nin, nout, init="glorot", rng=rng)
            else:
                yield Linear(nin, nout, rng=rng)
            if pairs:
                yield self.between()
            if pairs and self.dropout != 0:
                yield Dropout(self.dropout, rng)


class Network(Sequential):
    """A Sequential that counts what it has learnt."""

    @property
    def size(self) -> int:
        return int(sum(np.prod(p.data.shape) for p in self.parameters()))


def build(model, rng):
    return Network(*Shape(**model).layers(rng))


def rates(config, samples):
    settings = config["training"]
    lr = config["optimiser"]["lr"]
    if settings["schedule"] == "cosine":
        an_epoch = -(-samples // settings["batch_size"])
        return cosine_schedule(lr, an_epoch * settings["epochs"], settings["warmup"])
    if settings["schedule"] == "constant":
        return lambda _: lr
    raise ValueError("schedule must be constant or cosine")


class Experiment:
    def __init__(self, config: dict[str, Any]) -> None:
        self.config, self.settings = config, config["training"]
        if self.settings["epochs"] < 1:
            raise ValueError("no epoch")
        self.rng = np.random.default_rng(self.settings["seed"])
        self.model = build(config["model"], self.rng)
        self.sgd = SGD(self.model.parameters(), **config["optimiser"])
        self.losses: list[list[float]] = []

    def step(self, x, y, rate: float) -> None:
        self.sgd.lr = rate
        self.sgd.zero_grad()
        loss = cross_entropy(self.model(x), y)
        loss.backward()
        self.sgd.step()
        self.losses[-1].append(float(loss.data))

    def train(self) -> None:
        data, taken = self.config["data"], 0
        rate = rates(self.config, len(data["x"]))
        self.model.train()
        for _ in range(self.settings["epochs"]):
            self.losses.append([])
            for pair in batches(data["x"], data["y"], self.settings["batch_size"], self.rng):
                self.step(*pair, rate(taken))
                taken += 1
        self.model.eval()


def run(config):
    experiment = Experiment(config)
    experiment.train()
    return experiment.model, {
        "loss": [loss for epoch in experiment.losses for loss in epoch],
        "curve": [sum(epoch) / len(epoch) for epoch in experiment.losses],
    }


def confusion(y, predicted, classes):
    pairs = list(zip(list(y), list(predicted), strict=True))
    if not set(map(int, {*y, *predicted})) <= set(range(classes)):
        raise ValueError("no such class")
    return np.array(
        [[pairs.count((row, column)) for column in range(classes)] for row in range(classes)]
    )


def curve_hash(curve):
    prime, power, value = 2**61 - 1, 1, 0
    for loss in reversed(list(curve)):
        value = (value + power * int(round(1e6 * float(loss)))) % prime
        power = power * 1_000_003 % prime
    return "%016x" % value


def claims(model, curve, x, y):
    labels = predict(model, x)
    rounded = np.round(np.array(curve, float), 6)
    classes = model(x[:1]).shape[-1]
    return {
        "confusion": [[int(n) for n in row] for row in confusion(y, labels, classes)],
        "curve": rounded.tolist(),
        "curve_hash": curve_hash(rounded),
        "last_loss": rounded[-1],
        "parameters": np.int64(sum(p.data.size for p in model.parameters())),
        "test_accuracy": np.mean(labels == y),
    }


PLACEHOLDER = re.compile("[{]{2} *([A-Za-z0-9_]+) *[}]{2}")


def fill(text, values):
    while found := PLACEHOLDER.search(text):
        try:
            value = values[found[1]]
        except KeyError:
            raise ValueError(f"{found[1]} has no value") from None
        shown = f"{value:.4f}" if type(value) is float else f"{value}"
        text = text[: found.start()] + shown + text[found.end() :]
    return text


def read_digits(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the 1,797 digits as rows of pixels in [0, 1], and their labels."""
    pixels, labels = (load_idx(folder / f"{name}.gz") for name in FILES)
    return (pixels.reshape(len(pixels), -1) / np.float32(16)), labels.astype(np.int64)


FILES = ("images-idx3-ubyte", "labels-idx1-ubyte")


def main(folder: Path) -> None:
    """Run the experiment, and print what can be claimed of it."""
    config = tomllib.loads(Path("experiment.toml").read_text(encoding="utf-8"))
    x, y, x_test, y_test = split(*read_digits(folder), config["data"])
    model, history = run({**config, "data": {**config["data"], "x": x, "y": y}})
    measured = claims(model, history["curve"], x_test, y_test)
    measured["shift_accuracy"] = accuracy(model, shift(x_test, config["shift"]), y_test)
    print("[claims]")
    for name, value in measured.items():
        print(f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
