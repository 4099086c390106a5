"""Unit x.norm: what is asked of ``norm.py``."""


def run(program, weights, batches):
    """Run batches through one layer within a Sequential; return results, gradients, statistics."""
    import norm
    import numpy as np
    from tensor import Tensor
    from training import Sequential

    layer = eval(program, {**vars(norm)})
    for name, value in weights.items():
        getattr(layer, name).data = value.copy()
    model, answers = Sequential(layer), []
    for batch in batches:
        getattr(model, batch["mode"])()
        model.zero_grad()
        x = Tensor(batch["x"].copy())
        out = model(x)
        (out * Tensor(batch["cotangent"].copy())).sum().backward()
        leaves = {"x": x, "gain": layer.gain, "bias": layer.bias}
        grads = {k: None if t.grad is None else np.array(t.grad) for k, t in leaves.items()}
        names = ("running_mean", "running_var")
        running = {name: np.array(getattr(layer, name)) for name in names}
        answers.append({"out": np.array(out.data), **grads, **running})
    return {"batches": answers}


def made(program):
    """Return all arrays of a new layer, and its parameters once gain is 2 and bias 3."""
    import norm
    import numpy as np

    layer = eval(program, {**vars(norm)})
    arrays = {name: np.array(getattr(layer, name).data) for name in ("gain", "bias")}
    running = {name: np.array(getattr(layer, name)) for name in ("running_mean", "running_var")}
    layer.gain.data = layer.gain.data * 0 + 2
    layer.bias.data = layer.bias.data * 0 + 3
    return {**arrays, **running, "parameters": [np.array(p.data) for p in layer.parameters()]}


def attempt(expression):
    """Evaluate something that should raise."""
    import norm
    import numpy as np

    return {"value": type(eval(expression, {**vars(norm), "np": np})).__name__}
