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
