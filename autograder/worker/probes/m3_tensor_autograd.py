"""Milestone 3: what is asked of ``tensor.py``."""


def evaluate(cases, after=False):
    """Run each program on fresh tensors; return ``out``, gradients and, if asked, the inputs."""
    import numpy as np
    import tensor

    def plain(got):
        known = got is None or isinstance(got, (np.ndarray, np.generic, int, float))
        return got if got is None else np.asarray(got) if known else type(got).__name__

    def answer(program, tensors, arrays, cotangent):
        leaves = {name: tensor.Tensor(x.copy()) for name, x in tensors.items()}
        given = {name: x.copy() for name, x in arrays.items()} | {"cotangent": cotangent.copy()}
        scope = {**vars(tensor), "np": np, **leaves, **given}
        exec(program, scope)
        scope["out"].backward(given["cotangent"])
        grads = {name: plain(x.grad) for name, x in leaves.items()}
        answered = {"out": plain(scope["out"].data), "grads": grads}
        inputs = {name: plain(x.data) for name, x in leaves.items()} | given
        return answered | {"after": inputs} if after else answered

    return {"answers": [answer(**case) for case in cases]}


def look(program, expressions, arrays):
    """Run `program`, then return what each expression says."""
    import numpy as np
    from tensor import Tensor

    def plain(got):
        return got if isinstance(got, (int, float, str, np.ndarray)) else type(got).__name__

    scope = {"np": np, "Tensor": Tensor, **{name: x.copy() for name, x in arrays.items()}}
    exec("\n".join(program), scope)
    return {"values": [plain(eval(expression, scope)) for expression in expressions]}


def attempt(expression):
    """Evaluate something that should raise."""
    import numpy as np
    from tensor import Tensor, cross_entropy

    scope = {"np": np, "Tensor": Tensor, "cross_entropy": cross_entropy}
    return {"value": type(eval(expression, scope)).__name__}


def by_hand(x, y, weights):
    """Return the loss and the gradients that ``hand_gradients`` finds without any Tensor."""
    import numpy as np
    import tensor

    def refuse(*_args, **_options):
        raise TypeError("hand_gradients uses a Tensor: it has to find gradients with NumPy alone")

    known = {kind for kind in vars(tensor).values() if hasattr(kind, "backward")}
    kinds = {base for kind in known if isinstance(kind, type) for base in kind.__mro__}
    engine = [kind for kind in kinds if kind.__module__ == tensor.__name__]
    methods = [(kind, name, vars(kind)[name]) for kind in engine
               for name in ("__init__", "backward") if name in vars(kind)]  # fmt: skip
    arguments = {name: w.copy() for name, w in weights.items()}
    try:
        for kind, name, _ in methods:
            setattr(kind, name, refuse)
        loss, grads = tensor.hand_gradients(x.copy(), y.copy(), **arguments)
    finally:
        for kind, name, method in methods:
            setattr(kind, name, method)
    return {"loss": float(loss), "grads": {name: np.asarray(g) for name, g in grads.items()}}


def by_engine(x, y, weights):
    """Return the same loss and gradients, found by the engine."""
    import numpy as np
    from tensor import Tensor, cross_entropy

    leaves = {name: Tensor(w.copy()) for name, w in weights.items()}
    hidden = (Tensor(x.copy()) @ leaves["w1"] + leaves["b1"]).tanh()
    loss = cross_entropy(hidden @ leaves["w2"] + leaves["b2"], y.copy())
    loss.backward()
    return {"loss": float(loss.data), "grads": {k: np.asarray(w.grad) for k, w in leaves.items()}}


def by_scalars(x, y, weights):
    """Return loss and gradients of a tanh network with squared error, made of Values."""
    try:
        from engine import Value
    except Exception as problem:
        raise NotImplementedError(f"milestone 1: {problem}, so that nothing is compared") from None
    import numpy as np

    leaves = {name: np.vectorize(Value, otypes=[object])(w) for name, w in weights.items()}

    def layer(inputs, w, b):
        return [sum((v * u for v, u in zip(inputs, column)), c) for column, c in zip(w.T, b)]

    total = Value(0.0)
    for row, targets in zip(x.tolist(), y.tolist()):
        hidden = [v.tanh() for v in layer(row, leaves["w1"], leaves["b1"])]
        outs = layer(hidden, leaves["w2"], leaves["b2"])
        total = sum(((out - t) ** 2 for out, t in zip(outs, targets)), total)
    total.backward()
    grad = np.vectorize(lambda value: float(value.grad), otypes=[float])
    return {"loss": float(total.data), "grads": {name: grad(w) for name, w in leaves.items()}}


def by_vectors(x, y, weights):
    """Return the same loss and gradients, made of Tensors."""
    import numpy as np
    from tensor import Tensor

    leaves = {name: Tensor(w.copy()) for name, w in weights.items()}
    hidden = (Tensor(x.copy()) @ leaves["w1"] + leaves["b1"]).tanh()
    loss = ((hidden @ leaves["w2"] + leaves["b2"] - Tensor(y.copy())) ** 2).sum()
    loss.backward()
    return {"loss": float(loss.data), "grads": {k: np.asarray(w.grad) for k, w in leaves.items()}}


def hold_losses(x, operations, graphs, traced):
    """Return a loss and the leaf's gradient after some graphs, of which only losses are held."""
    import gc
    import tracemalloc

    import numpy as np
    from tensor import Tensor

    leaf, losses = Tensor(x.copy()), []
    if traced:
        tracemalloc.start()
    for _ in range(graphs):
        out = leaf
        for _ in range(operations):
            out = out * 0.5
        losses.append(out.sum())
        del out
        losses[-1].backward()
        gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {"loss": float(losses[0].data), "grad": np.asarray(leaf.grad)[:3],
            "kept_mb": round(kept / 2**20)}  # fmt: skip


def train(x, y, weights, batches, lr, momentum, early):
    """Train a tanh network of two layers by SGD, a batch of rows a step; integer y are classes.

    Returns the losses, the weights, and what these were after `early` steps.
    """
    from tensor import Tensor, cross_entropy

    data, velocity, losses, first = dict(weights), dict.fromkeys(weights, 0.0), [], {}
    for rows in batches:
        p = {name: Tensor(w.copy()) for name, w in data.items()}
        out = (Tensor(x[rows]) @ p["w1"] + p["b1"]).tanh() @ p["w2"] + p["b2"]
        classes = y.dtype.kind == "i"
        loss = cross_entropy(out, y[rows]) if classes else ((out - Tensor(y[rows])) ** 2).mean()
        loss.backward()
        for name, leaf in p.items():
            velocity[name] = momentum * velocity[name] + leaf.grad
            data[name] = data[name] - lr * velocity[name]
        losses.append(float(loss.data))
        if len(losses) == early:
            first = dict(data)
    return {"losses": losses, "weights": data, "early": first}
