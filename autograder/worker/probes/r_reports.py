"""Unit r: what is asked of ``experiment.py``."""

from autograder.worker.probes import trained


def look(names, expressions, given):
    """Return the values of expressions in which names of the learner's stand."""
    import numpy as np

    scope = {"np": np}
    exec(f"from experiment import {names}", scope)
    return {"values": [eval(each, scope | given) for each in expressions]}


def attempt(names, expression, given):
    """Return the kind of what an expression gives."""
    import numpy as np

    scope = {"np": np}
    exec(f"from experiment import {names}", scope)
    return {"kind": type(eval(expression, scope | given)).__name__}


def network(model, seed, x):
    """Build a network; return its layers, and the share of numbers that each Dropout zeroed."""
    import numpy as np
    import training
    from experiment import build
    from tensor import Tensor

    made, shares = build(model, np.random.default_rng(seed)), []
    own = training.Dropout.__call__

    def watched(self, given):
        out = own(self, given)
        before, after = np.asarray(given.data), np.asarray(out.data)
        shares.append(float(np.mean(after[before != 0] == 0)))
        return out

    training.Dropout.__call__ = watched
    try:
        made.train()
        made(Tensor(x.copy()))
    finally:
        training.Dropout.__call__ = own
    return {"layers": trained.layers(made, Tensor(x[:1].copy()), [training]), "shares": shares}


def experiment(config, x, y):
    """Run an experiment; return its model's layers, its logits, once more, and the history."""
    import numpy as np
    import training
    from experiment import run
    from tensor import Tensor

    data = {**config.get("data", {}), "x": x.copy(), "y": y.copy()}
    model, history = run({**config, "data": data})
    trained.kept["experiment"] = model
    logits, repeated = (np.array(model(Tensor(x[:5].copy())).data) for _ in range(2))
    return {
        "layers": trained.layers(model, Tensor(x[:1].copy()), [training]),
        "logits": logits,
        "repeated": repeated,
        "loss": [float(loss) for loss in history["loss"]],
        "curve": [float(loss) for loss in history["curve"]],
    }


def without_gradients(config, x, y):
    """Run an experiment in which every gradient of the engine is 0; return its model's layers."""
    import numpy as np
    import tensor
    import training
    from experiment import run

    own = tensor.Tensor.backward
    tensor.Tensor.backward = lambda self, *_: own(self, np.zeros_like(self.data))
    try:
        model, _ = run({**config, "data": {"x": x.copy(), "y": y.copy()}})
    finally:
        tensor.Tensor.backward = own
    return {"layers": trained.layers(model, tensor.Tensor(x[:1].copy()), [training])}


def again(config, x, y, tests):
    """Return the logits of the model that was trained last; train it where there is none yet."""
    import numpy as np
    import training
    from experiment import run
    from tensor import Tensor

    if "experiment" not in trained.kept:
        data = {**config["data"], "x": x.copy(), "y": y.copy()}
        trained.kept["experiment"] = run({**config, "data": data})[0]
    model = trained.kept["experiment"]
    logits = np.array(model(Tensor(tests.copy())).data)
    layers = trained.layers(model, Tensor(tests[:1].copy()), [training])
    return {"logits": logits, "layers": layers}


def several(configs, x, y):
    """Run small experiments; return what each learnt, as one array, its steps and first loss."""
    import numpy as np
    from experiment import run

    numbers, steps, losses = [], [], []
    for config in configs:
        model, history = run({**config, "data": {"x": x.copy(), "y": y.copy()}})
        numbers.append(np.concatenate([np.ravel(np.array(p.data)) for p in model.parameters()]))
        steps.append(len(history["loss"]))
        losses.append(float(history["loss"][0]))
    return {"numbers": numbers, "steps": steps, "losses": losses}


def measured(model, seed, curve, x, y):
    """Build a network; return its layers, and what ``claims`` measures of it."""
    import numpy as np
    import training
    from experiment import build, claims
    from tensor import Tensor

    made = build(model, np.random.default_rng(seed))
    made.eval()
    found = claims(made, list(curve), x.copy(), y.copy())
    return {
        "layers": trained.layers(made, Tensor(x[:1].copy()), [training]),
        "claims": {
            name: int(value)
            if isinstance(value, np.integer)
            else float(value)
            if isinstance(value, np.floating)
            else value
            for name, value in found.items()
        },
    }


def engine(x, y, alpha, weights):
    """Return the loss that math.md is about, and its gradients, by the learner's own engine."""
    import numpy as np
    from tensor import Tensor, cross_entropy

    leaves = {name: Tensor(value.copy()) for name, value in weights.items()}
    hidden = (Tensor(x.copy()) @ leaves["w1"] + leaves["b1"]).tanh()
    squares = (leaves["w1"] * leaves["w1"]).sum() + (leaves["w2"] * leaves["w2"]).sum()
    loss = cross_entropy(hidden @ leaves["w2"] + leaves["b2"], y.copy()) + squares * (alpha / 2)
    loss.backward()
    return {
        "loss": float(loss.data),
        "gradients": {name: np.array(leaf.grad) for name, leaf in leaves.items()},
    }
