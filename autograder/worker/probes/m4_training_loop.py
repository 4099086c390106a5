"""Milestone 4: what is asked of ``training.py``."""

from autograder.worker.probes import files, trained


def read_idx(name, content):
    """Return what ``load_idx`` makes of a file with this name and content."""
    import pathlib
    import tempfile

    import numpy as np
    from training import load_idx

    path = pathlib.Path(tempfile.gettempdir(), name)
    path.write_bytes(content)
    array = np.asarray(load_idx(str(path)))
    return {"array": array.astype(array.dtype.newbyteorder("="))}


def split(x, y, test_fraction, seeds):
    """Return the four parts for each seed (None: no generator), and x and y afterwards."""
    import numpy as np
    from training import train_test_split

    x, y, splits = x.copy(), y.copy(), []
    for seed in seeds:
        rng = None if seed is None else np.random.default_rng(seed)
        parts = train_test_split(x, y, test_fraction, rng)
        splits.append([np.array(part) for part in parts])
    return {"splits": splits, "x": x, "y": y}


def walk(x, y, batch_size, seeds):
    """Return two epochs of batches for each seed (None: no generator), and x and y afterwards."""
    import numpy as np
    from training import batches

    x, y, walks = x.copy(), y.copy(), []
    for seed in seeds:
        rng = None if seed is None else np.random.default_rng(seed)
        epochs = [list(batches(x, y, batch_size, rng)) for _ in range(2)]
        walks.append([[[np.array(part) for part in pair] for pair in epoch] for epoch in epochs])
    return {"walks": walks, "x": x, "y": y}


def fresh(layer, seeds):
    """Return weight and bias of a layer made anew for each seed (None: no generator)."""
    import numpy as np
    from training import Linear

    made = []
    for seed in seeds:
        rng = None if seed is None else np.random.default_rng(seed)
        made.append(eval(layer, {"Linear": Linear, "rng": rng}))
    arrays = [[np.array(each.weight.data), np.array(each.bias.data)] for each in made]
    return {"layers": arrays}


def run(names, program, weights, x, cotangent):
    """Run x through ``model``; return the output and all gradients of sum(output * cotangent)."""
    import numpy as np
    from tensor import Tensor

    scope = {"np": np, "Tensor": Tensor}
    exec(f"from training import {names}\n{program}", scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})
    data = Tensor(x.copy())
    out = scope["model"](data)
    (out * Tensor(cotangent.copy())).sum().backward()
    leaves = {"x": data} | {name: eval(name, scope) for name in weights}
    grads = {
        name: None if leaf.grad is None else np.array(leaf.grad) for name, leaf in leaves.items()
    }
    return {"out": np.array(out.data), "grads": grads}


def gather(names, program, weights, factor):
    """Return the arrays in ``model.parameters()``; and by name, after all of those are scaled."""
    import numpy as np
    from tensor import Tensor

    scope = {"np": np, "Tensor": Tensor}
    exec(f"from training import {names}\n{program}", scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})
    parameters = list(scope["model"].parameters())
    listed = [np.array(each.data) for each in parameters]
    for each in parameters:
        each.data = each.data * factor
    return {
        "listed": listed,
        "after": {name: np.array(eval(name, scope).data) for name in weights},
    }


def look(names, program, expressions, arrays):
    """Run `program`, then return what each expression says."""
    import numpy as np
    from tensor import Tensor

    def plain(got):
        if isinstance(got, (list, tuple)):
            return [plain(item) for item in got]
        told = got is None or isinstance(got, (bool, int, float, str, np.ndarray, np.generic))
        return got if told else type(got).__name__

    scope = {"np": np, "Tensor": Tensor, **{name: array.copy() for name, array in arrays.items()}}
    exec(f"from training import {names}\n{program}", scope)
    return {"values": [plain(eval(expression, scope)) for expression in expressions]}


def attempt(names, program, expression):
    """Evaluate something that should raise."""
    import numpy as np
    from tensor import Tensor

    scope = {"np": np, "Tensor": Tensor}
    exec(f"from training import {names}\n{program}", scope)
    return {"value": type(eval(expression, scope)).__name__}


def drop(p, x, cotangent, seed, training):
    """Return two outputs of Dropout(p), and the gradient by x of the first one.

    Without a seed no generator is given.
    """
    import numpy as np
    from tensor import Tensor
    from training import Dropout

    layer = Dropout(p) if seed is None else Dropout(p, rng=np.random.default_rng(seed))
    layer.train() if training else layer.eval()
    data = Tensor(x.copy())
    out = layer(data)
    (out * Tensor(cotangent.copy())).sum().backward()
    again = layer(Tensor(x.copy()))
    return {"out": np.array(out.data), "grad": np.array(data.grad), "again": np.array(again.data)}


def descend(params, targets, curvatures, rates, steps, momentum, weight_decay):
    """Minimise sum(c (p - t)^2) by SGD; return where each parameter is after every step."""
    import numpy as np
    from tensor import Tensor
    from training import SGD

    leaves, paths = [Tensor(p.copy()) for p in params], [[] for _ in params]
    optimizer = SGD(leaves, lr=rates[0], momentum=momentum, weight_decay=weight_decay)
    for step in range(steps):
        if len(rates) > 1:
            optimizer.lr = rates[step]
        optimizer.zero_grad()
        for leaf, target, curvature in zip(leaves, targets, curvatures):
            away = leaf - Tensor(target.copy())
            (away * away * Tensor(curvature.copy())).sum().backward()
        optimizer.step()
        for path, leaf in zip(paths, leaves):
            path.append(np.array(leaf.data))
    return {"paths": [np.stack(path) for path in paths]}


def rates(schedule, steps):
    """Return the learning rates of a schedule."""
    from training import cosine_schedule, step_decay

    made = eval(schedule, {"cosine_schedule": cosine_schedule, "step_decay": step_decay})
    return {"rates": [float(made(step)) for step in steps]}


def train(names, program, weights, x, y, epochs, batch_size, options, rates, validation, seed):
    """Fit ``model`` from these weights; return the history, the weights, and what it was shown."""
    import numpy as np
    from tensor import Tensor
    from training import SGD, Module, fit

    scope, shown, asked = {"np": np}, [], []
    exec(f"from training import {names}\n{program}", scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})

    class Watched(Module):
        def __call__(self, x):
            shown.append((bool(self.training), np.array(x.data if isinstance(x, Tensor) else x)))
            return self.model(x)

    model = Watched()
    model.model = scope["model"]
    history = fit(
        model, x.copy(), y.copy(), epochs, batch_size, SGD(model.parameters(), **options),
        schedule=(lambda step: asked.append(int(step)) or rates[step]) if rates else None,
        validation=validation and tuple(part.copy() for part in validation),
        rng=None if seed is None else np.random.default_rng(seed),
    )  # fmt: skip
    return {
        "loss": [float(loss) for loss in history["loss"]],
        "validation_accuracy": [
            share if np.size(share) > 1 else float(share)
            for share in history.get("validation_accuracy", [])
        ],
        "weights": {name: np.array(eval(name, scope).data) for name in weights},
        "shown": [array for training, array in shown if training],
        "tested": [array for training, array in shown if not training],
        "asked": asked,
    }


def labels(names, program, weights, x, sizes):
    """Return ``predict`` in batches of each size, of a model in training mode."""
    import numpy as np
    from training import predict

    scope = {"np": np}
    exec(f"from training import {names}\n{program}", scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})
    scope["model"].train()
    found = [predict(scope["model"], x.copy(), batch_size=size) for size in sizes]
    return {"labels": [np.array(each) for each in found]}


def shares(names, program, weights, x, labels):
    """Return ``accuracy`` with each set of labels, of a model in training mode."""
    import numpy as np
    from training import accuracy

    scope = {"np": np}
    exec(f"from training import {names}\n{program}", scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})
    scope["model"].train()
    found = [accuracy(scope["model"], x.copy(), y.copy()) for y in labels]
    return {"shares": [each if np.size(each) > 1 else float(each) for each in found]}


def write_model(names, program, weights, name, x):
    """Save ``model`` in an empty folder; return what lies there, and its output afterwards."""
    from training import save

    model = _make_model(names, program, weights)
    return {**files.write_model(save, model, name), "out": files.run(model, x)}


def read_model(names, program, weights, name, content, x):
    """Load a file of this content into ``model``; return its output afterwards."""
    from training import load

    model = _make_model(names, program, weights)
    files.read_model(load, model, name, content)
    return {"out": files.run(model, x)}


def _make_model(names, program, weights):
    import numpy as np

    scope = {"np": np}
    exec(f"from training import {names}\n{program}", scope)
    for each, value in weights.items():
        exec(f"{each}.data = value", scope | {"value": value.copy()})
    return scope["model"]


def keep_weights(names, models, name, content):
    """Load a file into models that it does not fit; return the weights of each afterwards."""
    import contextlib
    import os
    import tempfile

    import numpy as np
    from training import load

    path, kept = os.path.join(tempfile.mkdtemp(), name), []
    with open(path, "wb") as file:
        file.write(content)
    for program, weights in models:
        scope = {"np": np}
        exec(f"from training import {names}\n{program}", scope)
        for each, value in weights.items():
            exec(f"{each}.data = value", scope | {"value": value.copy()})
        with contextlib.suppress(ValueError):
            load(scope["model"], path)
        kept.append({each: np.array(eval(each, scope).data) for each in weights})
    return {"kept": kept}


def chance(x, y, labels, weights, seeds):
    """Run everything that draws, under global seeds; return results, and what is drawn next."""
    import numpy as np
    from tensor import Tensor
    from training import SGD, Dropout, Linear, Sequential, batches, fit, train_test_split

    results, draws = [], []
    for seed in seeds:
        np.random.seed(seed)
        rng = np.random.default_rng(0)
        found = [
            *map(np.array, train_test_split(x.copy(), labels.copy(), 0.25, rng)[2:]),
            np.concatenate([pair[1] for pair in batches(x.copy(), labels.copy(), 4, rng)]),
            np.array(Dropout(0.5, rng=rng)(Tensor(x.copy())).data),
        ]
        model = Sequential(Linear(x.shape[1], 3, rng=rng), Dropout(0.5, rng=rng))
        optimizer = SGD(model.parameters(), lr=0.1)
        curve = fit(model, x.copy(), y.copy(), 2, 4, optimizer, rng=rng)["loss"]
        l0 = Linear(x.shape[1], 3)
        l0.weight.data, l0.bias.data = weights["l0.weight"].copy(), weights["l0.bias"].copy()
        sgd = SGD(l0.parameters(), lr=0.1)
        whole = fit(l0, x.copy(), y.copy(), 3, len(x), sgd, rng=rng)["loss"]
        Linear(3, 2), Dropout(0.5)(x.copy()), list(batches(x.copy(), y.copy(), 4))
        train_test_split(x.copy(), y.copy())
        results.append([*found, np.array(curve, float), np.array(whole, float)])
        draws.append(np.random.random_sample(4))
    return {"results": results, "draws": draws}


def twice(program, x, y, seeds):
    """Build and train a model for each seed; return the loss curves."""
    import numpy as np
    from training import SGD, Dropout, Linear, ReLU, Sequential, Tanh, fit

    names, runs = (Dropout, Linear, ReLU, Sequential, Tanh), []
    for seed in seeds:
        scope = {each.__name__: each for each in names} | {"rng": np.random.default_rng(seed)}
        exec(program, scope)
        optimizer = SGD(scope["model"].parameters(), lr=0.1, momentum=0.9)
        history = fit(scope["model"], x.copy(), y.copy(), 3, 4, optimizer, rng=scope["rng"])
        runs.append([float(loss) for loss in history["loss"]])
    return {"curves": runs}


def learn(names, program, weights, x, y, epochs, batch_size, lr, direction):
    """Fit ``model`` from these weights; return its losses, the weights, and what it was shown.

    Of the samples it was shown their products with `direction`, which tell them apart.
    """
    import numpy as np
    from tensor import Tensor
    from training import SGD, Module, fit

    scope, shown = {"np": np}, []
    exec(f"from training import {names}\n{program}", scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})

    class Watched(Module):
        def __call__(self, x):
            data = np.asarray(x.data if isinstance(x, Tensor) else x, np.float64)
            shown.append(data @ direction)
            return self.model(x)

    model, rng = Watched(), np.random.default_rng(1)
    model.model = scope["model"]
    optimizer = SGD(model.parameters(), lr=lr, momentum=0.9)
    curve = fit(model, x.copy(), y.copy(), epochs, batch_size, optimizer, rng=rng)["loss"]
    return {
        "loss": [float(loss) for loss in curve],
        "weights": {name: np.array(eval(name, scope).data) for name in weights},
        "shown": shown,
    }


def classify(pixels, scale, y, tests, seed, between):
    """Train a classifier on images; return labels of other images, and logits in threes.

    These are of some of the other images, of as many more, and halfway between the two.
    """
    import numpy as np
    from tensor import Tensor
    from training import predict, train_classifier

    images = [(part / np.float32(scale)).astype(np.float32) for part in (pixels, tests)]
    model = train_classifier(images[0], y.copy(), seed)
    labels = np.array(predict(model, images[1]))
    one, other = images[1][:between], images[1][between : 2 * between]
    model.eval()
    logits = [np.array(model(Tensor(x.copy())).data) for x in (one, other, (one + other) / 2)]
    return {"labels": labels, "logits": np.stack(logits)}


def classify_again(x, y, tests, seed, alone):
    """Train a classifier; return logits of all tests, and of some alone before `eval`."""
    import numpy as np
    from tensor import Tensor
    from training import train_classifier

    model = train_classifier(x.copy(), y.copy(), seed)
    alone = [np.array(model(Tensor(row[None].copy())).data)[0] for row in tests[:alone]]
    model.eval()
    together = np.array(model(Tensor(tests.copy())).data)
    return {"together": together, "alone": np.stack(alone)}


def watch():
    """Keep the model that ``train_classifier`` returns next, for `inspect`."""
    import training

    trained.keep(training, "train_classifier")
    return {}


def inspect(x):
    """Return what the last model is made of, and its labels of x with parameters shuffled."""
    import training

    return trained.inspect(x, [training])


def learn_in_vain(images, labels, tests, seed):
    """Train a classifier where every gradient is 0; return its logits of tests."""
    import numpy as np
    from tensor import Tensor

    with trained.no_gradients():
        from training import train_classifier

        model = train_classifier(images.copy(), labels.copy(), seed)
    model.eval()
    return {"logits": np.array(model(Tensor(tests.copy())).data)}


def collect(start, stop):
    """Return what the last model holds in numbers: their shapes, and those from start to stop."""
    return trained.collect(start, stop)


def carry(images, labels, seed, shapes, numbers, tests):
    """Give a classifier that was trained on other images these numbers; return its labels."""
    from training import train_classifier

    return trained.carry(train_classifier(images, labels, seed), shapes, numbers, tests)
