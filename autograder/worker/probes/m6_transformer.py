"""Milestone 6: what is asked of ``gpt.py``."""


def tokenize(text, others, ids):
    """Return vocab_size, the ids of each other text and the text of each list of ids."""
    from gpt import CharTokenizer

    tokenizer = CharTokenizer(text)
    encoded = [[int(each) for each in tokenizer.encode(other)] for other in others]
    decoded = [tokenizer.decode(list(row)) for row in ids]
    again = [tokenizer.decode(tokenizer.encode(other)) for other in others]
    size = int(tokenizer.vocab_size)
    return {"vocab_size": size, "encoded": encoded, "decoded": decoded, "again": again}


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


def baseline(vocab_size, x, y, steps, lr):
    """Train a Bigram by plain gradient steps; return its probabilities for every id."""
    import numpy as np
    from gpt import Bigram
    from tensor import cross_entropy

    model = Bigram(vocab_size, rng=np.random.default_rng(0))
    for _ in range(steps):
        model.zero_grad()
        cross_entropy(model(x.copy()).reshape(-1, vocab_size), y.ravel()).backward()
        for p in model.parameters():
            p.data = p.data - lr * p.grad
    logits = model(np.arange(vocab_size)[None])
    return {"frequencies": np.array(logits.softmax().data)[0]}


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
    """Return what ``model`` generates from ids with each seed."""
    import gpt
    import numpy as np

    scope = {**vars(gpt), "np": np}
    exec(program, scope)
    for name, value in weights.items():
        exec(f"model.{name}.data = value", scope | {"value": value.copy()})
    said = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        text = scope["model"].generate(list(ids), count, temperature=temperature, rng=rng)
        said.append(np.array([int(token) for token in np.ravel(text)]))
    return {"said": said}


def count(block_size, layers, ids, head, cotangent):
    """Count Tensors that are born while models of so many layers run; look at their gradients."""
    import gpt
    import numpy as np
    import tensor

    born, make, births, kinds, reached = [0], tensor.Tensor.__new__, [], [], []

    def counted(cls, *args, **kwargs):
        born[0] += 1
        return make(cls) if make is object.__new__ else make(cls, *args, **kwargs)

    tensor.Tensor.__new__ = staticmethod(counted)
    for n_layer in layers:
        model = gpt.GPT(head.shape[1], block_size, n_layer, 2, 8, rng=np.random.default_rng(0))
        model.head.weight.data = head.copy()  # a head may begin with zeros
        before, logits = born[0], model(ids.copy())
        births.append(born[0] - before)
        every = [logits, *model.parameters()]
        kinds.append(all(isinstance(each, tensor.Tensor) for each in every))
        logits.backward(cotangent.copy())
        reached.append([p.grad is not None and bool(np.any(p.grad != 0)) for p in every[1:]])
    return {"births": births, "kinds": kinds, "reached": reached}


def learn(program, x, y, first, lr, contexts):
    """Train ``model`` on a batch a step; return last logits for contexts it has not seen.

    The loss counts from position `first` on.
    """
    import gpt
    import numpy as np
    from tensor import cross_entropy

    scope = {**vars(gpt), "np": np, "rng": np.random.default_rng(0)}
    exec(program, scope)
    model = scope["model"]
    parameters = model.parameters()
    optimizer = gpt.Adam(parameters, lr=lr)
    for ids, targets in zip(x, y):
        optimizer.zero_grad()
        logits = model(ids.copy())[:, first:]
        size = logits.shape[-1]
        cross_entropy(logits.reshape(-1, size), targets[:, first:].ravel()).backward()
        gpt.clip_grad_norm(parameters, 1.0)
        optimizer.step()
    return {"logits": [np.array(model(ids.copy()).data)[:, -1] for ids in contexts]}


def fresh(vocab_size, block_size, n_embd, ids, seeds):
    """Return the logits and all parameters of a new model for each seed."""
    import gpt
    import numpy as np

    found, weights = [], []
    for seed in seeds:
        model = gpt.GPT(vocab_size, block_size, 2, 2, n_embd, rng=np.random.default_rng(seed))
        weights.append(np.concatenate([np.ravel(p.data) for p in model.parameters()]))
        found.append(np.array(model(ids.copy()).data))
    return {"logits": found, "weights": weights}


def predict(tokens, vocab_size, seed, block_size, max_steps, contexts):
    """Train a language model once; return its logits for what follows each context."""
    import numpy as np
    from gpt import train_gpt

    kept, key = vars(predict), (tokens.tobytes(), seed, block_size, max_steps)
    if kept.get("key") != key:
        options = {"block_size": block_size, "max_steps": max_steps}
        kept["model"] = train_gpt(tokens.astype(np.int64), vocab_size, seed, **options)
        kept["key"] = key
    rows = contexts.astype(np.int64)
    parts = [rows[i : i + 64] for i in range(0, len(rows), 64)]
    return {"logits": np.concatenate([np.array(kept["model"](p).data)[:, -1] for p in parts])}


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


def train_again(tokens, vocab_size, seeds, block_size, max_steps, ids):
    """Return the logits of a model trained with each seed, and whether the tokens are as before."""
    import numpy as np
    from gpt import train_gpt

    states, found, given = [], [], tokens.copy()
    for place, seed in enumerate(seeds):
        np.random.seed(place)
        states.append(np.array(np.random.get_state()[1]))
        model = train_gpt(given, vocab_size, seed, block_size=block_size, max_steps=max_steps)
        found.append(np.array(model(ids.copy()).data))
        states.append(np.array(np.random.get_state()[1]))
    return {"logits": found, "tokens": given, "states": states}


def steps(x, y, vocab_size, block_size, n_layer, n_head, n_embd):
    """Train a GPT for some steps; return the seconds that each step took and the last logits."""
    import time

    import gpt
    import numpy as np
    from tensor import cross_entropy

    model = gpt.GPT(vocab_size, block_size, n_layer, n_head, n_embd, rng=np.random.default_rng(0))
    parameters = model.parameters()
    optimizer, seconds = gpt.Adam(parameters, lr=3e-3), []
    for ids, targets in zip(x, y):
        begun = time.perf_counter()
        optimizer.zero_grad()
        logits = model(ids.copy())
        cross_entropy(logits.reshape(-1, vocab_size), targets.ravel()).backward()
        gpt.clip_grad_norm(parameters, 1.0)
        optimizer.step()
        seconds.append(time.perf_counter() - begun)
    return {"seconds": seconds, "logits": np.array(model(x[0].copy()).data)}
