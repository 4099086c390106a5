"""What the report shows beyond the checks: graphs, curves, boundaries, mistakes."""


def graph(program, most):
    """Run `program`, differentiate its ``out``, and return the graph below it, node by node."""
    from engine import Value

    names = {"Value": Value}
    exec("\n".join(program), names)
    out = names["out"]
    out.backward()
    order, places, pending = [], {}, [out]
    while pending and len(order) < most:
        node = pending.pop(0)
        if id(node) not in places:
            places[id(node)] = len(order)
            order.append(node)
            pending.extend(node._prev)
    called = {id(value): name for name, value in names.items() if isinstance(value, Value)}
    return {
        "data": [float(node.data) for node in order],
        "grad": [float(node.grad) for node in order],
        "op": [str(getattr(node, "_op", "")) for node in order],
        "name": [called.get(id(node), "") for node in order],
        "below": [[places[id(c)] for c in node._prev if id(c) in places] for node in order],
    }


def spiral(x, y, grid, width, epochs, seed):
    """Train a network on points of a plane; return its losses, and its classes on a grid."""
    import numpy as np
    from training import SGD, Linear, Sequential, Tanh, fit, predict

    rng = np.random.default_rng(seed)
    classes = int(y.max()) + 1
    model = Sequential(
        Linear(x.shape[1], width, rng=rng), Tanh(),
        Linear(width, width, rng=rng), Tanh(), Linear(width, classes, rng=rng),
    )  # fmt: skip
    optimizer = SGD(model.parameters(), lr=0.2, momentum=0.9)
    history = fit(model, x.copy(), y.copy(), epochs, 32, optimizer, rng=rng)
    labels = np.array(predict(model, grid.copy()), np.int64)
    return {"loss": np.array(history["loss"], float), "labels": labels}


def write(text, prompt, length, steps, seed):
    """Train a tiny GPT on `text`; return what it writes."""
    import numpy as np
    from gpt import CharTokenizer, train_gpt

    tokenizer = CharTokenizer(text)
    tokens = np.array(tokenizer.encode(text))
    model = train_gpt(tokens, tokenizer.vocab_size, seed, block_size=32, max_steps=steps)
    rng = np.random.default_rng(seed)
    ids = model.generate(tokenizer.encode(prompt), length, temperature=0.8, rng=rng)
    return {"text": str(tokenizer.decode([int(i) for i in ids]))}


def regimes(points, others, settings, seed):
    """Train with each of the settings; return the losses on both sets after each epoch."""
    import numpy as np
    from tensor import cross_entropy
    from training import SGD, Linear, ReLU, Sequential, fit

    def measure(model, x, y):
        model.eval()
        return float(cross_entropy(model(x.copy()), y.copy()).data)

    curves = []
    for own in settings:
        rng, samples = np.random.default_rng(seed), own["samples"]
        x, y = (part[:samples] for part in points)
        model = Sequential(
            Linear(2, own["width"], rng=rng), ReLU(), Linear(own["width"], 3, rng=rng)
        )
        optimizer = SGD(model.parameters(), own["lr"], 0.9, own["weight_decay"])
        losses = [], []
        for _ in range(own["epochs"]):
            fit(model, x.copy(), y.copy(), 1, samples, optimizer, rng=rng)
            losses[0].append(measure(model, x, y))
            losses[1].append(measure(model, *others))
        curves.append([np.array(part, float) for part in losses])
    return {"curves": curves}
