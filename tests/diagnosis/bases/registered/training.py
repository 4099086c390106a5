"""Modules that note what is assigned to them, as PyTorch's do; generators for batches."""

import gzip
import io
import math
import struct
import zipfile

import numpy as np
from tensor import Tensor, cross_entropy

DTYPES = {8: "u1", 9: "i1", 11: "i2", 12: "i4", 13: "f4", 14: "f8"}


def load_idx(path):
    with open(path, "rb") as f:
        content = f.read()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except Exception as e:
            raise ValueError("damaged gzip file: %s" % path) from e
    stream = io.BytesIO(content)
    magic = stream.read(4)
    if len(magic) < 4:
        raise ValueError("too short for an IDX file")
    zero, code, ndim = struct.unpack(">HBB", magic)
    if zero != 0 or code not in DTYPES:
        raise ValueError("not an IDX file")
    header = stream.read(4 * ndim)
    if len(header) != 4 * ndim:
        raise ValueError("the header is truncated")
    shape = struct.unpack(">%dI" % ndim, header)
    dtype = np.dtype(DTYPES[code]).newbyteorder(">")
    payload = stream.read()
    expected = math.prod(shape) * dtype.itemsize
    if len(payload) != expected:
        raise ValueError("%d bytes of data, expected %d" % (len(payload), expected))
    array = np.frombuffer(payload, dtype=dtype).reshape(shape)
    return array.astype(dtype.newbyteorder("="))


def check_same_length(x, y):
    if len(x) != len(y):
        raise ValueError("x has %d samples, y has %d" % (len(x), len(y)))
    if len(x) == 0:
        raise ValueError("no samples")


def train_test_split(x, y, test_fraction=0.2, rng=None):
    x = np.asarray(x)
    y = np.asarray(y)
    check_same_length(x, y)
    if len(x) < 2:
        raise ValueError("at least two samples are needed")
    if not 0 < test_fraction < 1:
        raise ValueError("test_fraction must be between 0 and 1")
    rng = rng or np.random.default_rng()
    n_test = int(round(len(x) * test_fraction))
    n_test = max(1, min(len(x) - 1, n_test))
    perm = rng.permutation(len(x))
    test_idx = perm[:n_test]
    train_idx = perm[n_test:]
    return x[train_idx], x[test_idx], y[train_idx], y[test_idx]


def batches(x, y, batch_size, rng=None):
    check_same_length(x, y)
    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    indices = np.arange(len(x))
    if rng is not None:
        indices = rng.permutation(indices)
    n_batches = math.ceil(len(x) / batch_size)
    for k in range(n_batches):
        chosen = indices[k * batch_size : (k + 1) * batch_size]
        yield x[chosen], y[chosen]


class Module:
    def __init__(self):
        self.__dict__["_params"] = {}
        self.__dict__["_children"] = {}
        self.training = True

    def __setattr__(self, name, value):
        if "_params" not in self.__dict__:
            Module.__init__(self)
        self._params.pop(name, None)
        self._children.pop(name, None)
        if isinstance(value, Tensor):
            self._params[name] = value
        elif isinstance(value, Module):
            self._children[name] = value
        elif isinstance(value, (list, tuple)):
            self._register_sequence(name, value)
        object.__setattr__(self, name, value)

    def _register_sequence(self, name, items):
        for i, item in enumerate(items):
            if isinstance(item, Tensor):
                self._params["%s.%d" % (name, i)] = item
            elif isinstance(item, Module):
                self._children["%s.%d" % (name, i)] = item

    def named_parameters(self, prefix=""):
        for name, p in self._params.items():
            yield prefix + name, p
        for name, child in self._children.items():
            yield from child.named_parameters(prefix + name + ".")

    def modules(self):
        yield self
        for child in self._children.values():
            yield from child.modules()

    def parameters(self):
        unique = {}
        for _, p in self.named_parameters():
            unique.setdefault(id(p), p)
        return list(unique.values())

    def zero_grad(self):
        for p in self.parameters():
            p.grad = None

    def train(self):
        for m in self.modules():
            m.training = True

    def eval(self):
        for m in self.modules():
            m.training = False

    def forward(self, x):
        raise TypeError("%s has no forward" % type(self).__name__)

    def __call__(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        return self.forward(x)


class Linear(Module):
    def __init__(self, nin, nout, init="he", rng=None):
        super().__init__()
        if nin < 1 or nout < 1:
            raise ValueError("nin and nout must be at least 1")
        rng = rng if rng is not None else np.random.default_rng()
        if init == "he":
            std = math.sqrt(2 / nin)
        elif init == "glorot":
            std = math.sqrt(2 / (nin + nout))
        elif init == "zeros":
            std = 0
        else:
            raise ValueError("unknown init: %r" % (init,))
        self.nin = nin
        self.weight = Tensor((rng.standard_normal((nin, nout)) * std).astype(np.float32))
        self.bias = Tensor(np.zeros(nout, dtype=np.float32))

    def forward(self, x):
        if len(x.shape) == 0 or x.shape[-1] != self.nin:
            raise ValueError("expected (..., %d), got %s" % (self.nin, x.shape))
        out = x @ self.weight
        out = out + self.bias
        return out


class ReLU(Module):
    def forward(self, x):
        return x.relu()


class Tanh(Module):
    def forward(self, x):
        return x.tanh()


class Dropout(Module):
    def __init__(self, p, rng=None):
        super().__init__()
        if p < 0 or p >= 1:
            raise ValueError("p must be in [0, 1)")
        self.p = p
        self.rng = rng if rng is not None else np.random.default_rng()

    def forward(self, x):
        if self.training and self.p > 0:
            mask = self.rng.uniform(size=x.shape) >= self.p
            scale = 1.0 / (1.0 - self.p)
            return x * (mask * scale).astype(x.data.dtype)
        return x


class Sequential(Module):
    def __init__(self, *modules):
        super().__init__()
        for m in modules:
            if not isinstance(m, Module):
                raise TypeError("Sequential takes Modules, got %s" % type(m).__name__)
        self.layers = list(modules)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class SGD:
    def __init__(self, parameters, lr, momentum=0.0, weight_decay=0.0):
        self.params = list(parameters)
        if not self.params:
            raise ValueError("nothing to optimise")
        if lr < 0:
            raise ValueError("lr must not be negative")
        if not 0 <= momentum < 1:
            raise ValueError("momentum must be in [0, 1)")
        if weight_decay < 0:
            raise ValueError("weight_decay must not be negative")
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocities = [np.zeros_like(p.data) for p in self.params]

    def step(self):
        for p, v in zip(self.params, self.velocities):
            if p.grad is None:
                continue
            d_p = p.grad + self.weight_decay * p.data
            v *= self.momentum
            v += d_p
            p.data -= (self.lr * v).astype(p.data.dtype)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


def step_decay(lr, factor, every):
    if every < 1:
        raise ValueError("every must be at least 1")

    def schedule(step):
        drops = step // every
        return lr * factor**drops

    return schedule


def cosine_schedule(lr, steps, warmup=0):
    if steps < 1:
        raise ValueError("steps must be at least 1")
    if warmup < 0 or warmup > steps:
        raise ValueError("warmup must be in [0, steps]")

    def schedule(step):
        if step < warmup:
            return lr * (step + 1) / warmup
        if step >= steps:
            return 0.0
        progress = (step - warmup) / (steps - warmup)
        return 0.5 * lr * (1 + math.cos(math.pi * progress))

    return schedule


def train_step(model, xb, yb, optimizer):
    optimizer.zero_grad()
    loss = cross_entropy(model(xb), yb)
    loss.backward()
    optimizer.step()
    return float(loss.data)


def fit(model, x, y, epochs, batch_size, optimizer, schedule=None, validation=None, rng=None):
    x, y = np.asarray(x), np.asarray(y)
    check_same_length(x, y)
    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    if epochs < 0:
        raise ValueError("epochs must not be negative")
    rng = rng if rng is not None else np.random.default_rng()
    history = {"loss": []}
    if validation is not None:
        history["validation_accuracy"] = []
    global_step = 0
    for _ in range(epochs):
        model.train()
        for xb, yb in batches(x, y, batch_size, rng):
            if schedule is not None:
                optimizer.lr = schedule(global_step)
            history["loss"].append(train_step(model, xb, yb, optimizer))
            global_step += 1
        if validation is not None:
            history["validation_accuracy"].append(accuracy(model, *validation))
    return history


def predict(model, x, batch_size=256):
    x = np.asarray(x)
    if len(x) == 0:
        raise ValueError("no samples")
    if batch_size < 1:
        raise ValueError("batch_size must be positive")
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    outputs = []
    for start in range(0, len(x), batch_size):
        logits = model(x[start : start + batch_size]).data
        outputs.append(logits.argmax(axis=1))
    for m, mode in modes:
        m.training = mode
    return np.concatenate(outputs).astype(np.int64)


def accuracy(model, x, y):
    y = np.asarray(y)
    if y.shape != (len(x),):
        raise ValueError("y must be of shape (%d,), not %s" % (len(x), y.shape))
    correct = predict(model, x) == y
    return float(np.mean(correct))


def save(model, path):
    state = {}
    for name, p in model.named_parameters():
        state[name] = p.data
    with open(path, "wb") as f:
        np.savez(f, **state)


def load(model, path):
    try:
        with np.load(path, allow_pickle=False) as npz:
            state = {name: npz[name] for name in npz.files}
    except (ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as e:
        raise ValueError("cannot read %s" % path) from e
    own = dict(model.named_parameters())
    if set(own) != set(state):
        raise ValueError("the names differ: %s" % sorted(set(own) ^ set(state)))
    for name in own:
        if own[name].shape != state[name].shape:
            raise ValueError("%s is %s in the file" % (name, state[name].shape))
        if state[name].dtype.kind != "f":
            raise ValueError("%s does not hold real numbers" % name)
    for name in own:
        own[name].data = state[name].astype(own[name].data.dtype)


def train_classifier(x, y, seed):
    x, y = np.asarray(x, dtype=np.float32), np.asarray(y)
    if x.ndim != 2 or y.ndim != 1:
        raise ValueError("x must be (N, D) and y (N,)")
    check_same_length(x, y)
    rng = np.random.default_rng(seed)
    classes = int(y.max()) + 1
    model = Sequential(
        Linear(x.shape[1], 128, rng=rng),
        ReLU(),
        Dropout(0.1, rng=rng),
        Linear(128, classes, rng=rng),
    )
    epochs, size = 40, 32
    steps = epochs * math.ceil(len(x) / size)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    fit(model, x, y, epochs, size, optimizer, cosine_schedule(0.1, steps, steps // 20), rng=rng)
    model.eval()
    return model
