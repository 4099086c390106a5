"""Checkpoints as small objects that are put together."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from nn import MLP
from tensor import Tensor, cross_entropy, hand_gradients
from training import (
    SGD,
    Dropout,
    Linear,
    ReLU,
    Sequential,
    accuracy,
    cosine_schedule,
    fit,
    step_decay,
)


@dataclass
class Dense:
    """One layer as a function of arrays."""

    weights: np.ndarray
    biases: np.ndarray
    kind: str

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        if rows.shape[-1] != self.weights.shape[0]:
            raise ValueError(f"{rows.shape[-1]} columns for {self.weights.shape[0]} weights")
        z = np.dot(rows, self.weights) + self.biases
        if self.kind == "linear":
            return z
        if self.kind == "sigmoid":
            with np.errstate(over="ignore"):
                return 1.0 / (1.0 + np.exp(-z))
        return np.tanh(z) if self.kind == "tanh" else z.clip(min=0.0)


def _dense_layers(model: MLP, kinds: Sequence[str]) -> Iterator[Dense]:
    layers = model._children
    for number, layer in enumerate(layers, start=1):
        neurons = layer._children
        columns = [[float(w.data) for w in neuron.w] for neuron in neurons]
        biases = [float(neuron.b.data) for neuron in neurons]
        yield Dense(np.array(columns).T, np.array(biases), kinds[number == len(layers)])


def forward_batched(model, x, activation="tanh", output_activation="tanh"):
    kinds = (activation, output_activation)
    if not {*kinds} <= {"tanh", "relu", "sigmoid", "linear"}:
        raise ValueError(f"unknown: {kinds}")
    rows = np.asarray(x, float)
    if len(rows.shape) != 2:
        raise ValueError("x needs two axes")
    out = []
    for begin in range(0, max(len(rows), 1), 256):  # some at a time: wide nets need memory
        part = rows[begin : begin + 256]
        for layer in _dense_layers(model, kinds):
            part = layer(part)
        out.append(part)
    return np.concatenate(out)


@dataclass(order=True)
class Finding:
    """A difference, and minus its place, so that the first of equals is the largest."""

    size: float
    before: tuple[int, int]


def _findings(scalar, batched, make_inputs, trials, rng) -> Iterator[Finding]:
    for trial in range(trials):
        x = make_inputs(rng)
        together = batched(x)
        if np.shape(together) != (len(x),):
            raise ValueError(f"shape {np.shape(together)}")
        for row in range(len(x)):
            alone, other = scalar(x[row]), together[row]
            both = math.isfinite(alone) and math.isfinite(other)
            yield Finding(abs(other - alone) if both else float("inf"), (-trial, -row))


def prove_equal(scalar, batched, make_inputs, trials, rng):
    if trials <= 0:
        raise ValueError("at least one trial")
    worst = max(_findings(scalar, batched, make_inputs, trials, rng))
    return {"at": [-place for place in worst.before], "worst": np.float64(worst.size)}


def gradient_three_ways(x, y, params):
    def loss(**parts):
        return cross_entropy(
            (Tensor(x) @ parts["w1"] + parts["b1"]).tanh() @ parts["w2"] + parts["b2"], y
        )

    def differences(name):
        array, slopes = params[name], np.empty(params[name].shape)
        for place, number in np.ndenumerate(array):
            h = 1e-5 * max(1.0, abs(number))
            ends = []
            for end in (number - h, number + h):
                copy = array.copy()
                copy[place] = end
                parts = {k: Tensor(v) for k, v in {**params, name: copy}.items()}
                ends.append(float(loss(**parts).data))
            slopes[place] = (ends[1] - ends[0]) / (2 * h)
        return slopes

    leaves = {k: Tensor(v.copy()) for k, v in params.items()}
    loss(**leaves).backward()
    order = ("w1", "b1", "w2", "b2")
    return {
        "engine": {k: leaves[k].grad for k in order},
        "difference": {k: differences(k) for k in order},
        "hand": hand_gradients(x, y, *(params[k] for k in order))[1],
    }


def verdict(three):
    if {*three} != {"hand", "difference", "engine"}:
        raise ValueError(f"{sorted(three)}")
    shapes = [set(way) for way in three.values()]
    if not shapes[0] == shapes[1] == shapes[2]:
        raise ValueError("not the same parameters")
    friends = [pair for pair in combinations(sorted(three), 2) if _alike(*(three[w] for w in pair))]
    if len(friends) == 3:
        return None
    if len(friends) != 1:
        raise ValueError("nobody to believe")
    (odd,) = {*three} - {*friends[0]}
    return odd


def _alike(one, other):
    for k in one:
        if one[k].shape != other[k].shape:
            return False
        for a, b in zip(one[k].ravel().tolist(), other[k].ravel().tolist(), strict=True):
            if not (math.isfinite(a) and math.isfinite(b)):
                return False
            if abs(a - b) > 1e-5 * max(1.0, abs(a), abs(b)):
                return False
    return True


def make_spiral(count, rng):
    labels = np.arange(count) % 3
    radius = rng.uniform(0.05, 1.0, count)
    angles = 2 * np.pi * (labels / 3 + 2 * radius / 3) + rng.normal(0.0, 0.5, count)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1), labels


@dataclass(frozen=True)
class Regime:
    width: Any
    samples: int = 400
    epochs: int = 250
    lr: float = 0.3
    weight_decay: float = 0


def regimes():
    ways = {
        "overfit": Regime(width=np.int64(100), samples=24),
        "underfit": Regime(width=2, epochs=40),
        "fit": Regime(width=40, weight_decay=np.float32(0.0)),
    }
    return {name: asdict(way) for name, way in ways.items()}


def explain(curves):
    if "loss" not in curves or "validation_loss" not in curves:
        raise ValueError("two curves are wanted")
    train, valid = curves["loss"], curves["validation_loss"]
    if not 10 <= len(train) == len(valid):
        raise ValueError("as many epochs in both, ten or more")
    if not all(map(math.isfinite, [*train, *valid])):
        return "diverged"
    k = len(train) // 5
    windows = [statistics.fmean(valid[i : i + k]) for i in range(len(valid) - k + 1)]
    tail = statistics.fmean(train[-k:])
    if tail > train[0]:
        return "diverged"
    if not [1 for t, v in zip(train, valid, strict=True) if v >= 0.7 * t]:
        return "leak"
    if windows[-1] > min(windows) * 1.3:
        return "overfit"
    return "underfit" if tail > train[0] * 0.6 else "fit"


@dataclass(frozen=True)
class Setting:
    name: str = "baseline"
    seed: int = 0
    hidden: int = 48
    epochs: int = 10
    batch_size: int = 16
    lr: float = 0.05
    weight_decay: float = 0
    dropout: float = 0
    schedule: str = "constant"


def train_row(row, train):
    x, y = train
    rng = np.random.default_rng(row["seed"])
    model = Sequential(
        Linear(x.shape[1], row["hidden"], rng=rng),
        ReLU(),
        Dropout(row["dropout"], rng=rng),
        Linear(row["hidden"], int(y.max()) + 1, rng=rng),
    )
    steps = row["epochs"] * math.ceil(len(x) / row["batch_size"])
    schedule = {
        "constant": None,
        "step": step_decay(row["lr"], 0.5, max(steps // 3, 1)),
        "cosine": cosine_schedule(row["lr"], steps),
    }[row["schedule"]]
    optimizer = SGD(model.parameters(), row["lr"], 0.9, row["weight_decay"])
    fit(model, x, y, row["epochs"], row["batch_size"], optimizer, schedule, rng=rng)
    model.eval()
    return model


def tune(train, validation, seed):
    grid = [
        Setting(),
        Setting(name="L2", weight_decay=0.01),
        Setting(name="dropout", dropout=0.5),
        *(Setting(name=kind, schedule=kind) for kind in ("cosine", "step")),
    ]
    seeds = np.random.default_rng(seed).choice(1_000_000_000, 3, replace=False).tolist()
    settings = [asdict(replace(setting, seed=s)) for setting in grid for s in seeds]
    return [{**s, "accuracy": accuracy(train_row(s, train), *validation)} for s in settings]


def decide(rows):
    groups: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        groups[row["name"]] += [row["accuracy"]]
    if "baseline" not in groups or len(groups) == 1 or min(map(len, groups.values())) < 3:
        raise ValueError("too little to decide on")

    def error(name: str) -> float:
        return statistics.variance(groups[name]) / len(groups[name])

    means: dict[str, float] = {k: statistics.fmean(v) for k, v in groups.items()}
    best = sorted(groups, key=means.__getitem__, reverse=True)[0]
    better: Callable[[], bool] = lambda: (  # noqa: E731
        means[best] - means["baseline"] > 2 * math.sqrt(error(best) + error("baseline"))
    )
    return best if better() else "no difference"
