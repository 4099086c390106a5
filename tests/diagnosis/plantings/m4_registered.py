"""Modules that note what is assigned to them."""

ROWS = [
    ("idx-little-endian-sizes", '">%dI" % ndim', '"<%dI" % ndim'),
    ("idx-little-endian-numbers", 'newbyteorder(">")', 'newbyteorder("<")'),
    (
        "idx-fixed-header",
        "payload = stream.read()",
        "stream.seek(16)\n    payload = stream.read()",
    ),
    ("idx-signed-bytes", '8: "u1"', '8: "i1"'),
    ("idx-scaled", 'newbyteorder("="))', 'newbyteorder("=")) / 255'),
    ("idx-transposed", ".reshape(shape)\n", ".reshape(shape[::-1]).T\n"),
    (
        "idx-no-gzip",
        'if content[:2] == b"\\x1f\\x8b":',
        'if str(path).endswith(".nothing"):',
    ),
    ("idx-gzip-error-leaks", "except Exception as e", "except KeyError as e"),
    (
        "idx-truncated-accepted",
        "    if len(payload) != expected:",
        "    while len(payload) < expected and shape[0] > 0:\n"
        "        shape = (shape[0] - 1,) + shape[1:]\n"
        "        expected = math.prod(shape) * dtype.itemsize\n"
        "    payload = payload[:expected]\n"
        "    if len(payload) != expected:",
    ),
    ("split-overlaps", "train_idx = perm[n_test:]", "train_idx = perm"),
    (
        "split-drawn-twice",
        "train_idx = perm[n_test:]",
        "train_idx = rng.permutation(len(x))[n_test:]",
    ),
    (
        "split-labels-apart",
        "y[train_idx], y[test_idx]",
        "y[rng.permutation(train_idx)], y[rng.permutation(test_idx)]",
    ),
    ("split-not-shuffled", "perm = rng.permutation(len(x))", "perm = np.arange(len(x))"),
    (
        "split-fixed-seed",
        "    rng = rng or np.random.default_rng()\n",
        "    rng = np.random.default_rng(42)\n",
    ),
    (
        "split-fraction-trains",
        "int(round(len(x) * test_fraction))",
        "len(x) - int(round(len(x) * test_fraction))",
    ),
    (
        "shuffled-apart",
        "        indices = rng.permutation(indices)\n",
        "        indices = rng.permutation(indices)\n        y = rng.permutation(y)\n",
    ),
    (
        "labels-not-shuffled",
        "yield x[chosen], y[chosen]",
        "yield x[chosen], y[k * batch_size : (k + 1) * batch_size]",
    ),
    ("last-batch-dropped", "math.ceil(len(x) / batch_size)", "len(x) // batch_size"),
    ("batch-index-as-offset", "k * batch_size : (k + 1) * batch_size]", "k : k + batch_size]"),
    (
        "samples-drawn-with-repetition",
        "rng.permutation(indices)",
        "rng.integers(len(x), size=len(x))",
    ),
    (
        "shuffled-without-generator",
        "    if rng is not None:\n        indices",
        "    rng = rng if rng is not None else np.random.default_rng()\n"
        "    if rng is not None:\n        indices",
    ),
    (
        "every-epoch-same-order",
        "indices = rng.permutation(indices)",
        "indices = np.random.default_rng(0).permutation(indices)",
    ),
    ("never-shuffled", "        indices = rng.permutation(indices)\n", "        pass\n"),
    ("global-generator", "rng.permutation(indices)", "np.random.permutation(indices)"),
    ("bias-forgotten", "        out = out + self.bias\n", ""),
    ("linear-leaves-graph", "out = x @ self.weight", "out = Tensor(x.data @ self.weight.data)"),
    ("input-cut-off", "out = x @ self.weight", "out = Tensor(x.data) @ self.weight"),
    ("he-with-fan-out", "math.sqrt(2 / nin)", "math.sqrt(2 / nout)"),
    ("he-without-two", "math.sqrt(2 / nin)", "math.sqrt(1 / nin)"),
    ("glorot-without-two", "math.sqrt(2 / (nin + nout))", "math.sqrt(1 / (nin + nout))"),
    ("variance-as-deviation", "math.sqrt(2 / nin)", "2 / nin"),
    (
        "uniform-for-normal",
        "rng.standard_normal((nin, nout))",
        "rng.uniform(-1, 1, (nin, nout))",
    ),
    (
        "weights-have-own-seed",
        '        rng = rng if rng is not None else np.random.default_rng()\n        if init == "he"',
        '        rng = np.random.default_rng(0)\n        if init == "he"',
    ),
    (
        "bias-drawn",
        "Tensor(np.zeros(nout, dtype=np.float32))",
        "Tensor(rng.standard_normal(nout).astype(np.float32))",
    ),
    (
        "layers-not-chained",
        "            x = layer(x)\n        return x",
        "            out = layer(x)\n        return out",
    ),
    ("last-layer-skipped", "for layer in self.layers:", "for layer in self.layers[:-1]:"),
    (
        "parameters-without-biases",
        "for _, p in self.named_parameters():",
        'for name, p in self.named_parameters():\n            if name.endswith("bias"):\n                continue',
    ),
    (
        "parameters-miss-lists",
        "            self._register_sequence(name, value)\n",
        "            pass\n",
    ),
    (
        "zero-grad-does-nothing",
        "        for p in self.parameters():\n            p.grad = None\n",
        "        for p in self.parameters():\n            grad = None\n",
    ),
    (
        "optimizer-zero-grad-does-nothing",
        "        for p in self.params:\n            p.grad = None\n",
        "        pass\n",
    ),
    ("dropout-p-is-kept", ">= self.p", "< self.p"),
    ("dropout-not-scaled", "scale = 1.0 / (1.0 - self.p)", "scale = 1.0"),
    ("dropout-scaled-by-p", "scale = 1.0 / (1.0 - self.p)", "scale = 1.0 / self.p"),
    ("dropout-in-eval", "if self.training and self.p > 0:", "if self.p > 0:"),
    (
        "dropout-scaled-in-eval",
        "            return x * (mask * scale).astype(x.data.dtype)\n        return x\n",
        "            return x * (mask * scale).astype(x.data.dtype)\n        return x * (1 - self.p)\n",
    ),
    ("dropout-by-column", "size=x.shape)", "size=x.shape[-1:])"),
    (
        "dropout-leaves-graph",
        "return x * (mask * scale).astype(x.data.dtype)",
        "return Tensor(x.data * (mask * scale).astype(x.data.dtype))",
    ),
    (
        "eval-not-recursive",
        "        for m in self.modules():\n            m.training = False\n",
        "        self.training = False\n",
    ),
    (
        "train-not-recursive",
        "        for m in self.modules():\n            m.training = True\n",
        "        self.training = True\n",
    ),
    (
        "parameter-rebound",
        "p.data -= (self.lr * v).astype(p.data.dtype)",
        "p = p.data - (self.lr * v).astype(p.data.dtype)",
    ),
    ("update-sign", "p.data -= ", "p.data += "),
    ("momentum-reset", "            v *= self.momentum\n", "            v *= 0\n"),
    (
        "momentum-shared",
        "self.velocities = [np.zeros_like(p.data) for p in self.params]",
        "zeros = {p.shape: np.zeros_like(p.data) for p in self.params}\n"
        "        self.velocities = [zeros[p.shape] for p in self.params]",
    ),
    (
        "momentum-times-lr",
        "            v += d_p\n            p.data -= (self.lr * v)",
        "            v += self.lr * d_p\n            p.data -= (v)",
    ),
    ("momentum-averaged", "v += d_p", "v += (1 - self.momentum) * d_p"),
    ("nesterov", "(self.lr * v)", "(self.lr * (d_p + self.momentum * v))"),
    ("weight-decay-sign", "p.grad + self.weight_decay", "p.grad - self.weight_decay"),
    (
        "weight-decay-on-top",
        "            d_p = p.grad + self.weight_decay * p.data\n",
        "            d_p = p.grad\n            p.data -= self.lr * self.weight_decay * p.data\n",
    ),
    (
        "weight-decay-without-lr",
        "            d_p = p.grad + self.weight_decay * p.data\n",
        "            d_p = p.grad\n            p.data -= self.weight_decay * p.data\n",
    ),
    ("weight-decay-ignored", "p.grad + self.weight_decay * p.data", "p.grad"),
    (
        "learning-rate-frozen",
        "        self.lr = lr\n",
        "        self.lr = self.lr0 = lr\n",
        "(self.lr * v)",
        "(self.lr0 * v)",
    ),
    ("step-decay-continuous", "drops = step // every", "drops = step / every"),
    ("step-decay-off-by-one", "drops = step // every", "drops = (step + 1) // every"),
    ("warmup-from-zero", "lr * (step + 1) / warmup", "lr * step / warmup"),
    (
        "decay-during-warmup",
        "(step - warmup) / (steps - warmup)",
        "step / steps",
    ),
    ("cosine-last-step-zero", "/ (steps - warmup)", "/ max(1, steps - warmup - 1)"),
    (
        "cosine-rises-again",
        "        if step >= steps:\n            return 0.0\n",
        "",
        "/ (steps - warmup)",
        "/ max(1, steps - warmup)",
    ),
    ("cosine-whole-wave", "math.cos(math.pi * progress)", "math.cos(2 * math.pi * progress)"),
    ("gradients-not-zeroed", "    optimizer.zero_grad()\n", ""),
    (
        "zeroed-after-backward",
        "    optimizer.zero_grad()\n    loss = cross_entropy(model(xb), yb)\n    loss.backward()\n",
        "    loss = cross_entropy(model(xb), yb)\n    loss.backward()\n    optimizer.zero_grad()\n",
    ),
    (
        "step-before-backward",
        "    loss.backward()\n    optimizer.step()\n",
        "    optimizer.step()\n    optimizer.zero_grad()\n    loss.backward()\n",
        "    optimizer.zero_grad()\n    loss =",
        "    loss =",
    ),
    (
        "two-steps-a-batch",
        "    optimizer.step()\n    return",
        "    optimizer.step()\n    optimizer.step()\n    return",
    ),
    (
        "loss-after-step",
        "    return float(loss.data)",
        "    return float(cross_entropy(model(xb), yb).data)",
    ),
    (
        "loss-of-epoch",
        'history["loss"].append(train_step(model, xb, yb, optimizer))\n            global_step += 1\n',
        'loss = train_step(model, xb, yb, optimizer)\n            global_step += 1\n        history["loss"].append(loss)\n',
    ),
    (
        "loss-summed",
        "cross_entropy(model(xb), yb)\n    loss.backward()",
        "cross_entropy(model(xb), yb) * len(yb)\n    loss.backward()",
    ),
    (
        "whole-set-every-step",
        "train_step(model, xb, yb, optimizer)",
        "train_step(model, x, y, optimizer)",
    ),
    (
        "fit-own-optimiser",
        "    global_step = 0\n",
        "    global_step = 0\n    optimizer = SGD(model.parameters(), optimizer.lr)\n",
    ),
    (
        "fit-never-shuffles",
        "in batches(x, y, batch_size, rng):",
        "in batches(x, y, batch_size):",
    ),
    (
        "fit-same-order",
        "in batches(x, y, batch_size, rng):",
        "in batches(x, y, batch_size, np.random.default_rng(0)):",
    ),
    (
        "schedule-by-epoch",
        "schedule(global_step)",
        "schedule(epoch)",
        "for _ in range(epochs)",
        "for epoch in range(epochs)",
    ),
    ("schedule-from-one", "schedule(global_step)", "schedule(global_step + 1)"),
    (
        "schedule-after-step",
        "            if schedule is not None:\n                optimizer.lr = schedule(global_step)\n",
        "",
        "            global_step += 1\n",
        "            if schedule is not None:\n                optimizer.lr = schedule(global_step)\n            global_step += 1\n",
    ),
    (
        "schedule-restarts",
        "    global_step = 0\n    for _ in range(epochs):\n",
        "    for _ in range(epochs):\n        global_step = 0\n",
    ),
    ("schedule-ignored", "optimizer.lr = schedule(global_step)", "lr = schedule(global_step)"),
    (
        "train-mode-once",
        "    for _ in range(epochs):\n        model.train()\n",
        "    model.train()\n    for _ in range(epochs):\n",
        "    for m, mode in modes:\n        m.training = mode\n",
        "",
    ),
    ("validated-in-train-mode", "    model.eval()\n    outputs", "    outputs"),
    (
        "validation-trained-on",
        "    global_step = 0\n",
        "        x, y = np.concatenate([x, validation[0]]), np.concatenate([y, validation[1]])\n"
        "    global_step = 0\n",
    ),
    (
        "validation-step",
        "        if validation is not None:\n            history",
        "        if validation is not None:\n            train_step(model, *validation, optimizer)\n            history",
    ),
    ("validation-is-training-accuracy", "accuracy(model, *validation)", "accuracy(model, x, y)"),
    ("argmax-over-samples", "logits.argmax(axis=1)", "logits.argmax(axis=0)"),
    (
        "predictions-of-last-batch",
        "outputs.append(logits.argmax(axis=1))",
        "outputs = [logits.argmax(axis=1)]",
    ),
    ("accuracy-without-mean", "float(np.mean(correct))", "correct"),
    ("accuracy-in-percent", "float(np.mean(correct))", "100 * float(np.mean(correct))"),
    (
        "accuracy-broadcasts",
        "    if y.shape != (len(x),):\n",
        "    if len(y) != len(x):\n",
    ),
    (
        "save-drops-biases",
        "        state[name] = p.data\n",
        '        if "bias" not in name:\n            state[name] = p.data\n',
        "    if set(own) != set(state):\n",
        "    own = {name: p for name, p in own.items() if name in state}\n    if set(own) != set(state):\n",
    ),
    (
        "save-adds-suffix",
        '    with open(path, "wb") as f:\n        np.savez(f, **state)',
        "    np.savez(path, **state)",
    ),
    (
        "load-does-nothing",
        "own[name].data = state[name].astype(own[name].data.dtype)",
        "own[name] = state[name].astype(own[name].data.dtype)",
    ),
    (
        "load-compares-names-only",
        "        if own[name].shape != state[name].shape:\n"
        '            raise ValueError("%s is %s in the file" % (name, state[name].shape))\n',
        "",
    ),
    (
        "load-half-done",
        '            raise ValueError("%s does not hold real numbers" % name)\n    for name in own:\n',
        '            raise ValueError("%s does not hold real numbers" % name)\n',
    ),
    (
        "settings-not-checked",
        "        if lr < 0:\n"
        '            raise ValueError("lr must not be negative")\n'
        "        if not 0 <= momentum < 1:\n"
        '            raise ValueError("momentum must be in [0, 1)")\n',
        "",
    ),
    (
        "unknown-init-accepted",
        '            raise ValueError("unknown init: %r" % (init,))\n',
        "            std = math.sqrt(2 / nin)\n",
    ),
    (
        "classifier-unseeded",
        "rng = np.random.default_rng(seed)",
        "rng = np.random.default_rng()",
    ),
]
