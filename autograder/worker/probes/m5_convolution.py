"""Milestone 5: what is asked of ``conv.py``."""

from autograder.worker.probes import files, trained


def unfold(cases):
    """Return ``im2col`` of each case, and each x afterwards; x may come as a strange view."""
    import numpy as np
    from conv import im2col

    def stored(x, *axes):
        return np.ascontiguousarray(x.transpose(axes)).transpose(np.argsort(axes))

    views = {
        "": lambda x: x.copy(),
        "transposed": lambda x: stored(x, 0, 1, 3, 2),
        "channels last": lambda x: stored(x, 0, 2, 3, 1),
        "every second": lambda x: np.repeat(np.repeat(x, 2, axis=2), 2, axis=3)[:, :, ::2, ::2],
    }
    answers, after = [], []
    for case in cases:
        x = views[case["view"]](case["x"])
        found = im2col(x, case["kernel"], stride=case["stride"], padding=case["padding"])
        answers.append(np.array(found))
        after.append(np.array(x))
    return {"answers": answers, "after": after}


def fold(cases):
    """Return ``col2im`` of each case, and each matrix afterwards."""
    import numpy as np
    from conv import col2im

    answers, after = [], []
    for case in cases:
        cols = case["cols"].copy()
        how = {"stride": case["stride"], "padding": case["padding"]}
        answers.append(np.array(col2im(cols, tuple(case["shape"]), case["kernel"], **how)))
        after.append(cols)
    return {"answers": answers, "after": after}


def forward(cases):
    """Run each program on fresh tensors; return ``out``."""
    import conv
    import numpy as np
    from tensor import Tensor

    answers = []
    for case in cases:
        leaves = {name: Tensor(x.copy()) for name, x in case["tensors"].items()}
        scope = {"np": np, "conv2d": conv.conv2d, "max_pool2d": conv.max_pool2d, **leaves}
        exec(case["program"], scope)
        answers.append(np.array(scope["out"].data))
    return {"answers": answers}


def evaluate(cases, after=False):
    """Run each program on fresh tensors; return ``out``, gradients and, if asked, the inputs."""
    import conv
    import numpy as np
    from tensor import Tensor

    def plain(got):
        known = got is None or isinstance(got, (np.ndarray, np.generic, int, float))
        return got if got is None else np.asarray(got) if known else type(got).__name__

    def answer(program, tensors, arrays, cotangent):
        leaves = {name: Tensor(x.copy()) for name, x in tensors.items()}
        given = {name: x.copy() for name, x in arrays.items()} | {"cotangent": cotangent.copy()}
        scope = {**vars(conv), "np": np, **leaves, **given}
        exec(program, scope)
        if scope["out"].shape == cotangent.shape:
            scope["out"].backward(given["cotangent"])
        grads = {name: plain(x.grad) for name, x in leaves.items()}
        inputs = {"after": {name: plain(x.data) for name, x in leaves.items()} | given}
        return {"out": plain(scope["out"].data), "grads": grads} | (inputs if after else {})

    return {"answers": [answer(**case) for case in cases]}


def look(program, expressions, arrays):
    """Run `program`, then return what each expression says."""
    import conv
    import numpy as np
    import training
    from tensor import Tensor

    def plain(got):
        if isinstance(got, (list, tuple)):
            return [plain(item) for item in got]
        return got if isinstance(got, (int, float, str, np.ndarray)) else type(got).__name__

    scope = {"np": np, **vars(training), **vars(conv), "Tensor": Tensor}
    scope |= {name: x.copy() for name, x in arrays.items()}
    exec("\n".join(program), scope)
    return {"values": [plain(eval(expression, scope)) for expression in expressions]}


def attempt(expression):
    """Evaluate something that should raise."""
    import conv
    import numpy as np
    from tensor import Tensor

    names = ("im2col", "col2im", "conv2d", "max_pool2d", "Conv2d", "MaxPool2d", "train_cnn")
    scope = {"np": np, "Tensor": Tensor, "T": lambda *shape: Tensor(np.ones(shape))}
    scope |= {name: getattr(conv, name) for name in names}
    return {"value": type(eval(expression, scope)).__name__}


def run(program, weights, x, cotangent):
    """Run x through ``model``; return the output and all gradients of sum(output * cotangent)."""
    import conv
    import numpy as np
    import training
    from tensor import Tensor

    scope = {"np": np, **vars(training), **vars(conv)}
    exec(program, scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})
    data = Tensor(x.copy())
    out = scope["model"](data)
    if out.shape == cotangent.shape:
        (out * Tensor(cotangent.copy())).sum().backward()
    leaves = {"x": data} | {name: eval(name, scope) for name in weights}
    grads = {
        name: None if leaf.grad is None else np.array(leaf.grad) for name, leaf in leaves.items()
    }
    return {"out": np.array(out.data), "grads": grads}


def fresh(layer, seeds):
    """Return weight and bias of a layer made anew for each seed (None: no generator)."""
    import numpy as np
    from conv import Conv2d

    made = []
    for seed in seeds:
        rng = None if seed is None else np.random.default_rng(seed)
        made.append(eval(layer, {"Conv2d": Conv2d, "rng": rng}))
    return {"layers": [[np.array(each.weight.data), np.array(each.bias.data)] for each in made]}


def train(program, weights, x, y, epochs, lr):
    """Fit ``model`` from these weights, the whole set a step; return losses and weights."""
    import conv
    import numpy as np
    import training

    scope = {"np": np, **vars(training), **vars(conv)}
    exec(program, scope)
    for name, value in weights.items():
        exec(f"{name}.data = value", scope | {"value": value.copy()})
    optimizer = training.SGD(scope["model"].parameters(), lr=lr, momentum=0.9)
    history = training.fit(
        scope["model"], x.copy(), y.copy(), epochs, len(x), optimizer,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    return {
        "loss": [float(loss) for loss in history["loss"]],
        "weights": {name: np.array(eval(name, scope).data) for name in weights},
    }


def write_model(program, weights, name, x):
    """Save ``model`` in an empty folder; return what lies there, and its output afterwards."""
    import training

    model = _make_model(program, weights)
    return {**files.write_model(training.save, model, name), "out": files.run(model, x)}


def read_model(program, name, content, x):
    """Load a file of this content into a fresh ``model``; return its output afterwards."""
    import training

    model = _make_model(program, {})
    files.read_model(training.load, model, name, content)
    return {"out": files.run(model, x)}


def _make_model(program, weights):
    import conv
    import numpy as np
    import training

    scope = {"np": np, **vars(training), **vars(conv)}
    exec(program, scope)
    for each, value in weights.items():
        exec(f"{each}.data = value", scope | {"value": value.copy()})
    return scope["model"]


def learn_in_vain(images, labels, tests, seed):
    """Train a CNN where every gradient is 0; return its logits of tests."""
    import numpy as np
    from tensor import Tensor

    with trained.no_gradients():
        from conv import train_cnn

        model = train_cnn(images.copy(), labels.copy(), seed)
    model.eval()
    return {"logits": np.array(model(Tensor(tests.copy())).data)}


def step(x, weight, bias, cotangent, stride, padding, rows):
    """Run one convolution forward and backward; return rows of the result, and the gradients."""
    import numpy as np
    from conv import conv2d
    from tensor import Tensor

    leaves = [Tensor(array) for array in (x, weight, bias)]
    out = conv2d(*leaves, stride=stride, padding=padding)
    out.backward(cotangent)
    grads = [np.array(leaves[0].grad)[rows], *(np.array(p.grad) for p in leaves[1:])]
    return {"out": np.array(out.data)[rows], "grads": grads}


def classify(pixels, scale, size, y, tests, seed, between):
    """Train a CNN on images; return labels of other images, and logits in threes.

    These are of some of the other images, of as many more, and halfway between the two.
    """
    import numpy as np
    from conv import train_cnn
    from tensor import Tensor
    from training import predict

    train, held_out = (
        (part / np.float32(scale)).astype(np.float32).reshape(-1, 1, *size)
        for part in (pixels, tests)
    )
    model = train_cnn(train, y.copy(), seed)
    labels = np.array(predict(model, held_out))
    one, other = held_out[:between], held_out[between : 2 * between]
    model.eval()
    logits = [np.array(model(Tensor(x.copy())).data) for x in (one, other, (one + other) / 2)]
    return {"labels": labels, "logits": np.stack(logits)}


def classify_again(x, y, tests, seed, alone):
    """Train a CNN; return logits of all tests, and of some alone before `eval`."""
    import numpy as np
    from conv import train_cnn
    from tensor import Tensor

    model = train_cnn(x.copy(), y.copy(), seed)
    alone = [np.array(model(Tensor(row[None].copy())).data)[0] for row in tests[:alone]]
    model.eval()
    together = np.array(model(Tensor(tests.copy())).data)
    return {"together": together, "alone": np.stack(alone)}


def watch():
    """Keep the model that ``train_cnn`` returns next, for `inspect`."""
    import conv

    trained.note_settings(conv)
    trained.keep(conv, "train_cnn")
    return {}


def inspect(x):
    """Return what the last model is made of, and its labels of x with parameters shuffled."""
    import conv
    import training

    return trained.inspect(x, [training, conv])


def collect(start, stop):
    """Return what the last model holds in numbers: their shapes, and those from start to stop."""
    return trained.collect(start, stop)


def carry(images, labels, seed, shapes, numbers, tests):
    """Give a CNN that was trained on other images these numbers; return its labels."""
    from conv import train_cnn

    return trained.carry(train_cnn(images, labels, seed), shapes, numbers, tests)
