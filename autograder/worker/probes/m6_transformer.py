"""Milestone 6: what is asked of ``gpt.py``."""

from autograder.worker.probes import trained


def encode(text, others):
    """Return vocab_size, and the ids of each other text."""
    from gpt import CharTokenizer

    tokenizer = CharTokenizer(text)
    encoded = [[int(each) for each in tokenizer.encode(other)] for other in others]
    return {"vocab_size": int(tokenizer.vocab_size), "encoded": encoded}


def decode(text, ids):
    """Return the text of each list of ids."""
    from gpt import CharTokenizer

    tokenizer = CharTokenizer(text)
    return {"decoded": [tokenizer.decode(list(row)) for row in ids]}


def draw(tokens, block_size, batch_size, seeds):
    """Return a batch for each seed, and the tokens afterwards."""
    import numpy as np
    from gpt import get_batch

    tokens, pairs = tokens.copy(), []
    for seed in seeds:
        x, y = get_batch(tokens, block_size, batch_size, np.random.default_rng(seed))
        pairs.append([np.array(x), np.array(y)])
    return {"pairs": pairs, "tokens": tokens}


def run(program, weights, x, cotangent):
    """Run x through ``model`` with these weights; return output and all gradients."""
    import gpt
    import numpy as np
    from tensor import Tensor

    scope = {**vars(gpt), "np": np}
    exec(program, scope)
    for name, value in weights.items():
        exec(f"model.{name}.data = value", scope | {"value": value.copy()})
    data = Tensor(x.copy()) if x.dtype.kind == "f" else x.copy()
    out = scope["model"](data)
    (out * Tensor(cotangent.copy())).sum().backward()
    leaves = {name: eval(f"model.{name}", scope) for name in weights}
    leaves |= {"x": data} if x.dtype.kind == "f" else {}
    grads = {
        name: None if leaf.grad is None else np.array(leaf.grad) for name, leaf in leaves.items()
    }
    return {"out": np.array(out.data), "grads": grads}


def outputs(program, weights, inputs):
    """Return what ``model`` with these weights gives for each input."""
    import gpt
    import numpy as np
    from tensor import Tensor

    scope = {**vars(gpt), "np": np}
    exec(program, scope)
    for name, value in weights.items():
        exec(f"model.{name}.data = value", scope | {"value": value.copy()})
    data = [Tensor(x.copy()) if x.dtype.kind == "f" else x.copy() for x in inputs]
    return {"outs": [np.array(scope["model"](x).data) for x in data]}


def look(program, expressions, arrays):
    """Run `program`, then return what each expression says."""
    import gpt
    import numpy as np
    from tensor import Tensor, cross_entropy

    def plain(got):
        if isinstance(got, (list, tuple)):
            return [plain(item) for item in got]
        told = got is None or isinstance(got, (bool, int, float, str, np.ndarray, np.generic))
        return got if told else type(got).__name__

    scope = {**vars(gpt), "np": np, "Tensor": Tensor, "cross_entropy": cross_entropy}
    scope |= {name: array.copy() for name, array in arrays.items()}
    exec(program, scope)
    return {"values": [plain(eval(expression, scope)) for expression in expressions]}


def attempt(program, expression):
    """Evaluate something that should raise."""
    import gpt
    import numpy as np
    from tensor import Tensor

    scope = {**vars(gpt), "np": np, "Tensor": Tensor}
    exec(program, scope)
    return {"value": type(eval(expression, scope)).__name__}


def baseline(table, x, y, steps, lr):
    """Train a Bigram that begins with this table by plain gradient steps; return its table."""
    import numpy as np
    from gpt import Bigram
    from tensor import cross_entropy

    model = Bigram(len(table), rng=np.random.default_rng(0))
    model.parameters()[0].data = table.copy()
    for _ in range(steps):
        model.zero_grad()
        cross_entropy(model(x.copy()).reshape(-1, len(table)), y.ravel()).backward()
        for p in model.parameters():
            p.data = p.data - lr * p.grad
    return {"table": np.array(model.parameters()[0].data)}


def descend(params, targets, curvatures, rates, betas, eps, max_norm):
    """Minimise sum(c (p - t)^2) by Adam, clipped if asked; return all paths and norms."""
    import numpy as np
    from gpt import Adam, clip_grad_norm
    from tensor import Tensor

    leaves, paths, norms = [Tensor(p.copy()) for p in params], [], []
    optimizer = Adam(leaves, lr=rates[0], **({"betas": tuple(betas), "eps": eps} if betas else {}))
    for rate in rates:
        if len(set(rates)) > 1:
            optimizer.lr = rate
        optimizer.zero_grad()
        for leaf, target, curvature in zip(leaves, targets, curvatures):
            away = leaf - Tensor(target.copy())
            (away * away * Tensor(curvature.copy())).sum().backward()
        if max_norm:
            norms.append(float(clip_grad_norm(leaves, max_norm)))
        optimizer.step()
        paths.append([np.array(leaf.data) for leaf in leaves])
    return {"paths": [np.stack(path) for path in zip(*paths)], "norms": norms}


def clip(grads, max_norm):
    """Give parameters these gradients, clip them; return the norm and what is left."""
    import numpy as np
    from gpt import clip_grad_norm
    from tensor import Tensor

    leaves = [Tensor(np.zeros_like(g)) for g in grads]
    for leaf, g in zip(leaves, grads):
        (leaf * Tensor(g.copy())).sum().backward()
    idle = Tensor(np.ones(3))  # has no gradient
    norm = clip_grad_norm([*leaves, idle], max_norm)
    return {"norm": float(norm), "grads": [np.array(leaf.grad) for leaf in leaves]}


def speak(program, weights, ids, count, temperature, seeds):
    """Return what ``model`` generates from ids with each seed, and the ids afterwards.

    Without a temperature, or without a seed, it is not given one.
    """
    import gpt
    import numpy as np

    scope = {**vars(gpt), "np": np}
    exec(program, scope)
    for name, value in weights.items():
        exec(f"model.{name}.data = value", scope | {"value": value.copy()})
    options, said, after = {} if temperature is None else {"temperature": temperature}, [], []
    for seed in seeds:
        more = {} if seed is None else {"rng": np.random.default_rng(seed)}
        begun = list(ids)
        text = scope["model"].generate(begun, count, **options, **more)
        said.append(np.array([int(token) for token in np.ravel(text)]))
        after.append([int(token) for token in begun])
    return {"said": said, "ids": after}


def count(programs, weights, ids, cotangent):
    """Count Tensors that are born while models run; return their outputs and gradients."""
    import gpt
    import numpy as np
    import tensor

    born, make, births, kinds, outs, grads = [0], tensor.Tensor.__new__, [], [], [], []

    def counted(cls, *args, **kwargs):
        born[0] += 1
        return make(cls) if make is object.__new__ else make(cls, *args, **kwargs)

    tensor.Tensor.__new__ = staticmethod(counted)
    for program, own in zip(programs, weights):
        scope = {**vars(gpt), "np": np}
        exec(program, scope)
        for name, value in own.items():
            exec(f"model.{name}.data = value", scope | {"value": value.copy()})
        before, logits = born[0], scope["model"](ids.copy())
        births.append(born[0] - before)
        leaves = {name: eval(f"model.{name}", scope) for name in own}
        kinds.append(all(isinstance(each, tensor.Tensor) for each in (logits, *leaves.values())))
        outs.append(np.array(logits.data))
        logits.backward(cotangent.copy())
        grads.append({k: None if p.grad is None else np.array(p.grad) for k, p in leaves.items()})
    return {"births": births, "kinds": kinds, "outs": outs, "grads": grads}


def learn(program, weights, x, y, first, lr):
    """Train ``model`` from these weights on a batch a step, by a loss from position `first` on.

    Returns its parameters after the first step and after the last.
    """
    import gpt
    import numpy as np
    from tensor import cross_entropy

    scope, found = {**vars(gpt), "np": np}, []
    exec(program, scope)
    for name, value in weights.items():
        exec(f"model.{name}.data = value", scope | {"value": value.copy()})
    model = scope["model"]
    parameters = model.parameters()
    optimizer = gpt.Adam(parameters, lr=lr)
    for step, (ids, targets) in enumerate(zip(x, y)):
        optimizer.zero_grad()
        logits = model(ids.copy())[:, first:]
        size = logits.shape[-1]
        cross_entropy(logits.reshape(-1, size), targets[:, first:].ravel()).backward()
        gpt.clip_grad_norm(parameters, 1.0)
        optimizer.step()
        if step in (0, len(x) - 1):
            found.append({name: np.array(eval(f"model.{name}.data", scope)) for name in weights})
    return {"first": found[0], "last": found[-1]}


def fresh(vocab_size, block_size, n_embd, names, seeds):
    """Return the parameters of a new model for each seed (None: no generator)."""
    import gpt
    import numpy as np

    found = []
    for seed in seeds:
        more = {} if seed is None else {"rng": np.random.default_rng(seed)}
        model = gpt.GPT(vocab_size, block_size, 2, 2, n_embd, **more)
        scope = {"model": model}
        found.append({name: np.array(eval(f"model.{name}.data", scope)) for name in names})
    return {"weights": found}


def parameters(program, weights):
    """Give ``model`` these weights; return the shapes before, and model.parameters() after it."""
    import gpt
    import numpy as np

    scope = {**vars(gpt), "np": np}
    exec(program, scope)
    shapes = {name: list(eval(f"model.{name}.shape", scope)) for name in weights}
    for name, value in weights.items():
        exec(f"model.{name}.data = value", scope | {"value": value.copy()})
    return {"shapes": shapes, "found": [np.array(p.data) for p in scope["model"].parameters()]}


def predict(
    tokens, vocab_size, seed, block_size, max_steps, contexts, names, block_names, start, stop
):
    """Train a language model once; return its logits for what follows each context, and weights.

    The weights are those of its parts that are called so, and of each of its blocks; without
    names those of all its parameters. They come as one row of numbers, from `start` to `stop`.
    """
    from contextlib import suppress

    import numpy as np
    from gpt import train_gpt

    kept, key = vars(predict), (tokens.tobytes(), seed, block_size, max_steps)
    if kept.get("key") != key:
        options = {"block_size": block_size, "max_steps": max_steps}
        with trained.count_passes() as passes:
            kept["model"] = train_gpt(tokens.astype(np.int64), vocab_size, seed, **options)
        with suppress(Exception):  # a model may do without
            kept["model"].eval()
        kept["key"], kept["passes"] = key, passes[0]
    model, rows = kept["model"], contexts.astype(np.int64)
    try:
        blocks = range(len(model.blocks) if names else 0)
        names = [*names, *(f"blocks[{k}].{name}" for k in blocks for name in block_names)]
        own = [eval(f"model.{name}", {"model": model}) for name in names]
    except (AttributeError, LookupError, TypeError):
        own = []  # another model than the contract's
    if not names:
        own = list(getattr(model, "parameters", list)())
    arrays = [np.asarray(getattr(p, "data", p), np.float32) for p in own]
    shapes = [[names[k] if names else "", list(x.shape)] for k, x in enumerate(arrays)]
    flat = np.concatenate([np.zeros(0, np.float32), *map(np.ravel, arrays)])[start:stop]
    parts = [rows[i : i + 64] for i in range(0, len(rows), 64)]
    logits = [np.array(model(part).data)[:, -1] for part in parts]
    return {
        "logits": np.concatenate(logits),
        "shapes": shapes,
        "flat": flat,
        "passes": kept["passes"],
    }


def carry(tokens, vocab_size, seed, block_size, max_steps, weights, contexts):
    """Give another trained model these weights; return what it predicts then."""
    from contextlib import suppress

    import numpy as np
    from gpt import train_gpt

    options = {"block_size": block_size, "max_steps": max_steps}
    model = train_gpt(tokens.astype(np.int64), vocab_size, seed, **options)
    with suppress(Exception):  # a model may do without
        model.eval()
    own = list(model.parameters())
    shapes = [list(np.shape(p.data)) for p in own]
    if shapes != [list(value.shape) for value in weights]:
        return {"shapes": shapes, "logits": np.zeros(0)}
    for p, value in zip(own, weights):
        p.data = value.astype(p.data.dtype)
    return {"shapes": shapes, "logits": np.array(model(contexts.astype(np.int64)).data)[:, -1]}


def train_without_gradients(tokens, vocab_size, seed, block_size, max_steps, contexts):
    """Train a language model while every gradient is 0; return what it predicts."""
    from contextlib import suppress

    import numpy as np
    from gpt import train_gpt

    logits = np.zeros((len(contexts), vocab_size))
    options = {"block_size": block_size, "max_steps": max_steps}
    with suppress(Exception), trained.no_gradients():  # what divides by the gradients' norm
        model = train_gpt(tokens.astype(np.int64), vocab_size, seed, **options)
        with suppress(Exception):  # a model may do without
            model.eval()
        logits = np.array(model(contexts.astype(np.int64)).data)[:, -1]
    return {"logits": np.nan_to_num(logits)}


def sample(tokens, vocab_size, seed, block_size, max_steps, ids, count):
    """Return a continuation by the model that `predict` trained, or by a new one."""
    import numpy as np
    from gpt import train_gpt

    kept = vars(globals()["predict"]) if "predict" in globals() else {}
    model = kept.get("model")
    if model is None:
        options = {"block_size": block_size, "max_steps": max_steps}
        model = train_gpt(tokens.astype(np.int64), vocab_size, seed, **options)
    said = model.generate(ids.tolist(), count, temperature=0.8, rng=np.random.default_rng(seed))
    return {"said": np.array([int(token) for token in np.ravel(said)])}


def train_again(tokens, vocab_size, seeds, block_size, max_steps, ids, backward):
    """Return the logits of a model trained with each seed, and the tokens afterwards.

    With them comes how many backward passes the last one took, and how many steps the busiest
    optimiser made that is an Adam or SGD of the learner's. Without `backward` every gradient is 0.
    """
    import sys
    from contextlib import nullcontext

    import numpy as np
    from gpt import train_gpt

    made = {}

    def counting(kind, step):
        def counted(self, *args, **kwargs):
            made.setdefault((kind, id(self)), [0, self])[0] += 1  # kept: no other has its id then
            return step(self, *args, **kwargs)

        return counted

    for module, name in (("gpt", "Adam"), ("training", "SGD")):
        kind = getattr(sys.modules.get(module), name, None)
        if isinstance(kind, type) and "step" in vars(kind):
            kind.step = counting(kind, kind.step)
    states, found, given = [], [], tokens.copy()
    for seed in seeds:
        np.random.seed(seed)
        options = {"block_size": block_size, "max_steps": max_steps}
        idle = nullcontext() if backward else trained.no_gradients()
        with idle, trained.count_passes() as passes:
            model = train_gpt(given, vocab_size, seed, **options)
        found.append(np.array(model(ids.copy()).data))
        states.append(np.array(np.random.get_state()[1]))
    return {
        "logits": found,
        "tokens": given,
        "states": states,
        "passes": passes[0],
        "steps": max((count for count, _ in made.values()), default=0),
    }
