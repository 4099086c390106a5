"""Milestone 2: what is asked of ``nn.py``."""


def forward(size, kinds, weights, xs):
    """Return the outputs of an MLP with these weights for each input."""
    import numpy as np
    from nn import MLP

    names = ("activation", "output_activation")
    others = {name: kind for name, kind in zip(names, kinds) if kind != "tanh"}
    model = MLP(size[0], list(size[1:]), rng=np.random.default_rng(0), **others)
    for p, value in zip(model.parameters(), weights):
        p.data = value
    outs = [model(list(x)) for x in xs]
    rows = [out if isinstance(out, (list, tuple)) else [out] for out in outs]
    return {"outs": [[float(v.data) for v in row] for row in rows]}


def gradients(size, kinds, weights, xs, ys, loss):
    """Return a loss and the gradient of every parameter, in order."""
    import nn
    import numpy as np

    model = nn.MLP(size[0], list(size[1:]), *kinds, np.random.default_rng(0))
    for p, value in zip(model.parameters(), weights):
        p.data = value
    total = getattr(nn, loss)([model(list(x)) for x in xs], list(ys))
    model.zero_grad()
    total.backward()
    return {"loss": float(total.data), "grad": [float(p.grad) for p in model.parameters()]}


def neuron(activation, w, b, xs):
    """Return a neuron's output for each input, its weights given."""
    from nn import Neuron

    unit = Neuron(len(w), **({} if activation == "tanh" else {"activation": activation}))
    for p, value in zip(unit.w, w):
        p.data = value
    unit.b.data = b
    return {"outs": [float(unit(list(x)).data) for x in xs]}


def drawn(nin, nout, seeds):
    """Return the parameters of a fresh layer of each seed (None: made without a generator)."""
    import numpy as np
    from nn import Layer

    rngs = [None if seed is None else np.random.default_rng(seed) for seed in seeds]
    layers = [Layer(nin, nout) if rng is None else Layer(nin, nout, rng=rng) for rng in rngs]
    return {"layers": [[float(p.data) for p in layer.parameters()] for layer in layers]}


def fresh(nin, count, seed):
    """Return the weights and biases of many fresh neurons."""
    import numpy as np
    from nn import Neuron

    Neuron(nin)  # without a generator, too
    neurons = [Neuron(nin, rng=np.random.default_rng([seed, i])) for i in range(count)]
    weights = np.array([[float(w.data) for w in neuron.w] for neuron in neurons])
    return {"weights": weights, "biases": [float(neuron.b.data) for neuron in neurons]}


def held(sizes):
    """Return what the parameters of MLPs of these sizes hold after 0.0, 1.0, ... were written."""
    from nn import MLP

    numbers = []
    for size in sizes:
        model = MLP(size[0], list(size[1:]))
        for place, p in enumerate(model.parameters()):
            p.data = float(place)
        numbers.append([float(p.data) for p in model.parameters()])
    return {"held": numbers}


def layer_output(nin, nout, xs):
    """Return what sort of thing a layer returns, how many values, and those of every x."""
    from engine import Value
    from nn import Layer

    layer = Layer(nin, nout)
    outs = [layer(list(x)) for x in xs]
    kind = "Value" if isinstance(outs[0], Value) else type(outs[0]).__name__
    rows = [[out] if kind == "Value" else out for out in outs]
    return {
        "kind": kind,
        "count": len(rows[0]),
        "outs": [[float(getattr(out, "data", out)) for out in row] for row in rows],
    }


def order(nin, nout, x):
    """Return the linear layer's outputs with one parameter at a time set to 1, the rest to 0."""
    from nn import Layer

    layer, rows = Layer(nin, nout, "linear"), []
    parameters = layer.parameters()
    for one in parameters:
        for p in parameters:
            p.data = 0.0
        one.data = 1.0
        rows.append([float(v.data) for v in layer(list(x))])
    return {"outs": rows}


def zeroed(size, grad):
    """Return every gradient after ``zero_grad``; all were `grad`."""
    from nn import MLP

    model = MLP(size[0], list(size[1:]))
    for p in model.parameters():
        p.grad = grad
    model.zero_grad()
    return {"after": [float(p.grad) for p in model.parameters()]}


def losses(name, predictions, targets):
    """Return a loss and the gradient of every prediction."""
    import nn
    from engine import Value

    values = [Value(x) for x in predictions]
    total = getattr(nn, name)(values, list(targets))
    total.backward()
    return {"loss": float(total.data), "grad": [float(v.grad) for v in values]}


def penalty(values, alpha):
    """Return ``l2_penalty`` of these values and the gradient of each."""
    from engine import Value
    from nn import l2_penalty

    parameters = [Value(x) for x in values]
    total = l2_penalty(parameters, alpha)
    total.backward()
    return {"loss": float(total.data), "grad": [float(p.grad) for p in parameters]}


def train(size, kinds, weights, xs, ys, epochs, rates, loss, alpha, tests=()):
    """Fit an MLP from these weights; return the curve, the weights and the outputs of `tests`."""
    import nn
    import numpy as np

    model = nn.MLP(size[0], list(size[1:]), *kinds, np.random.default_rng(0))
    parameters = model.parameters()
    for p, value in zip(parameters, weights):
        p.data = value
    lr = rates[0] if len(rates) == 1 else lambda epoch: rates[epoch]
    others = {} if loss == "squared_error" else {"loss": getattr(nn, loss)}
    others |= {"alpha": alpha} if alpha else {}
    curve = nn.fit(model, [list(x) for x in xs], list(ys), epochs, lr, **others)
    return {
        "curve": [float(x) for x in curve],
        "weights": [float(p.data) for p in parameters],
        "outs": [float(model(list(x)).data) for x in tests],
    }


def seeded_fit(size, xs, ys, epochs, lr, seed):
    """Fit a fresh network of this seed; return its first weights and the curve."""
    import numpy as np
    from nn import MLP, fit

    model = MLP(size[0], list(size[1:]), rng=np.random.default_rng(seed))
    start = [float(p.data) for p in model.parameters()]
    curve = fit(model, [list(x) for x in xs], list(ys), epochs, lr)
    return {"start": start, "curve": [float(x) for x in curve]}


def gradients_left(size, weights, xs, ys, lr):
    """Return whether any gradient is there after one epoch: two mistakes differ only in this."""
    import nn

    model = nn.MLP(size[0], list(size[1:]))
    for p, value in zip(model.parameters(), weights):
        p.data = value
    nn.fit(model, [list(x) for x in xs], list(ys), 1, lr)
    return {"any": any(p.grad != 0.0 for p in model.parameters())}


def attempt(expression):
    """Evaluate something that should raise."""
    import engine
    import nn

    names = {name: getattr(nn, name) for name in dir(nn) if not name.startswith("_")}
    return {"value": type(eval(expression, names | {"Value": engine.Value})).__name__}
