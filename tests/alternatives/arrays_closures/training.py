"""Milestone 4, plainly."""

import gzip
import math
import struct

import numpy as np
from tensor import Tensor, cross_entropy


def load_idx(path):
    with open(path, "rb") as f:
        raw = f.read()
    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = gzip.decompress(raw)
        except Exception as e:
            raise ValueError("broken gzip: %s" % e)
    if len(raw) < 4:
        raise ValueError("too short for an IDX file")
    zero, kind, ndim = struct.unpack(">HBB", raw[:4])
    kinds = {8: np.uint8, 9: np.int8, 11: np.int16, 12: np.int32, 13: np.float32, 14: np.float64}
    if zero != 0 or kind not in kinds:
        raise ValueError("bad magic number, not an IDX file")
    if len(raw) < 4 + 4 * ndim:
        raise ValueError("IDX header cut off")
    dims = struct.unpack(">" + "I" * ndim, raw[4 : 4 + 4 * ndim])
    body = raw[4 + 4 * ndim :]
    dtype = np.dtype(kinds[kind]).newbyteorder(">")
    total = dtype.itemsize
    for d in dims:
        total *= d
    if len(body) != total:
        raise ValueError("IDX data: expected %d bytes, found %d" % (total, len(body)))
    return np.frombuffer(body, dtype=dtype).astype(kinds[kind]).reshape(dims)


def train_test_split(x, y, test_fraction=0.2, rng=None):
    n = len(x)
    if n != len(y):
        raise ValueError("x and y differ in length")
    if not (0.0 < test_fraction < 1.0):
        raise ValueError("test_fraction is a share between 0 and 1")
    if n < 2:
        raise ValueError("nothing to split")
    if rng is None:
        rng = np.random.default_rng()
    n_test = int(np.clip(math.ceil(n * test_fraction - 1e-9), 1, n - 1))
    idx = np.arange(n)
    rng.shuffle(idx)
    train, test = np.sort(idx[n_test:]), np.sort(idx[:n_test])
    return x[train].copy(), x[test].copy(), y[train].copy(), y[test].copy()


def batches(x, y, batch_size, rng=None):
    if len(x) != len(y):
        raise ValueError("x and y differ in length")
    if len(x) == 0:
        raise ValueError("no samples")
    if batch_size <= 0:
        raise ValueError("batch_size must be positive")
    idx = np.arange(len(x))
    if rng is not None:
        rng.shuffle(idx)
    start = 0
    while start < len(x):
        take = idx[start : start + batch_size]
        yield x[take], y[take]
        start += batch_size


class Module:
    training = True

    def children(self):
        for value in self.__dict__.values():
            for v in flatten(value):
                if isinstance(v, Module):
                    yield v

    def parameters(self):
        found = []
        for value in self.__dict__.values():
            for v in flatten(value):
                new = (
                    [v]
                    if isinstance(v, Tensor)
                    else v.parameters()
                    if isinstance(v, Module)
                    else []
                )
                for p in new:
                    if not any(p is q for q in found):
                        found.append(p)
        return found

    def zero_grad(self):
        for p in self.parameters():
            p.grad = np.zeros_like(p.data)

    def train(self):
        self.training = True
        for c in self.children():
            c.train()

    def eval(self):
        self.training = False
        for c in self.children():
            c.eval()

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return self.forward(x)


def flatten(value):
    if isinstance(value, (list, tuple)):
        for v in value:
            yield from flatten(v)
    elif isinstance(value, dict):
        for v in value.values():
            yield from flatten(v)
    else:
        yield value


class Linear(Module):
    def __init__(self, nin, nout, init="he", rng=None):
        if nin <= 0 or nout <= 0:
            raise ValueError("a layer needs inputs and outputs")
        if rng is None:
            rng = np.random.default_rng()
        if init == "he":
            w = rng.normal(0, np.sqrt(2.0 / nin), (nin, nout))
        elif init == "glorot":
            w = rng.normal(0, np.sqrt(2.0 / (nin + nout)), (nin, nout))
        elif init == "zeros":
            w = np.zeros((nin, nout))
        else:
            raise ValueError("init is he, glorot or zeros, not %r" % (init,))
        self.weight = Tensor(w.astype("float32"))
        self.bias = Tensor(np.zeros(nout, "float32"))

    def forward(self, x):
        if not x.shape or x.shape[-1] != self.weight.shape[0]:
            raise ValueError("Linear: last axis should be %d" % self.weight.shape[0])
        return x @ self.weight + self.bias


class ReLU(Module):
    def forward(self, x):
        return x.relu()


class Tanh(Module):
    def forward(self, x):
        return x.tanh()


class Dropout(Module):
    def __init__(self, p, rng=None):
        if not (p >= 0 and p < 1):
            raise ValueError("p must be in [0, 1)")
        self.p = p
        self.rng = np.random.default_rng() if rng is None else rng

    def forward(self, x):
        if not self.training:
            return x
        keep = self.rng.binomial(1, 1 - self.p, size=x.shape)
        return x * (keep / (1 - self.p)).astype(x.data.dtype)


class Sequential(Module):
    def __init__(self, *modules):
        if not all(isinstance(m, Module) for m in modules):
            raise TypeError("only modules can be put in a Sequential")
        self.modules = list(modules)

    def forward(self, x):
        for m in self.modules:
            x = m(x)
        return x


class SGD:
    def __init__(self, parameters, lr, momentum=0.0, weight_decay=0.0):
        self.params = list(parameters)
        if len(self.params) == 0:
            raise ValueError("nothing to optimise")
        if lr < 0 or momentum < 0 or momentum >= 1 or weight_decay < 0:
            raise ValueError("lr, momentum or weight_decay out of range")
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.v = {}

    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            g = p.grad + self.weight_decay * p.data
            self.v[i] = self.momentum * self.v.get(i, 0.0) + g
            p.data = (p.data - self.lr * self.v[i]).astype(p.data.dtype)

    def zero_grad(self):
        for p in self.params:
            p.grad = None if p.grad is None else np.zeros_like(p.data)


def step_decay(lr, factor, every):
    if every <= 0:
        raise ValueError("every must be positive")

    def f(step):
        return lr * factor ** (step // every)

    return f


def cosine_schedule(lr, steps, warmup=0):
    if steps <= 0 or warmup < 0 or warmup > steps:
        raise ValueError("need 0 <= warmup <= steps, steps > 0")

    def f(step):
        if step < warmup:
            return lr * (step + 1) / warmup
        if step < steps:
            return 0.5 * lr * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))
        return 0.0

    return f


def fit(model, x, y, epochs, batch_size, optimizer, schedule=None, validation=None, rng=None):
    if epochs < 0:
        raise ValueError("epochs < 0")
    if rng is None:
        rng = np.random.default_rng()
    losses, accuracies, step = [], [], 0
    for _ in range(epochs):
        model.train()
        for xb, yb in batches(x, y, batch_size, rng):
            if schedule:
                optimizer.lr = schedule(step)
            logits = model(Tensor(xb))
            loss = cross_entropy(logits, yb)
            model.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(float(loss.data))
            step += 1
        if validation is not None:
            accuracies.append(accuracy(model, validation[0], validation[1]))
    if epochs == 0:
        next(batches(x, y, batch_size))
    result = {"loss": losses}
    if validation is not None:
        result["validation_accuracy"] = accuracies
    return result


def set_modes(module, modes):
    module.training = modes.pop(0)
    for c in module.children():
        set_modes(c, modes)


def get_modes(module):
    modes = [module.training]
    for c in module.children():
        modes += get_modes(c)
    return modes


def predict(model, x, batch_size=256):
    if len(x) == 0 or batch_size <= 0:
        raise ValueError("nothing to predict")
    modes = get_modes(model)
    model.eval()
    labels = []
    for i in range(0, len(x), batch_size):
        labels.extend(np.argmax(model(Tensor(x[i : i + batch_size])).data, axis=-1))
    set_modes(model, modes)
    return np.array(labels, dtype=np.int64)


def accuracy(model, x, y):
    y = np.array(y)
    if y.ndim != 1 or len(y) != len(x):
        raise ValueError("y must hold one label for each x")
    return float((predict(model, x) == y).sum() / len(y))


def save(model, path):
    with open(path, "wb") as f:
        np.savez(f, *[p.data for p in model.parameters()], structure=np.array(describe(model)))


def describe(model):
    inside = [describe(c) for c in model.children()]
    return type(model).__name__ + ("(" + ",".join(inside) + ")" if inside else "")


def load(model, path):
    with open(path, "rb") as f:
        try:
            stored = dict(np.load(f))
            structure = str(stored.pop("structure"))
        except Exception as e:
            raise ValueError("cannot read %s: %s" % (path, e))
    arrays = [stored.get("arr_%d" % i) for i in range(len(stored))]
    params = model.parameters()
    if structure != describe(model) or len(arrays) != len(params):
        raise ValueError("the file is of another model: %s" % structure)
    for a, p in zip(arrays, params):
        if a.shape != p.data.shape:
            raise ValueError("shape %s in the file, %s in the model" % (a.shape, p.data.shape))
    for a, p in zip(arrays, params):
        p.data = a.astype(p.data.dtype)


def train_classifier(x, y, seed):
    if x.ndim != 2 or y.ndim != 1 or len(x) != len(y) or len(x) == 0:
        raise ValueError("x is (N, D) and y is (N,)")
    rng = np.random.default_rng(seed)
    classes = int(np.max(y)) + 1
    model = Sequential(
        Dropout(0.1, rng=rng),
        Linear(x.shape[1], 160, rng=rng),
        ReLU(),
        Linear(160, classes, init="glorot", rng=rng),
    )
    epochs = 12 if len(x) > 20000 else 60
    opt = SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    per_epoch = math.ceil(len(x) / 64)
    fit(
        model,
        x,
        y,
        epochs,
        64,
        opt,
        schedule=step_decay(0.1, 0.3, max(1, epochs * per_epoch // 4)),
        rng=rng,
    )
    model.eval()
    return model
