"""Unit x.optim: what is asked of ``optim.py``."""


def walk(name, settings, params, gradients, rates):
    """Give parameters these gradients, step by step; return where each is after every step."""
    import numpy as np
    import optim
    from tensor import Tensor

    leaves, paths = [Tensor(p.copy()) for p in params], []
    how = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    optimizer = getattr(optim, name)(leaves, lr=rates[0], **how)
    for step, rate in enumerate(rates):
        if step and rate != rates[step - 1]:
            optimizer.lr = rate
        optimizer.zero_grad()
        for leaf, row in zip(leaves, gradients):
            if row[step] is None:
                leaf.grad = None
            else:
                (leaf * Tensor(row[step].copy())).sum().backward()
        optimizer.step()
        paths.append([np.array(leaf.data) for leaf in leaves])
    return {"paths": [np.stack(path) for path in zip(*paths)]}


def penalise(params, alpha):
    """Return the penalty of parameters, and its gradients."""
    import numpy as np
    from optim import l1_penalty
    from tensor import Tensor

    leaves = [Tensor(p.copy()) for p in params]
    penalty = l1_penalty(leaves, alpha)
    penalty.backward()
    return {"penalty": np.array(penalty.data), "grads": [np.array(leaf.grad) for leaf in leaves]}


def attempt(expression):
    """Evaluate something that should raise."""
    import numpy as np
    import optim
    from tensor import Tensor

    scope = {**vars(optim), "P": [Tensor(np.ones(3))]}
    return {"value": type(eval(expression, scope)).__name__}
