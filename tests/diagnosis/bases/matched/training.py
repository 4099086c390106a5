"""Plain loops, one after the other, as a first version has them."""

import gzip
import math
import struct
import zipfile
import zlib

import numpy as np
from tensor import Tensor, cross_entropy

CODES = {8: "B", 9: "b", 11: "h", 12: "i", 13: "f", 14: "d"}


def read_bytes(path):
    with open(path, "rb") as file:
        first = file.read(2)
    opened = gzip.open(path, "rb") if first == b"\x1f\x8b" else open(path, "rb")
    with opened as file:
        try:
            return file.read()
        except (OSError, EOFError, zlib.error) as e:
            raise ValueError(f"{path} cannot be unpacked") from e


def load_idx(path):
    content = read_bytes(path)
    try:
        zero, code, ndim = struct.unpack_from(">HBB", content, 0)
        dims = struct.unpack_from(f">{ndim}I", content, 4)
        letter = CODES[code]
        size = 1
        for d in dims:
            size *= d
        values = struct.unpack_from(f">{size}{letter}", content, 4 + 4 * ndim)
    except (struct.error, KeyError, OverflowError, MemoryError) as e:
        raise ValueError(f"{path} is no IDX file, or not all of it") from e
    if zero != 0:
        raise ValueError(f"{path} does not begin with zeros")
    if len(content) != 4 + 4 * ndim + size * struct.calcsize(letter):
        raise ValueError(f"{path} is longer than its header says")
    return np.array(values, dtype=np.dtype(letter)).reshape(dims)


def check_pairs(x, y):
    if len(x) != len(y):
        raise ValueError(f"{len(x)} samples and {len(y)} labels")
    if len(x) == 0:
        raise ValueError("there is no sample")


def train_test_split(x, y, test_fraction=0.2, rng=None):
    check_pairs(x, y)
    if not 0 < test_fraction < 1 or len(x) < 2:
        raise ValueError("nothing would be left on one of the sides")
    if rng is None:
        rng = np.random.default_rng()
    indices = rng.permutation(len(x))
    cut = len(x) - min(max(round(len(x) * test_fraction), 1), len(x) - 1)
    train, test = indices[:cut], indices[cut:]
    return x[train], x[test], y[train], y[test]


def batches(x, y, batch_size, rng=None):
    check_pairs(x, y)
    if batch_size < 1:
        raise ValueError("batch_size is below 1")
    indices = np.arange(len(x))
    if rng is not None:
        rng.shuffle(indices)

    def draw():
        start = 0
        while start < len(indices):
            chosen = indices[start : start + batch_size]
            yield x[chosen], y[chosen]
            start += batch_size

    return draw()


class Module:
    training = True

    def __call__(self, x):
        raise TypeError("this module has no forward pass")

    def found(self):
        """All (name, Tensor or Module) below this one."""
        pairs, todo = [], [("", self)]
        while todo:
            name, item = todo.pop(0)
            if isinstance(item, Tensor) or (isinstance(item, Module) and item is not self):
                pairs.append((name, item))
            if isinstance(item, Module):
                inner = list(item.__dict__.items())
            elif isinstance(item, dict):
                inner = list(item.items())
            elif isinstance(item, list | tuple):
                inner = list(enumerate(item))
            else:
                inner = []
            todo = [(f"{name}.{key}", value) for key, value in inner] + todo
        return pairs

    def named_parameters(self):
        named = {}
        for name, item in self.found():
            if isinstance(item, Tensor) and not any(item is p for p in named.values()):
                named[name] = item
        return named

    def parameters(self):
        return list(self.named_parameters().values())

    def zero_grad(self):
        for p in self.parameters():
            p.grad = None

    def switch(self, on):
        self.training = on
        for _, item in self.found():
            if isinstance(item, Module):
                item.training = on

    def train(self):
        self.switch(True)

    def eval(self):
        self.switch(False)


class Linear(Module):
    def __init__(self, nin, nout, init="he", rng=None):
        if nin < 1 or nout < 1:
            raise ValueError("a layer needs inputs and outputs")
        if rng is None:
            rng = np.random.default_rng()
        if init == "he":
            std = math.sqrt(2.0 / nin)
        elif init == "glorot":
            std = math.sqrt(2.0 / (nin + nout))
        elif init == "zeros":
            std = 0.0
        else:
            raise ValueError(f"there is no init {init!r}")
        w = rng.standard_normal((nin, nout)) * std
        self.weight = Tensor(w.astype("float32"))
        self.bias = Tensor(np.zeros(nout, dtype="float32"))

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        if x.shape[-1:] != self.weight.shape[:1]:
            raise ValueError(f"a layer of {self.weight.shape} got {x.shape}")
        return x @ self.weight + self.bias


class ReLU(Module):
    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return x.relu()


class Tanh(Module):
    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return x.tanh()


class Dropout(Module):
    def __init__(self, p, rng=None):
        if p < 0 or p >= 1:
            raise ValueError("p is at least 0 and below 1")
        self.p = p
        self.rng = np.random.default_rng() if rng is None else rng

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        if not self.training:
            return x
        mask = np.ones(x.shape, x.data.dtype)
        mask[self.rng.random(x.shape) < self.p] = 0
        mask /= 1 - self.p
        return x * mask


class Sequential(Module):
    def __init__(self, *modules):
        for module in modules:
            if not isinstance(module, Module):
                raise TypeError(f"{module!r} is no module")
        self.modules = list(modules)

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        for module in self.modules:
            x = module(x)
        return x


class SGD:
    def __init__(self, parameters, lr, momentum=0.0, weight_decay=0.0):
        self.params = list(parameters)
        if not self.params:
            raise ValueError("nothing to train")
        if lr < 0 or weight_decay < 0 or not 0 <= momentum < 1:
            raise ValueError("a setting is out of its range")
        self.lr = lr
        self.mu = momentum
        self.wd = weight_decay
        self.v = []
        for p in self.params:
            self.v.append(np.zeros_like(p.data))

    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            g = p.grad + self.wd * p.data
            self.v[i] = self.mu * self.v[i] + g
            p.data = p.data - self.lr * self.v[i]

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def step_decay(lr, factor, every):
    if every < 1:
        raise ValueError("every is below 1")

    def at(step):
        return lr * factor ** (step // every)

    return at


def cosine_schedule(lr, steps, warmup=0):
    if steps < 1 or warmup < 0 or warmup > steps:
        raise ValueError("that is no schedule")

    def at(step):
        if step < warmup:
            return lr * (step + 1) / warmup
        if step >= steps:
            return 0.0
        progress = (step - warmup) / (steps - warmup)
        return lr * 0.5 * (1 + math.cos(math.pi * progress))

    return at


def fit(model, x, y, epochs, batch_size, optimizer, schedule=None, validation=None, rng=None):
    check_pairs(x, y)
    if epochs < 0 or batch_size < 1:
        raise ValueError("epochs or batch_size is too small")
    if rng is None:
        rng = np.random.default_rng()
    losses = []
    scores = []
    step = 0
    for _ in range(epochs):
        model.train()
        for xb, yb in batches(x, y, batch_size, rng):
            if schedule is not None:
                optimizer.lr = schedule(step)
            optimizer.zero_grad()
            model.zero_grad()
            loss = cross_entropy(model(Tensor(xb)), yb)
            loss.backward()
            optimizer.step()
            losses.append(float(loss.data))
            step += 1
        if validation is not None:
            scores.append(accuracy(model, *validation))
    history = {"loss": losses}
    if validation is not None:
        history["validation_accuracy"] = scores
    return history


def predict(model, x, batch_size=256):
    if len(x) == 0 or batch_size < 1:
        raise ValueError("there is nothing to predict")
    modules = [model] + [item for _, item in model.found() if isinstance(item, Module)]
    modes = [module.training for module in modules]
    model.eval()
    labels = []
    for start in range(0, len(x), batch_size):
        scores = model(Tensor(x[start : start + batch_size])).data
        for row in scores:
            labels.append(int(row.argmax()))
    for module, mode in zip(modules, modes):
        module.training = mode
    return np.array(labels)


def accuracy(model, x, y):
    y = np.asarray(y)
    if len(x) == 0 or y.shape != (len(x),):
        raise ValueError("one label for each sample")
    return float((predict(model, x) == y).mean())


def save(model, path):
    with open(path, "wb") as file:
        np.savez(file, **{name: p.data for name, p in model.named_parameters().items()})


def load(model, path):
    params = model.named_parameters()
    try:
        with np.load(path, allow_pickle=False) as archive:
            stored = {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, AttributeError, TypeError) as e:
        raise ValueError("no saved parameters") from e
    if stored.keys() != params.keys():
        raise ValueError("other names than the model's")
    for name in params:
        if stored[name].shape != params[name].shape:
            raise ValueError(f"{name} has another shape")
    for name in params:
        params[name].data = stored[name].astype(params[name].data.dtype)


def train_classifier(x, y, seed):
    if np.ndim(x) != 2 or np.ndim(y) != 1:
        raise ValueError("x has two axes, y has one")
    check_pairs(x, y)
    rng = np.random.default_rng(seed)
    nin, nout = x.shape[1], int(np.max(y)) + 1
    model = Sequential(Linear(nin, 128, rng=rng), ReLU(), Linear(128, nout, rng=rng))
    epochs = 40
    schedule = cosine_schedule(0.1, epochs * math.ceil(len(x) / 32), 10)
    optimizer = SGD(model.parameters(), 0.1, 0.9, 1e-4)
    fit(model, x, y, epochs, 32, optimizer, schedule, rng=rng)
    model.eval()
    return model
