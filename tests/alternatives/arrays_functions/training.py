"""Milestone 4 with dataclasses, registries and explicit bookkeeping."""

from __future__ import annotations

import gzip
import io
import math
import zipfile
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import tensor as engine
from tensor import Tensor

NUMBERS = dict(zip(b"\x08\x09\x0b\x0c\x0d\x0e", ("B", "b", ">h", ">i", ">f", ">d")))


def _default(rng):
    return np.random.default_rng() if rng is None else rng


def load_idx(path):
    stream = open(path, "rb")
    with stream:
        head = stream.read(2)
        stream.seek(0)
        source = gzip.GzipFile(fileobj=stream) if head == b"\x1f\x8b" else stream
        try:
            content = io.BytesIO(source.read())
        except (EOFError, gzip.BadGzipFile, Exception) as reason:
            raise ValueError(f"could not decompress {path}: {reason!r}") from None

    def take(count):
        piece = content.read(count)
        if len(piece) < count:
            raise ValueError(f"{path} ends too early: {count} bytes wanted, {len(piece)} left")
        return piece

    a, b, code, axes = take(4)
    if a or b or code not in NUMBERS:
        raise ValueError(f"{path} does not look like IDX")
    shape = tuple(int.from_bytes(take(4), "big") for _ in range(axes))
    kind = np.dtype(NUMBERS[code])
    rest = content.read()
    if len(rest) != kind.itemsize * math.prod(shape):
        raise ValueError(f"{path} announces {shape} and holds {len(rest)} bytes of data")
    array = np.ndarray(shape, kind, rest)
    return np.array(array, dtype=kind.newbyteorder("="))


def train_test_split(x, y, test_fraction=0.2, rng=None):
    total = _same_length(x, y)
    if total < 2 or test_fraction <= 0 or test_fraction >= 1:
        raise ValueError(
            "a split needs two samples or more and a fraction strictly between 0 and 1"
        )
    size = max(1, min(total - 1, int(total * test_fraction + 0.5)))
    is_test = np.zeros(total, bool)
    is_test[_default(rng).choice(total, size, replace=False)] = True
    return x[~is_test], x[is_test], y[~is_test], y[is_test]


def _same_length(x, y):
    if len(x) != len(y):
        raise ValueError(f"{len(x)} inputs but {len(y)} labels")
    if not len(x):
        raise ValueError("an empty data set")
    return len(x)


def batches(x, y, batch_size, rng=None):
    total = _same_length(x, y)
    if batch_size < 1:
        raise ValueError(f"a batch of {batch_size}?")
    order = np.arange(total) if rng is None else np.argsort(rng.random(total))
    for part in np.array_split(order, range(batch_size, total, batch_size)):
        yield np.take(x, part, axis=0), np.take(y, part, axis=0)


class Module:
    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        object.__setattr__(self, "training", True)
        return self

    def _visit(self, prefix=""):
        """(name, Tensor or Module) below this module, depth first, each object once."""
        queue, met = [(prefix, self)], set()
        while queue:
            name, thing = queue.pop(0)
            if id(thing) in met:
                continue
            match thing:
                case Tensor():
                    met.add(id(thing))
                    yield name, thing
                case Module():
                    met.add(id(thing))
                    yield name, thing
                    queue = [
                        (f"{name}/{key}", value) for key, value in thing.__dict__.items()
                    ] + queue
                case list() | tuple():
                    queue = [(f"{name}/{key}", value) for key, value in enumerate(thing)] + queue

    def _table(self):
        return {name: thing for name, thing in self._visit() if isinstance(thing, Tensor)}

    def parameters(self):
        return [*self._table().values()]

    def zero_grad(self):
        for p in self.parameters():
            p.grad = None

    def _mode(self, flag):
        for _, thing in self._visit():
            if isinstance(thing, Module):
                thing.training = flag
        return self

    def train(self):
        return self._mode(True)

    def eval(self):
        return self._mode(False)


def _wrap(x):
    return x if isinstance(x, Tensor) else Tensor(x)


INITIALISERS = {
    "he": lambda rng, i, o: rng.standard_normal((i, o)) * (2 / i) ** 0.5,
    "glorot": lambda rng, i, o: rng.uniform(-1, 1, (i, o)) * (6 / (i + o)) ** 0.5,
    "zeros": lambda rng, i, o: np.zeros((i, o)),
}


class Linear(Module):
    def __init__(self, nin, nout, init="he", rng=None):
        if min(nin, nout) < 1:
            raise ValueError(f"Linear({nin}, {nout}) would be empty")
        try:
            draw = INITIALISERS[init]
        except KeyError:
            raise ValueError(f"no initialiser is called {init!r}") from None
        self.weight = Tensor(np.float32(draw(_default(rng), nin, nout)))
        self.bias = Tensor(np.zeros((nout,), dtype=np.float32))

    def __call__(self, x):
        x = _wrap(x)
        if x.shape[-1:] != self.weight.shape[:1]:
            raise ValueError(f"input {x.shape} does not end in {self.weight.shape[0]}")
        return x @ self.weight + self.bias


class ReLU(Module):
    def __call__(self, x):
        return _wrap(x).relu()


class Tanh(Module):
    def __call__(self, x):
        return _wrap(x).tanh()


class Dropout(Module):
    def __init__(self, p, rng=None):
        if not 0 <= p < 1:
            raise ValueError("dropout wants 0 <= p < 1")
        self.keep = 1 - p
        self.rng = _default(rng)

    def __call__(self, x):
        x = _wrap(x)
        if self.training and self.keep < 1:
            mask = np.where(self.rng.random(x.shape) < self.keep, 1 / self.keep, 0.0)
            return x * mask.astype(x.data.dtype)
        return x


class Sequential(Module):
    def __init__(self, *modules):
        for position, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(f"argument {position} is a {type(module).__name__}, not a Module")
            setattr(self, f"step{position}", module)

    def __call__(self, x):
        for name, module in self.__dict__.items():
            x = module(x) if name.startswith("step") else x
        return _wrap(x)


@dataclass
class SGD:
    parameters: list
    lr: float
    momentum: float = 0.0
    weight_decay: float = 0.0
    _state: list = field(default_factory=list, repr=False)

    def __post_init__(self):
        self.parameters = list(self.parameters)
        for wrong, name in (
            (not self.parameters, "parameters"),
            (self.lr < 0, "lr"),
            (not 0 <= self.momentum < 1, "momentum"),
            (self.weight_decay < 0, "weight_decay"),
        ):
            if wrong:
                raise ValueError(f"SGD: unusable {name}")
        self._state = [0.0] * len(self.parameters)

    def step(self):
        for k, p in enumerate(self.parameters):
            gradient = np.zeros_like(p.data) if p.grad is None else p.grad
            self._state[k] = self.momentum * self._state[k] + (
                gradient + self.weight_decay * p.data
            )
            p.data -= np.asarray(self.lr * self._state[k], dtype=p.data.dtype)

    def zero_grad(self):
        for p in self.parameters:
            p.grad = np.zeros_like(p.data)


def _decayed(step, *, lr, factor, every):
    return lr * factor ** (step // every)


def step_decay(lr, factor, every):
    if every < 1:
        raise ValueError("step_decay: every < 1")
    return partial(_decayed, lr=lr, factor=factor, every=every)


class cosine_schedule:  # noqa: N801
    def __init__(self, lr, steps, warmup=0):
        if not (steps >= 1 and 0 <= warmup <= steps):
            raise ValueError("cosine_schedule: steps and warmup contradict each other")
        self.lr, self.steps, self.warmup = lr, steps, warmup

    def __call__(self, step):
        if step < self.warmup:
            return self.lr * (step + 1) / self.warmup
        if step >= self.steps:
            return 0.0
        progress = (step - self.warmup) / (self.steps - self.warmup)
        return self.lr * math.cos(math.pi * progress / 2) ** 2


def fit(model, x, y, epochs, batch_size, optimizer, schedule=None, validation=None, rng=None):
    _same_length(x, y)
    if epochs < 0:
        raise ValueError("a negative number of epochs")
    rng = _default(rng)
    rate = schedule if schedule is not None else lambda step: optimizer.lr
    record = {"loss": []} | ({"validation_accuracy": []} if validation is not None else {})
    for _ in range(epochs):
        model.train()
        for xs, ys in batches(x, y, batch_size, rng):
            optimizer.lr = rate(len(record["loss"]))
            for p in model.parameters():
                p.grad = None
            loss = engine.cross_entropy(model(_wrap(xs)), ys)
            loss.backward()
            optimizer.step()
            record["loss"].append(loss.data.item())
        if validation is not None:
            record["validation_accuracy"].append(accuracy(model, *validation))
    return record


def predict(model, x, batch_size=256):
    _same_length(x, x)
    before = {thing: thing.training for _, thing in model._visit() if isinstance(thing, Module)}
    model.eval()
    answer = np.empty(len(x), np.int64)
    for where, xs in batches(np.arange(len(x)), x, batch_size):
        answer[where] = model(_wrap(xs)).data.argmax(axis=1)
    for thing, flag in before.items():
        thing.training = flag
    return answer


def accuracy(model, x, y):
    labels = np.asarray(y)
    if labels.shape != (len(x),):
        raise ValueError(f"labels {labels.shape} for {len(x)} inputs")
    return float(np.count_nonzero(predict(model, x) == labels)) / len(labels)


def save(model, path):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{name: p.data for name, p in model._table().items()})
    with open(path, "wb") as file:
        file.write(buffer.getvalue())


def load(model, path):
    if not zipfile.is_zipfile(path):
        with open(path, "rb"):
            raise ValueError(f"{path} is not an .npz archive")
    try:
        with np.load(path) as archive:
            found = {name: archive[name] for name in archive}
    except Exception as reason:
        raise ValueError(f"{path} is damaged: {reason!r}") from None
    table = model._table()
    if missing := table.keys() ^ found.keys():
        raise ValueError(f"in only one of model and file: {', '.join(sorted(missing))}")
    if wrong := [name for name, p in table.items() if found[name].shape != p.shape]:
        raise ValueError(f"shapes differ: {', '.join(wrong)}")
    for name, p in table.items():
        p.data = np.array(found[name], dtype=p.data.dtype)


def train_classifier(x, y, seed):
    _same_length(x, y)
    if x.ndim != 2 or y.ndim != 1:
        raise ValueError(f"x must be a matrix and y a vector, not {x.shape} and {y.shape}")
    streams = iter(np.random.default_rng(seed).spawn(5))
    classes = 1 + int(y.max())
    model = Sequential(
        Dropout(0.1, next(streams)),
        Linear(x.shape[1], 200, "he", next(streams)),
        ReLU(),
        Linear(200, classes, "glorot", next(streams)),
    )
    epochs, batch_size = (8, 100) if len(x) >= 20_000 else (50, 40)
    steps = epochs * -(-len(x) // batch_size)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=2e-4)
    fit(
        model,
        x,
        y,
        epochs,
        batch_size,
        optimizer,
        cosine_schedule(0.1, steps, warmup=steps // 10),
        rng=next(streams),
    )
    return model.eval()
