"""What the report shows of the extra units beyond what their checks ask."""


def ravine(name, settings, start, steps, lr):
    """Return the way of an optimiser down (x^2 + 20 y^2) / 2."""
    import numpy as np
    import optim
    from tensor import Tensor

    p, path = Tensor(start.copy()), [start.copy()]
    optimizer = getattr(optim, name)([p], lr=lr, **settings)
    for _ in range(steps):
        optimizer.zero_grad()
        (p * p * Tensor(np.array([0.5, 10.0]))).sum().backward()
        optimizer.step()
        path.append(np.array(p.data, float))
    return {"path": np.stack(path)}


def words(examples, count, seed):
    """Return how often letters follow each other, and words made up by that."""
    import numpy as np
    from makemore import bigram_counts, sample

    counts = np.array(bigram_counts(examples))
    smooth = counts + 0.01
    shares = smooth / smooth.sum(axis=1, keepdims=True)
    made = sample(shares, count, np.random.default_rng(seed))
    return {"counts": counts, "words": [str(word) for word in made]}


def sine(x, y, grid, seed):
    """Return what a network without an engine makes of `grid`, and its losses."""
    import numpy as np
    from manual import MLP, fit, mean_squared_error

    rng = np.random.default_rng(seed)
    model = MLP([1, 16, 1], rng)
    loss = fit(model, x.copy(), y.copy(), mean_squared_error, 300, 16, 0.1, 0.9, rng)
    return {"out": np.array(model.forward(grid.copy())), "loss": np.array(loss, float)}


def modules(x, labels, names, seed):
    """Return the loss and one gradient by each array module, the same work each time."""
    import importlib

    import numpy as np
    from backend import init, loss_and_gradients

    found = []
    for name in names:
        xp = importlib.import_module(name)
        rng = np.random.default_rng(seed)
        params = init(xp, x.shape[1], 8, 3, rng, xp.float64)
        loss, gradients = loss_and_gradients(params, xp.asarray(x), xp.asarray(labels))
        w1 = gradients["w1"]
        found.append({"kind": type(w1).__name__, "loss": float(loss), "w1": np.array(w1)})
    return {"modules": found}


def copies(symbols, length, sequences, seed):
    """Train a network to repeat sequences; return its answers at the end."""
    import numpy as np
    from rnn import copy_task, train_copy

    model, readout = train_copy(symbols, length, seed)
    outs, _ = model(copy_task(sequences.copy(), symbols))
    logits = np.array(readout(outs).data)
    return {"answers": np.array(logits[:, length:].argmax(axis=2), np.int64)}
