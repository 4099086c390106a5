"""Unit x.rnn: what is asked of ``rnn.py``."""


def _layer(kind, weights):
    import numpy as np
    import rnn

    nin, n = len(weights["w_in"]), len(weights["w_hidden"])
    model = getattr(rnn, kind)(nin, n, np.random.default_rng(0))
    for name, value in weights.items():
        getattr(model, name).data = value.copy()
    return model


def _given(kind, state):
    copies = [part.copy() for part in state]
    return copies[0] if kind == "RNN" else tuple(copies)


def _parts(kind, state):
    import numpy as np

    parts = [state] if kind == "RNN" else list(state)
    return [np.array(p) if isinstance(p, np.ndarray) else type(p).__name__ for p in parts]


def _gradients(leaves):
    import numpy as np

    return {
        name: None if leaf.grad is None else np.array(leaf.grad) for name, leaf in leaves.items()
    }


def read(kind, weights, x, state, cotangent):
    """Read sequences; return outputs and state and, with a cotangent, all gradients."""
    import numpy as np
    from tensor import Tensor

    model, data = _layer(kind, weights), Tensor(x.copy())
    out, after = model(data) if state is None else model(data, _given(kind, state))
    answer = {"out": np.array(out.data), "state": _parts(kind, after)}
    if cotangent is None:
        return answer
    (out * Tensor(cotangent.copy())).sum().backward()
    leaves = {"x": data} | {name: getattr(model, name) for name in weights}
    return {**answer, "grads": _gradients(leaves)}


def halves(kind, weights, x, state, cut):
    """Read sequences at once, and in two halves; return both, and the states."""
    import numpy as np

    model, given = _layer(kind, weights), _given(kind, state)
    whole, _ = model(x.copy(), given)
    one, between = model(x[:, :cut].copy(), _given(kind, state))
    other, last = model(x[:, cut:].copy(), between)
    return {
        "whole": np.array(whole.data),
        "halves": np.concatenate([one.data, other.data], axis=1),
        "state": _parts(kind, last),
        "given": _parts(kind, given),
    }


def across(kind, weights, first, second, cotangent):
    """Read two halves; return the gradients of a loss of the second."""
    import numpy as np
    from tensor import Tensor

    model, before, after = _layer(kind, weights), Tensor(first.copy()), Tensor(second.copy())
    _, state = model(before)
    out, _ = model(after, state)
    (out * Tensor(cotangent.copy())).sum().backward()
    leaves = {"x": after} | {name: getattr(model, name) for name in weights}
    reached = np.zeros_like(first) if before.grad is None else np.array(before.grad)
    return {"first": reached, "grads": _gradients(leaves)}


def fresh(kind, nin, nhidden, seeds):
    """Return the parameters of a layer made anew with each seed."""
    import numpy as np
    import rnn

    made = [getattr(rnn, kind)(nin, nhidden, np.random.default_rng(seed)) for seed in seeds]
    return {"made": [[np.array(p.data) for p in model.parameters()] for model in made]}


def copy(symbols, length, seed, backward):
    """Train; return the weights of both parts. Without `backward` every gradient is 0."""
    import numpy as np
    import tensor

    own = tensor.Tensor.backward
    if not backward:
        tensor.Tensor.backward = lambda self, *_: own(self, np.zeros_like(self.data))
    try:
        from rnn import train_copy

        model, readout = train_copy(symbols, length, seed)
    finally:
        tensor.Tensor.backward = own
    arrays = {name: np.array(getattr(model, name).data) for name in ("w_in", "w_hidden", "bias")}
    return {
        **arrays,
        "weight": np.array(readout.weight.data),
        "offset": np.array(readout.bias.data),
    }


def attempt(expression):
    """Evaluate something that should raise."""
    import numpy as np
    import rnn

    scope = {**vars(rnn), "np": np, "rng": np.random.default_rng(0)}
    return {"value": type(eval(expression, scope)).__name__}
