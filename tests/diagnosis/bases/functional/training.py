"""Functions on plain dicts of arrays and Tensors; the classes are thin."""

import gzip
import zlib
from functools import partial, reduce
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from tensor import Tensor, cross_entropy


def generator(rng):
    return np.random.default_rng() if rng is None else rng


def parse_idx(raw):
    if len(raw) < 4 or raw[0] or raw[1]:
        raise ValueError("an IDX file begins with two zero bytes")
    if raw[2] == 0x08:
        kind = np.dtype(np.uint8)
    elif raw[2] == 0x09:
        kind = np.dtype(np.int8)
    elif raw[2] == 0x0B:
        kind = np.dtype(np.int16)
    elif raw[2] == 0x0C:
        kind = np.dtype(np.int32)
    elif raw[2] == 0x0D:
        kind = np.dtype(np.float32)
    elif raw[2] == 0x0E:
        kind = np.dtype(np.float64)
    else:
        raise ValueError("type code %d is not known" % raw[2])
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise ValueError("the sizes are missing")
    sizes = [int.from_bytes(raw[i : i + 4], "big") for i in range(4, start, 4)]
    count = reduce(lambda a, b: a * b, sizes, 1)
    if start + count * kind.itemsize != len(raw):
        raise ValueError("the file does not end where the header says")
    numbers = np.frombuffer(raw, kind, count, start)
    return numbers.byteswap().reshape(sizes) if kind.itemsize > 1 else numbers.reshape(sizes).copy()


def load_idx(path):
    raw = Path(path).read_bytes()
    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError("the compressed file is damaged") from error
    return parse_idx(raw)


def count_samples(x, y):
    n, m = np.shape(x)[0], np.shape(y)[0]
    if n != m or n == 0:
        raise ValueError("x and y need one length above 0, not %d and %d" % (n, m))
    return n


def train_test_split(x, y, test_fraction=0.2, rng=None):
    n = count_samples(x, y)
    if n < 2 or test_fraction <= 0 or test_fraction >= 1:
        raise ValueError("cannot split %d samples at %s" % (n, test_fraction))
    is_test = np.zeros(n, dtype=bool)
    share = int(np.clip(np.round(n * test_fraction), 1, n - 1))
    is_test[generator(rng).choice(n, share, replace=False)] = True
    return x[~is_test], x[is_test], y[~is_test], y[is_test]


def batches(x, y, batch_size, rng=None):
    n = count_samples(x, y)
    if batch_size < 1:
        raise ValueError("a batch has one sample at least")
    order = np.arange(n) if rng is None else rng.permutation(n)
    cuts = range(batch_size, n, batch_size)
    return ((x[part], y[part]) for part in np.split(order, cuts))


# state: everything that a module holds, found by one recursive function


def collect(item, path=""):
    """A dict of name -> Tensor of whatever item holds."""
    if isinstance(item, Tensor):
        return {path: item}
    if isinstance(item, Module):
        pairs = vars(item).items()
    elif isinstance(item, (list, tuple)):
        pairs = enumerate(item)
    elif isinstance(item, dict):
        pairs = item.items()
    else:
        return {}
    tree = {}
    for key, value in pairs:
        tree.update(collect(value, path + "/" + str(key)))
    return tree


def walk_modules(item):
    found = []
    if isinstance(item, Module):
        found.append(item)
        item = list(vars(item).values())
    if isinstance(item, (list, tuple)):
        for each in item:
            found += walk_modules(each)
    return found


class Module:
    training = True

    def parameters(self):
        ps = []
        for p in collect(self).values():
            if not any(p is q for q in ps):
                ps.append(p)
        return ps

    def zero_grad(self):
        clear_grads(self.parameters())

    def train(self):
        set_mode(self, True)

    def eval(self):
        set_mode(self, False)

    def __call__(self, x):
        raise TypeError("this module cannot be called")


def set_mode(model, training):
    for module in walk_modules(model):
        module.training = training


def clear_grads(params):
    for p in params:
        p.grad = None


def as_tensor(x):
    return x if isinstance(x, Tensor) else Tensor(x)


def deviation(init, nin, nout):
    table = {"he": 2.0 / nin, "glorot": 2.0 / (nin + nout), "zeros": 0.0}
    if init not in table:
        raise ValueError("init is he, glorot or zeros, not %r" % init)
    return table[init] ** 0.5


def linear(params, x):
    weight, bias = params
    return x @ weight + bias


def dropout(x, p, rng):
    keep = rng.random(x.shape) < 1 - p
    return x * np.where(keep, 1 / (1 - p), 0).astype(x.data.dtype)


class Linear(Module):
    def __init__(self, nin, nout, init="he", rng=None):
        if min(nin, nout) < 1:
            raise ValueError("sizes are at least 1")
        weight = generator(rng).normal(size=(nin, nout)) * deviation(init, nin, nout)
        self.weight = Tensor(np.asarray(weight, np.float32))
        self.bias = Tensor(np.zeros((nout,), np.float32))

    def __call__(self, x):
        x = as_tensor(x)
        if not x.shape or x.shape[-1] != self.weight.shape[0]:
            raise ValueError("%s does not fit a layer of %s" % (x.shape, self.weight.shape))
        return linear((self.weight, self.bias), x)


class ReLU(Module):
    def __call__(self, x):
        return as_tensor(x).relu()


class Tanh(Module):
    def __call__(self, x):
        return as_tensor(x).tanh()


class Dropout(Module):
    def __init__(self, p, rng=None):
        if not (0 <= p < 1):
            raise ValueError("p is a share below 1")
        self.p, self.rng = p, generator(rng)

    def __call__(self, x):
        x = as_tensor(x)
        return dropout(x, self.p, self.rng) if self.training else x


class Sequential(Module):
    def __init__(self, *modules):
        if not all(isinstance(m, Module) for m in modules):
            raise TypeError("only modules can be chained")
        self.steps = modules

    def __call__(self, x):
        return reduce(lambda value, module: module(value), self.steps, as_tensor(x))


def sgd_update(params, grads, velocity, lr, momentum, decay):
    """One step on dicts: new parameters and new velocities."""
    grads = {k: g + decay * params[k] for k, g in grads.items()}
    velocity = {k: momentum * velocity[k] + grads[k] if k in grads else velocity[k] for k in params}
    params = {k: params[k] - lr * velocity[k] if k in grads else params[k] for k in params}
    return params, velocity


class SGD:
    def __init__(self, parameters, lr, momentum=0.0, weight_decay=0.0):
        self.tensors = dict(enumerate(parameters))
        if len(self.tensors) == 0:
            raise ValueError("no parameters")
        if lr < 0 or weight_decay < 0 or momentum < 0 or momentum >= 1:
            raise ValueError("lr, momentum or weight_decay out of range")
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.velocity = {k: np.zeros(t.shape) for k, t in self.tensors.items()}

    def step(self):
        params = {k: t.data for k, t in self.tensors.items()}
        grads = {k: t.grad for k, t in self.tensors.items() if t.grad is not None}
        params, self.velocity = sgd_update(
            params, grads, self.velocity, self.lr, self.momentum, self.weight_decay
        )
        for k, t in self.tensors.items():
            t.data[...] = params[k]

    def zero_grad(self):
        clear_grads(self.tensors.values())


def step_decay(lr, factor, every):
    if every < 1:
        raise ValueError("every is at least 1")
    return lambda step: lr * factor ** (step // every)


def cosine_at(step, lr, steps, warmup):
    if step < warmup:
        return lr * (step + 1) / warmup
    if step >= steps:
        return 0.0
    return lr / 2 * (1 + np.cos(np.pi * (step - warmup) / (steps - warmup)))


def cosine_schedule(lr, steps, warmup=0):
    if steps < 1 or not 0 <= warmup <= steps:
        raise ValueError("steps or warmup out of range")
    return partial(cosine_at, lr=lr, steps=steps, warmup=warmup)


def constant(lr):
    return lambda step: lr


def loss_of(model, x, y):
    return cross_entropy(model(x), y)


def run_epoch(model, data, optimizer, schedule, done):
    """The losses of one pass over the batches; done is the number of steps before it."""
    losses = []
    for xb, yb in data:
        optimizer.lr = schedule(done + len(losses))
        model.zero_grad()
        loss = loss_of(model, xb, yb)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.data))
    return losses


def fit(model, x, y, epochs, batch_size, optimizer, schedule=None, validation=None, rng=None):
    count_samples(x, y)
    if batch_size < 1 or epochs < 0:
        raise ValueError("batch_size or epochs out of range")
    schedule = schedule or constant(optimizer.lr)
    rng = generator(rng)
    losses, accuracies = [], []
    for _ in range(epochs):
        set_mode(model, True)
        losses += run_epoch(model, batches(x, y, batch_size, rng), optimizer, schedule, len(losses))
        if validation is not None:
            accuracies.append(accuracy(model, validation[0], validation[1]))
    if validation is None:
        return {"loss": losses}
    return {"loss": losses, "validation_accuracy": accuracies}


def predict(model, x, batch_size=256):
    if len(x) == 0 or batch_size < 1:
        raise ValueError("nothing to predict")
    before = {module: module.training for module in walk_modules(model)}
    set_mode(model, False)
    parts = np.array_split(np.asarray(x), range(batch_size, len(x), batch_size))
    labels = np.hstack([np.argmax(model(part).data, axis=-1) for part in parts])
    for module, mode in before.items():
        module.training = mode
    return labels


def accuracy(model, x, y):
    if np.shape(y) != (len(x),) or len(x) == 0:
        raise ValueError("one label a sample is needed")
    return float(np.count_nonzero(predict(model, x) == np.array(y)) / len(x))


def save(model, path):
    arrays = {name: p.data for name, p in collect(model).items()}
    with Path(path).open("wb") as file:
        np.savez_compressed(file, **{name.replace("/", ":"): a for name, a in arrays.items()})


def load(model, path):
    try:
        with np.load(path) as file:
            arrays = {name.replace(":", "/"): file[name] for name in file.files}
    except (BadZipFile, zlib.error, EOFError, ValueError, TypeError, AttributeError) as error:
        raise ValueError("no file of parameters") from error
    tensors = collect(model)
    wanted = {name: p.shape for name, p in tensors.items()}
    if {name: a.shape for name, a in arrays.items()} != wanted:
        raise ValueError("names or shapes differ: %s" % wanted)
    for name, p in tensors.items():
        p.data[...] = arrays[name]


def train_classifier(x, y, seed):
    if np.ndim(x) != 2 or np.ndim(y) != 1:
        raise ValueError("x is (N, D), y is (N,)")
    n = count_samples(x, y)
    rng = np.random.default_rng(seed)
    sizes = [x.shape[1], 100, 100, int(np.max(y)) + 1]
    layers = []
    for nin, nout in zip(sizes, sizes[1:]):
        layers += [Linear(nin, nout, rng=rng), ReLU()]
    model = Sequential(*layers[:-1])
    epochs = 40
    schedule = cosine_schedule(0.2, epochs * -(-n // 50), 20)
    fit(model, x, y, epochs, 50, SGD(model.parameters(), 0.2, 0.8), schedule, rng=rng)
    set_mode(model, False)
    return model
