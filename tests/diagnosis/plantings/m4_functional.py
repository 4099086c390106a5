"""Functions on plain dicts of arrays and Tensors."""

ROWS = [
    ("idx-little-endian-sizes", '"big")', '"little")'),
    (
        "idx-little-endian-numbers",
        "return numbers.byteswap().reshape(sizes) if kind.itemsize > 1 else numbers.reshape(sizes).copy()",
        "return numbers.reshape(sizes).copy()",
    ),
    ("idx-fixed-header", "start = 4 + 4 * raw[3]", "start = 16"),
    (
        "idx-header-counts-as-data",
        "numbers = np.frombuffer(raw, kind, count, start)",
        "numbers = np.frombuffer(raw, kind, count)",
    ),
    ("idx-signed-bytes", "np.dtype(np.uint8)", "np.dtype(np.int8)"),
    (
        "idx-bytes-only",
        "    elif raw[2] == 0x0B:\n        kind = np.dtype(np.int16)\n"
        "    elif raw[2] == 0x0C:\n        kind = np.dtype(np.int32)\n"
        "    elif raw[2] == 0x0D:\n        kind = np.dtype(np.float32)\n"
        "    elif raw[2] == 0x0E:\n        kind = np.dtype(np.float64)\n",
        "",
    ),
    (
        "idx-scaled",
        "numbers = np.frombuffer(raw, kind, count, start)",
        "numbers = np.frombuffer(raw, kind, count, start)\n"
        "    if kind == np.uint8:\n        return numbers.reshape(sizes) / 255.0",
    ),
    (
        "idx-no-gzip",
        '    if raw.startswith(b"\\x1f\\x8b"):\n        try:\n            raw = gzip.decompress(raw)\n'
        "        except (OSError, EOFError, zlib.error) as error:\n"
        '            raise ValueError("the compressed file is damaged") from error\n',
        "",
    ),
    (
        "idx-gzip-error-leaks",
        "except (OSError, EOFError, zlib.error) as error",
        "except OSError as error",
    ),
    (
        "idx-truncated-accepted",
        "    if start + count * kind.itemsize != len(raw):",
        "    if start + count * kind.itemsize > len(raw):\n"
        "        sizes[0] = (len(raw) - start) // (count // sizes[0] * kind.itemsize)\n"
        "        count = reduce(lambda a, b: a * b, sizes, 1)\n"
        "        raw = raw[: start + count * kind.itemsize]\n"
        "    if start + count * kind.itemsize != len(raw):",
    ),
    ("idx-foreign-accepted", "if len(raw) < 4 or raw[0] or raw[1]:", "if len(raw) < 4:"),
    (
        "split-overlaps",
        "return x[~is_test], x[is_test], y[~is_test], y[is_test]",
        "return x[:], x[is_test], y[:], y[is_test]",
    ),
    (
        "split-not-shuffled",
        "is_test[generator(rng).choice(n, share, replace=False)] = True",
        "is_test[-share:] = True",
    ),
    ("split-fixed-seed", "generator(rng).choice", "np.random.default_rng(1).choice"),
    (
        "split-fraction-trains",
        "return x[~is_test], x[is_test], y[~is_test], y[is_test]",
        "return x[is_test], x[~is_test], y[is_test], y[~is_test]",
    ),
    (
        "split-normalised-by-all",
        "    is_test = np.zeros(n, dtype=bool)\n",
        "    is_test = np.zeros(n, dtype=bool)\n"
        "    x = (x - np.mean(x, axis=0)) / (np.std(x, axis=0) + 1e-8)\n",
    ),
    (
        "shuffled-apart",
        "    return ((x[part], y[part]) for part in np.split(order, cuts))",
        "    other = np.arange(n) if rng is None else rng.permutation(n)\n"
        "    return ((x[a], y[b]) for a, b in zip(np.split(order, cuts), np.split(other, cuts)))",
    ),
    (
        "labels-not-shuffled",
        "((x[part], y[part]) for part in np.split(order, cuts))",
        "((x[part], labels) for part, labels in zip(np.split(order, cuts), np.split(y, cuts)))",
    ),
    (
        "last-batch-dropped",
        "for part in np.split(order, cuts))",
        "for part in np.split(order, cuts) if len(part) == batch_size)",
    ),
    ("samples-drawn-with-repetition", "rng.permutation(n)", "rng.choice(n, n)"),
    (
        "shuffled-without-generator",
        "order = np.arange(n) if rng is None else rng.permutation(n)",
        "order = generator(rng).permutation(n)",
    ),
    ("never-shuffled", "np.arange(n) if rng is None else rng.permutation(n)", "np.arange(n)"),
    (
        "global-generator",
        "return np.random.default_rng() if rng is None else rng",
        "return np.random if rng is None else rng",
    ),
    ("lengths-not-compared", "if n != m or n == 0:", "if n == 0:"),
    ("bias-forgotten", "return x @ weight + bias", "return x @ weight"),
    (
        "linear-leaves-graph",
        "return x @ weight + bias",
        "return Tensor(x.data @ weight.data + bias.data)",
    ),
    (
        "input-cut-off",
        "    return x if isinstance(x, Tensor) else Tensor(x)",
        "    return Tensor(x.data) if isinstance(x, Tensor) else Tensor(x)",
    ),
    ("he-with-fan-out", '"he": 2.0 / nin', '"he": 2.0 / nout'),
    ("he-without-two", '"he": 2.0 / nin', '"he": 1.0 / nin'),
    ("glorot-without-two", "2.0 / (nin + nout)", "1.0 / (nin + nout)"),
    ("variance-as-deviation", "return table[init] ** 0.5", "return table[init]"),
    ("uniform-for-normal", ".normal(size=(nin, nout))", ".uniform(-1, 1, size=(nin, nout))"),
    ("weights-zero", '{"he": 2.0 / nin', '{"he": 0.0'),
    (
        "weights-have-own-seed",
        "generator(rng).normal(size",
        "np.random.default_rng(0).normal(size",
    ),
    (
        "layers-not-chained",
        "return reduce(lambda value, module: module(value), self.steps, as_tensor(x))",
        "return [module(x) for module in self.steps][-1]",
    ),
    ("last-layer-skipped", "self.steps, as_tensor(x))", "self.steps[:-1], as_tensor(x))"),
    (
        "parameters-miss-lists",
        "    elif isinstance(item, (list, tuple)):\n        pairs = enumerate(item)\n",
        "",
    ),
    ("zero-grad-does-nothing", "clear_grads(self.parameters())", "clear_grads([])"),
    ("dropout-p-is-kept", "< 1 - p", "< p"),
    ("dropout-not-scaled", "np.where(keep, 1 / (1 - p), 0)", "np.where(keep, 1, 0)"),
    ("dropout-scaled-by-p", "np.where(keep, 1 / (1 - p), 0)", "np.where(keep, 1 / p, 0)"),
    (
        "dropout-in-eval",
        "return dropout(x, self.p, self.rng) if self.training else x",
        "return dropout(x, self.p, self.rng)",
    ),
    (
        "dropout-never",
        "return dropout(x, self.p, self.rng) if self.training else x",
        "return x if self.training else dropout(x, 0, self.rng)",
    ),
    (
        "dropout-mask-fixed",
        "self.p, self.rng = p, generator(rng)",
        "self.p, self.seed = p, generator(rng).integers(1 << 30)",
        "dropout(x, self.p, self.rng)",
        "dropout(x, self.p, np.random.default_rng(self.seed))",
    ),
    (
        "dropout-by-column",
        "keep = rng.random(x.shape) < 1 - p",
        "keep = np.broadcast_to(rng.random(x.shape[-1]) < 1 - p, x.shape)",
    ),
    (
        "eval-not-recursive",
        "        set_mode(self, False)\n",
        "        self.training = False\n",
    ),
    (
        "train-not-recursive",
        "        set_mode(self, True)\n",
        "        self.training = True\n",
        "        set_mode(model, True)\n",
        "        model.train()\n",
        "    for module, mode in before.items():\n        module.training = mode\n",
        "    model.train()\n",
    ),
    ("parameter-rebound", "t.data[...] = params[k]", "t = params[k]"),
    ("update-sign", "params[k] - lr * velocity[k]", "params[k] + lr * velocity[k]"),
    (
        "momentum-reset",
        "        params, self.velocity = sgd_update(",
        "        params, _ = sgd_update(",
    ),
    (
        "momentum-averaged",
        "momentum * velocity[k] + grads[k]",
        "momentum * velocity[k] + (1 - momentum) * grads[k]",
    ),
    (
        "momentum-times-lr",
        "momentum * velocity[k] + grads[k]",
        "momentum * velocity[k] + lr * grads[k]",
        "params[k] - lr * velocity[k]",
        "params[k] - velocity[k]",
    ),
    (
        "momentum-by-optimiser-class",
        "class SGD:\n",
        "class SGD:\n    velocity = {}\n\n",
        "        self.velocity = {k: np.zeros(t.shape) for k, t in self.tensors.items()}\n",
        "        for k, t in self.tensors.items():\n"
        "            if k not in SGD.velocity or SGD.velocity[k].shape != t.shape:\n"
        "                SGD.velocity[k] = np.zeros(t.shape)\n",
        "        params, self.velocity = sgd_update(\n            params, grads, self.velocity,",
        "        params, SGD.velocity = sgd_update(\n            params, grads, SGD.velocity,",
    ),
    (
        "nesterov",
        "params[k] - lr * velocity[k]",
        "params[k] - lr * (grads[k] + momentum * velocity[k])",
    ),
    ("weight-decay-sign", "g + decay * params[k]", "g - decay * params[k]"),
    (
        "weight-decay-on-top",
        "    grads = {k: g + decay * params[k] for k, g in grads.items()}\n",
        "",
        "params[k] - lr * velocity[k]",
        "params[k] - lr * velocity[k] - lr * decay * params[k]",
    ),
    ("weight-decay-ignored", "g + decay * params[k]", "g"),
    (
        "learning-rate-frozen",
        "        self.velocity = {k:",
        "        self.first = lr\n        self.velocity = {k:",
        "self.velocity, self.lr, self.momentum",
        "self.velocity, self.first, self.momentum",
    ),
    ("step-decay-continuous", "(step // every)", "(step / every)"),
    ("step-decay-off-by-one", "(step // every)", "((step + 1) // every)"),
    ("warmup-from-zero", "return lr * (step + 1) / warmup", "return lr * step / warmup"),
    ("warmup-one-too-long", "if step < warmup:", "if step <= warmup and warmup:"),
    (
        "decay-during-warmup",
        "np.pi * (step - warmup) / (steps - warmup)",
        "np.pi * step / steps",
    ),
    ("cosine-last-step-zero", "/ (steps - warmup)", "/ max(1, steps - warmup - 1)"),
    (
        "cosine-rises-again",
        "    if step >= steps:\n        return 0.0\n",
        "",
        "/ (steps - warmup)",
        "/ max(1, steps - warmup)",
    ),
    ("cosine-whole-wave", "np.cos(np.pi *", "np.cos(2 * np.pi *"),
    ("gradients-not-zeroed", "        model.zero_grad()\n", ""),
    (
        "zeroed-after-backward",
        "        model.zero_grad()\n",
        "",
        "        loss.backward()\n",
        "        loss.backward()\n        model.zero_grad()\n",
    ),
    (
        "step-before-backward",
        "        model.zero_grad()\n        loss = loss_of(model, xb, yb)\n        loss.backward()\n        optimizer.step()\n",
        "        loss = loss_of(model, xb, yb)\n        optimizer.step()\n        model.zero_grad()\n        loss.backward()\n",
    ),
    (
        "loss-after-step",
        "losses.append(float(loss.data))",
        "losses.append(float(loss_of(model, xb, yb).data))",
    ),
    ("loss-of-epoch", "    return losses\n\n\ndef fit", "    return losses[-1:]\n\n\ndef fit"),
    (
        "loss-summed",
        "loss = loss_of(model, xb, yb)",
        "loss = loss_of(model, xb, yb) * float(len(xb))",
    ),
    (
        "velocity-lost-each-epoch",
        "        set_mode(model, True)\n",
        "        set_mode(model, True)\n"
        "        if isinstance(optimizer, SGD):\n"
        "            optimizer.velocity = {k: 0 * v for k, v in optimizer.velocity.items()}\n",
    ),
    ("fit-never-shuffles", "batches(x, y, batch_size, rng), opt", "batches(x, y, batch_size), opt"),
    (
        "fit-same-order",
        "batches(x, y, batch_size, rng), opt",
        "batches(x, y, batch_size, np.random.default_rng(0)), opt",
    ),
    (
        "fit-ignores-generator",
        "    rng = generator(rng)\n    losses",
        "    rng = generator(None)\n    losses",
    ),
    (
        "schedule-by-epoch",
        "    for _ in range(epochs):\n",
        "    for epoch in range(epochs):\n",
        "schedule, len(losses))",
        "schedule, epoch)",
        "schedule(done + len(losses))",
        "schedule(done)",
    ),
    ("schedule-from-one", "schedule(done + len(losses))", "schedule(done + len(losses) + 1)"),
    ("schedule-restarts", "schedule(done + len(losses))", "schedule(len(losses))"),
    (
        "schedule-after-step",
        "        optimizer.lr = schedule(done + len(losses))\n",
        "",
        "        optimizer.step()\n",
        "        optimizer.step()\n        optimizer.lr = schedule(done + len(losses))\n",
    ),
    ("schedule-ignored", "    schedule = schedule or constant", "    schedule = constant"),
    (
        "validated-in-train-mode",
        "    set_mode(model, False)\n    parts",
        "    parts",
    ),
    (
        "validation-is-training-accuracy",
        "accuracy(model, validation[0], validation[1])",
        "accuracy(model, x, y)",
    ),
    (
        "validated-before-epoch",
        "        losses += run_epoch(model, batches(x, y, batch_size, rng), optimizer, schedule, len(losses))\n",
        "",
        "            accuracies.append(accuracy(model, validation[0], validation[1]))\n",
        "            accuracies.append(accuracy(model, validation[0], validation[1]))\n"
        "        losses += run_epoch(model, batches(x, y, batch_size, rng), optimizer, schedule, len(losses))\n",
    ),
    (
        "validated-once",
        "            accuracies.append(accuracy(model, validation[0], validation[1]))\n",
        "            accuracies = [accuracy(model, validation[0], validation[1])]\n",
    ),
    (
        "argmax-over-samples",
        "np.argmax(model(part).data, axis=-1)",
        "np.argmax(model(part).data, axis=0)",
    ),
    ("predictions-of-last-batch", "for part in parts])", "for part in parts][-1:])"),
    (
        "test-set-normalised",
        "    parts = np.array_split(np.asarray(x),",
        "    x = np.asarray(x)\n    x = (x - x.mean()) / (x.std() + 1e-8)\n    parts = np.array_split(x,",
    ),
    (
        "mean-of-batch-means",
        "return float(np.count_nonzero(predict(model, x) == np.array(y)) / len(x))",
        "right = predict(model, x) == np.array(y)\n"
        "    return float(np.mean([b.mean() for b in np.array_split(right, range(256, len(x), 256))]))",
    ),
    (
        "accuracy-broadcasts",
        "    if np.shape(y) != (len(x),) or len(x) == 0:\n",
        "    if len(y) != len(x) or len(x) == 0:\n",
    ),
    (
        "accuracy-without-mean",
        "return float(np.count_nonzero(predict(model, x) == np.array(y)) / len(x))",
        "return predict(model, x) == np.array(y)",
    ),
    ("accuracy-in-percent", " / len(x))", " / len(x) * 100)"),
    (
        "save-adds-suffix",
        '    with Path(path).open("wb") as file:\n        np.savez_compressed(file,',
        "    if True:\n        np.savez_compressed(path,",
    ),
    (
        "load-does-nothing",
        "        p.data[...] = arrays[name]\n",
        "        p = Tensor(arrays[name])\n",
    ),
    (
        "load-half-done",
        "    if {name: a.shape for name, a in arrays.items()} != wanted:\n"
        '        raise ValueError("names or shapes differ: %s" % wanted)\n'
        "    for name, p in tensors.items():\n",
        "    for name, p in tensors.items():\n"
        "        if name not in arrays or arrays[name].shape != p.shape:\n"
        '            raise ValueError("names or shapes differ: %s" % wanted)\n',
    ),
    (
        "load-accepts-mismatch",
        "    if {name: a.shape for name, a in arrays.items()} != wanted:\n"
        '        raise ValueError("names or shapes differ: %s" % wanted)\n'
        "    for name, p in tensors.items():\n        p.data[...] = arrays[name]\n",
        "    for name, p in tensors.items():\n"
        "        if name in arrays and arrays[name].shape == p.shape:\n"
        "            p.data[...] = arrays[name]\n",
    ),
    (
        "unknown-init-accepted",
        '    if init not in table:\n        raise ValueError("init is he, glorot or zeros, not %r" % init)\n    return table[init] ** 0.5',
        '    return table.get(init, table["he"]) ** 0.5',
    ),
    ("classifier-unseeded", "rng = np.random.default_rng(seed)", "rng = np.random.default_rng()"),
]
