"""The mistakes of milestone 4."""

from tests.mutants.pitfall import Pitfall

SPLIT = """    test, train = order[:test_size], order[test_size:]
    return x[train], x[test], y[train], y[test]
"""
PICKS = """    picks = (order[i : i + batch_size] for i in starts)
    return ((x[pick], y[pick]) for pick in picks)
"""
STEP = """            v = self.velocities[place]
            v *= self.momentum
            v += p.grad
            if self.weight_decay:
                v += self.weight_decay * p.data
            p.data -= self.lr * v
"""
VELOCITIES = "        self.velocities = [np.zeros_like(p.data) for p in self.parameters]\n"
LOOP = """            if schedule is not None:
                optimizer.lr = schedule(len(history["loss"]))
            optimizer.zero_grad()
            loss = cross_entropy(model(_tensor(x_batch)), y_batch)
            loss.backward()
            optimizer.step()
            history["loss"].append(float(loss.data))
"""
VALIDATE = """        if validation is not None:
            history.setdefault("validation_accuracy", []).append(accuracy(model, *validation))
"""
DROP = """        kept = self.rng.random(x.shape, dtype=np.float32) >= self.p
        return x * (kept / (1 - self.p)).astype(x.data.dtype)
"""
MISMATCH = """    if want != got:
"""
SET_ALL = """    for name, p in named.items():
        p.data = arrays[name].astype(p.data.dtype)
"""
PREDICT = """        logits = [model(_tensor(part)).data for part, _ in batches(x, x, batch_size)]
"""
GZIP = """        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path}: damaged gzip file: {error}") from error
"""
NEW_RNG = "(rng or np.random.default_rng())"

PITFALLS = [
    # IDX files
    Pitfall("idx-little-endian-sizes", "m4.idx_images",
            "The sizes of the axes are read with the wrong end first: 28 becomes 469,762,048. IDX "
            "is big-endian, your processor is not.",
            [('np.frombuffer(content, ">u4", axes', 'np.frombuffer(content, "<u4", axes')]),
    Pitfall("idx-little-endian-numbers", "m4.idx_types",
            "Numbers of more than one byte come out scrambled: they too are big-endian in the file.",
            [("np.dtype(IDX_TYPES[content[2]])", "np.dtype(IDX_TYPES[content[2]]).newbyteorder()")]),
    Pitfall("idx-fixed-header", "m4.idx_labels",
            "The header is taken to be 16 bytes long, as that of images is. That of labels has one "
            "axis only, so that its numbers begin earlier.",
            [("    start = 4 + 4 * axes\n", "    start = 16\n")]),
    Pitfall("idx-header-counts-as-data", "m4.idx_images",
            "The numbers are read from the wrong place: the sizes of the axes belong to the header.",
            [("    start = 4 + 4 * axes\n", "    start = 4\n"),
             ("len(content) - start\n", "len(content) - start - 4 * axes\n"),
             ("dtype, offset=start", "dtype, math.prod(shape), start")]),
    Pitfall("idx-signed-bytes", "m4.idx_labels",
            "Bytes above 127 come out negative: unsigned bytes are read as signed ones.",
            [('0x08: ">u1"', '0x08: ">i1"')]),
    Pitfall("idx-bytes-only", "m4.idx_types",
            "Only bytes are read. The third byte of the file names five other types of number.",
            [(', 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"', "")]),
    Pitfall("idx-scaled", "m4.idx_images",
            "The loader divides by 255. What loads a file returns what is in it; who scales here "
            "and again later trains on nearly black images.",
            [('    return numbers.astype(dtype.newbyteorder("="))',
              "    return (numbers / 255.0).astype(np.float32)")]),
    Pitfall("idx-transposed", "m4.idx_images",
            "Height and width are swapped. The last axis of the file runs fastest.",
            [(".reshape(shape)", '.reshape(shape, order="F")')]),
    Pitfall("idx-no-gzip", "m4.idx_gzip",
            "Compressed files are not unpacked: they begin with the bytes 1f 8b.",
            [('    if content[:2] == b"\\x1f\\x8b":\n', "    if False:\n")]),
    Pitfall("idx-gzip-error-leaks", "m4.idx_truncated",
            "A truncated gzip file ends in an EOFError from the library. Whoever calls load_idx was "
            "promised a ValueError.",
            [(GZIP, "        content = gzip.decompress(content)\n")]),
    Pitfall("idx-truncated-accepted", "m4.idx_truncated",
            "A file that ends too early becomes a smaller array in silence. Compare what the header "
            "promises with what is there.",
            [("    if want != got:\n        raise ValueError(\n            f\"{path}: shape",
              "    if want > got:\n        shape[0] = got // (want // shape[0])\n"
              "        content = content[: start + shape[0] * (want // shape[0])]\n"
              "        content = content[: start + math.prod(shape) * dtype.itemsize]\n"
              "    elif want != got:\n        raise ValueError(\n            f\"{path}: shape")]),
    Pitfall("idx-foreign-accepted", "m4.idx_foreign",
            "The first two bytes are not looked at: other files are taken for IDX.",
            [('content[:2] != b"\\0\\0" or ', "")]),
    # splits and batches
    Pitfall("split-overlaps", "m4.split_disjoint",
            "The test samples are in the training set too. A test on what was learnt by heart tells "
            "nothing about new data.",
            [("order[:test_size], order[test_size:]", "order[:test_size], order")]),
    Pitfall("split-drawn-twice", "m4.split_disjoint",
            "Training and test set are drawn by two separate draws, so that they overlap and some "
            "samples are in neither. One order, cut once.",
            [("    test, train = order[:test_size], order[test_size:]\n",
              "    rng = rng or np.random.default_rng()\n"
              "    test, train = order[:test_size], rng.permutation(len(x))[test_size:]\n")]),
    Pitfall("split-labels-apart", "m4.split_disjoint",
            "x and y are split by two different orders: labels no longer belong to their samples.",
            [("    return x[train], x[test], y[train], y[test]\n",
              "    other = np.sort(order)\n"
              "    return x[train], x[test], y[other[test_size:]], y[other[:test_size]]\n")]),
    Pitfall("split-not-shuffled", "m4.split_random",
            "The test set is always the same end of the data. In a file that is sorted by class it "
            "holds classes that training has never seen.",
            [(f"{NEW_RNG}.permutation(len(x))\n    test,", "np.arange(len(x))\n    test,")]),
    Pitfall("split-fixed-seed", "m4.split_random",
            "The split has a seed of its own, so that the generator that is given decides nothing.",
            [(f"{NEW_RNG}.permutation(len(x))\n    test,",
              "np.random.default_rng(0).permutation(len(x))\n    test,")]),
    Pitfall("split-fraction-trains", "m4.split_share",
            "test_fraction is the share that is trained on. It should be the share that is set "
            "aside.",
            [("round(len(x) * test_fraction)", "round(len(x) * (1 - test_fraction))")]),
    Pitfall("split-normalised-by-all", "m4.split_disjoint",
            "The data are normalised by mean and deviation of the whole set before they are split: "
            "training knows something of the test set.",
            [("    _check_pairs(x, y)\n    if not 0 < test_fraction",
              "    _check_pairs(x, y)\n    x = (x - x.mean(axis=0)) / x.std(axis=0)\n"
              "    if not 0 < test_fraction")]),
    Pitfall("split-shuffles-in-place", "m4.data_untouched",
            "rng.shuffle works in place: whoever else holds x or y finds it changed.",
            [(SPLIT, "    x[:], y[:] = x[order], y[order]\n"
                     "    return x[test_size:].copy(), x[:test_size].copy(), "
                     "y[test_size:].copy(), y[:test_size].copy()\n")]),
    Pitfall("shuffled-apart", "m4.batches_pairs",
            "x and y are shuffled by two different orders: images get other images' labels, and no "
            "network can learn that. One order for both.",
            [(PICKS, "    other = rng.permutation(len(x))\n"
                     "    return ((x[order[i : i + batch_size]], y[other[i : i + batch_size]]) "
                     "for i in starts)\n")]),
    Pitfall("labels-not-shuffled", "m4.batches_pairs",
            "Only x is shuffled, y stays in order: the labels belong to other samples.",
            [("((x[pick], y[pick]) for pick in picks)",
              "((x[pick], y[i : i + batch_size]) for i, pick in zip(starts, picks))")]),
    Pitfall("last-batch-dropped", "m4.batches_last",
            "The last, shorter batch is dropped: some samples are never seen.",
            [("starts = range(0, len(x), batch_size)",
              "starts = range(0, len(x) // batch_size * batch_size, batch_size)")]),
    Pitfall("batch-index-as-offset", "m4.batches_cover",
            "The number of the batch is used as the place where it starts: batches overlap. Batch "
            "k starts at sample k times batch_size.",
            [("starts = range(0, len(x), batch_size)",
              "starts = range(math.ceil(len(x) / batch_size))")]),
    Pitfall("samples-drawn-with-repetition", "m4.batches_cover",
            "Samples are drawn one by one, with repetition: some come twice in an epoch and some "
            "never. A permutation has each once.",
            [("order = rng.permutation(len(x))\n    picks",
              "order = rng.integers(0, len(x), len(x))\n    picks")]),
    Pitfall("shuffled-without-generator", "m4.batches_order",
            "Batches are shuffled though no generator was given: predictions come back in another "
            "order than the samples.",
            [("    if rng is None:\n        return ((x[i : i + batch_size], y[i : i + batch_size]) "
              "for i in starts)\n", "    rng = rng or np.random.default_rng()\n")]),
    Pitfall("every-epoch-same-order", "m4.batches_order",
            "Every epoch has the same order, because the seed is set anew each time. Draw from the "
            "generator that goes on.",
            [("order = rng.permutation(len(x))\n    picks",
              "order = np.random.default_rng(rng.bit_generator.state['state']['inc'] % 1000)"
              ".permutation(len(x))\n    picks")]),
    Pitfall("never-shuffled", "m4.batches_order",
            "The generator is taken but not used: every epoch goes through the data in file order.",
            [("order = rng.permutation(len(x))\n    picks", "order = np.arange(len(x))\n    picks")]),
    Pitfall("order-rotated", "m4.batches_order",
            "Where an epoch begins is drawn, and the samples follow in file order: neighbours stay "
            "together in every batch. Draw a permutation.",
            [("order = rng.permutation(len(x))\n    picks",
              "order = np.roll(np.arange(len(x)), rng.integers(len(x)))\n    picks")]),
    Pitfall("global-generator", "m4.global_chance",
            "Something draws from NumPy's global generator. Anybody may seed that, or draw from it, "
            "and your run is another one.",
            [("order = rng.permutation(len(x))\n    picks",
              "order = np.random.permutation(len(x))\n    picks")]),
    Pitfall("global-seed-set", "m4.global_chance",
            "np.random.seed is called: that changes the results of everybody else's code.",
            [("        model.train()\n        for x_batch",
              "        model.train()\n        np.random.seed(0)\n        for x_batch")]),
    Pitfall("lengths-not-compared", "m4.bad_data",
            "Fewer labels than samples are accepted in silence: training runs on part of the data.",
            [("    if len(x) != len(y) or len(x) == 0:\n", "    if len(x) == 0:\n")]),
    # layers
    Pitfall("bias-forgotten", "m4.linear",
            "The bias has no part in the output.",
            [("return x @ self.weight + self.bias", "return x @ self.weight + 0.0 * self.bias")]),
    Pitfall("linear-leaves-graph", "m4.linear_gradient",
            "The layer computes with .data: the output is right, but there is no way back to the "
            "weights. Stay with Tensors.",
            [("return x @ self.weight + self.bias",
              "return Tensor(x.data @ self.weight.data + self.bias.data)")]),
    Pitfall("input-cut-off", "m4.linear_gradient",
            "The layer wraps its input anew, so that layers below it never get a gradient.",
            [("        x = _tensor(x)\n        nin =", "        x = Tensor(x.data)\n        nin =")]),
    Pitfall("he-with-fan-out", "m4.init_he",
            "He initialisation divides by the number of outputs. The sum that has to keep its "
            "variance runs over the inputs.",
            [('"he": 2 / nin,', '"he": 2 / nout,')]),
    Pitfall("he-without-two", "m4.init_he",
            "The weights have variance 1 / nin. A ReLU lets half of the variance through: where is "
            "the factor that makes up for it?",
            [('"he": 2 / nin,', '"he": 1 / nin,')]),
    Pitfall("glorot-without-two", "m4.init_glorot",
            "The weights have variance 1 / (nin + nout): half of what Glorot's average of nin and "
            "nout asks for.",
            [('"glorot": 2 / (nin + nout)', '"glorot": 1 / (nin + nout)')]),
    Pitfall("variance-as-deviation", "m4.init_he",
            "The variance is used as a factor on the weights. The deviation is its square root.",
            [("deviation = math.sqrt(variances[init])", "deviation = variances[init]")]),
    Pitfall("uniform-for-normal", "m4.init_he",
            "Weights are uniform between plus and minus the deviation. Such numbers have only a "
            "third of the variance.",
            [(".standard_normal((nin, nout))", ".uniform(-1, 1, (nin, nout))")]),
    Pitfall("weights-zero", "m4.init_he",
            "All weights start at 0: every unit of a layer gets the same gradient and they stay "
            "equal for ever.",
            [("deviation = math.sqrt(variances[init])", "deviation = 0.0")]),
    Pitfall("weights-have-own-seed", "m4.init_drawn",
            "Every layer makes a generator with a seed of its own: layers are alike, and the rng "
            "that is given decides nothing.",
            [(f"deviation * {NEW_RNG}", "deviation * np.random.default_rng(0)")]),
    Pitfall("bias-drawn", "m4.init_drawn",
            "The biases are drawn too. They start at 0: the weights are different enough.",
            [("Tensor(np.zeros(nout, np.float32))",
              "Tensor(np.random.default_rng(1).standard_normal(nout).astype(np.float32))")]),
    Pitfall("layers-not-chained", "m4.sequential",
            "Every module sees the first input instead of what the one before it returned.",
            [("            x = layer(x)\n        return x\n",
              "            out = layer(x)\n        return out\n")]),
    Pitfall("last-layer-skipped", "m4.sequential",
            "The last module never runs.",
            [("        for layer in self.layers:\n            x = layer(x)",
              "        for layer in self.layers[:-1]:\n            x = layer(x)")]),
    Pitfall("parameters-without-biases", "m4.parameters",
            "The biases are missing in parameters(): they never learn, and are never saved.",
            [("            if isinstance(item, Tensor):\n",
              "            if isinstance(item, Tensor) and len(item.shape) > 1:\n")]),
    Pitfall("parameters-miss-lists", "m4.parameters_nested",
            "Modules in lists are not found. Go into lists and tuples as well.",
            [("isinstance(item, list | tuple)", "isinstance(item, tuple)")]),
    Pitfall("zero-grad-does-nothing", "m4.zero_grad",
            "The model's zero_grad leaves the gradients where they are.",
            [("            parameter.grad = None\n", "            parameter = None\n")]),
    Pitfall("optimizer-zero-grad-does-nothing", "m4.zero_grad",
            "The optimiser's zero_grad leaves the gradients where they are: those of all steps pile "
            "up.",
            [("        for p in self.parameters:\n            p.grad = None\n",
              "        for p in self.parameters:\n            p = None\n")]),
    # dropout
    Pitfall("dropout-p-is-kept", "m4.dropout_share",
            "p is taken as the share that is kept. It is the share that is dropped.",
            [(DROP, "        kept = self.rng.random(x.shape, dtype=np.float32) < self.p\n"
                    "        return x * (kept / self.p).astype(x.data.dtype)\n")]),
    Pitfall("dropout-not-scaled", "m4.dropout_share",
            "What is kept is not scaled: in evaluation mode the next layer sees larger numbers than "
            "it was trained on.",
            [("(kept / (1 - self.p))", "(1.0 * kept)")]),
    Pitfall("dropout-scaled-by-p", "m4.dropout_share",
            "What is kept is divided by p. Which factor keeps the mean when the share 1 - p is "
            "left?",
            [("(kept / (1 - self.p))", "(kept / self.p)")]),
    Pitfall("dropout-in-eval", "m4.dropout_eval",
            "Dropout drops in evaluation mode too: predictions depend on luck.",
            [("if not self.training or self.p == 0:", "if self.p == 0:")]),
    Pitfall("dropout-scaled-in-eval", "m4.dropout_eval",
            "In evaluation mode the numbers are scaled, though training has scaled them already.",
            [("        if not self.training or self.p == 0:\n            return x\n",
              "        if not self.training or self.p == 0:\n            return x * (1 - self.p)\n")]),
    Pitfall("dropout-never", "m4.dropout_share",
            "Dropout never drops anything.",
            [("if not self.training or self.p == 0:", "if True:")]),
    Pitfall("dropout-mask-redrawn", "m4.dropout_gradient",
            "The gradient goes through another mask than the values did: backward draws again. One "
            "mask for both ways.",
            [(DROP, DROP.replace("        return x *", "        again = self.rng.random(x.shape) >= self.p\n"
                                 "        noise = Tensor(x.data * kept / (1 - self.p)"
                                 " - x.data * again / (1 - self.p))\n        return noise + x *")
              .replace("(kept / (1 - self.p)).astype", "(again / (1 - self.p)).astype"))]),
    Pitfall("dropout-mask-fixed", "m4.dropout_fresh",
            "The mask is drawn once and used for ever: the same units are dropped in every step.",
            [("        kept = self.rng.random(x.shape, dtype=np.float32) >= self.p\n",
              "        if getattr(self, 'mask', None) is None:\n"
              "            self.mask = self.rng.random(x.shape, dtype=np.float32) >= self.p\n"
              "        kept = self.mask\n")]),
    Pitfall("dropout-by-column", "m4.dropout_fresh",
            "Whole columns are dropped for all samples alike. Every value has its own draw.",
            [("self.rng.random(x.shape, dtype=np.float32)",
              "self.rng.random(x.shape[-1:], dtype=np.float32)")]),
    Pitfall("dropout-leaves-graph", "m4.dropout_gradient",
            "Dropout computes with .data: nothing below it gets a gradient.",
            [("return x * (kept", "return Tensor(x.data) * (kept")]),
    Pitfall("eval-not-recursive", "m4.modes",
            "eval() reaches the module itself and not those within: dropout inside goes on "
            "dropping.",
            [("        for module in self._modules():\n            module.training = False\n",
              "        self.training = False\n")]),
    Pitfall("train-not-recursive", "m4.modes",
            "train() reaches the module itself and not those within: after the first validation "
            "dropout is off for ever.",
            [("        for module in self._modules():\n            module.training = True\n",
              "        self.training = True\n")]),
    # the optimiser
    Pitfall("parameter-rebound", "m4.sgd_golden",
            "The new value gets a name, but the parameter stays as it was. Change p.data.",
            [("            p.data -= self.lr * v\n", "            p = p.data - self.lr * v\n")]),
    Pitfall("update-sign", "m4.sgd_golden",
            "The step goes uphill: the gradient points to where the loss grows.",
            [("p.data -= self.lr * v", "p.data += self.lr * v")]),
    Pitfall("momentum-reset", "m4.momentum_golden",
            "There is no momentum: the velocity starts from zero in every step, or is computed and "
            "then not used. Where is it made, how long does it live, what does the step subtract?",
            [("            v = self.velocities[place]\n",
              "            v = self.velocities[place] = np.zeros_like(p.data)\n")]),
    Pitfall("momentum-shared", "m4.momentum_golden",
            "All parameters of one shape share one velocity: each is pushed where the others go.",
            [(VELOCITIES, "        shelf = {}\n        self.velocities = [shelf.setdefault(p.shape, "
                          "np.zeros_like(p.data)) for p in self.parameters]\n")]),
    Pitfall("momentum-by-optimiser-class", "m4.velocities_apart",
            "Velocities belong to the class, not to the optimiser: a second training starts with "
            "the momentum of the first.",
            [(VELOCITIES, "        shelf = SGD.__dict__.get('shelf') or {}\n        SGD.shelf = shelf\n"
                          "        self.velocities = [shelf.setdefault((k, p.shape), np.zeros_like(p.data)) "
                          "for k, p in enumerate(self.parameters)]\n")]),
    Pitfall("momentum-times-lr", "m4.sgd_lr",
            "The learning rate is inside the velocity: v = momentum v - lr g. The paths agree as "
            "long as lr stays; when it changes, old steps keep the old rate.",
            [(STEP, "            v = self.velocities[place]\n            v *= self.momentum\n"
                    "            v += self.lr * (p.grad + self.weight_decay * p.data)\n"
                    "            p.data -= v\n")]),
    Pitfall("momentum-averaged", "m4.momentum_golden",
            "The gradient enters the velocity with the factor 1 - momentum. That is an average; the "
            "contract's velocity is a sum.",
            [("            v += p.grad\n", "            v += (1 - self.momentum) * p.grad\n")]),
    Pitfall("nesterov", "m4.momentum_golden",
            "The step looks one velocity ahead: that is Nesterov's momentum, another method.",
            [("p.data -= self.lr * v",
              "p.data -= self.lr * (p.grad + self.weight_decay * p.data + self.momentum * v)")]),
    Pitfall("weight-decay-sign", "m4.weight_decay_golden",
            "Weight decay pushes parameters away from 0 instead of pulling them there.",
            [("v += self.weight_decay * p.data", "v -= self.weight_decay * p.data")]),
    Pitfall("weight-decay-on-top", "m4.weight_decay_golden",
            "Weight decay is applied beside the momentum. It belongs to the gradient, before the "
            "velocity.",
            [("            if self.weight_decay:\n                v += self.weight_decay * p.data\n", ""),
             ("p.data -= self.lr * v", "p.data -= self.lr * (v + self.weight_decay * p.data)")]),
    Pitfall("weight-decay-without-lr", "m4.weight_decay_golden",
            "Weight decay shrinks the parameters without the learning rate.",
            [("            if self.weight_decay:\n                v += self.weight_decay * p.data\n", ""),
             ("p.data -= self.lr * v", "p.data -= self.lr * v + self.weight_decay * p.data")]),
    Pitfall("weight-decay-ignored", "m4.weight_decay_golden",
            "weight_decay is taken and never used.",
            [("            if self.weight_decay:\n                v += self.weight_decay * p.data\n", "")]),
    Pitfall("learning-rate-frozen", "m4.sgd_lr",
            "The step uses the learning rate of the beginning: setting optimizer.lr changes nothing, "
            "and a schedule has no effect.",
            [("        self.lr = lr\n", "        self.lr = self.first = lr\n"),
             ("p.data -= self.lr * v", "p.data -= self.first * v")]),
    # schedules
    Pitfall("step-decay-continuous", "m4.step_decay",
            "The rate falls at every step. It should stay for `every` steps, then jump.",
            [("factor ** (step // every)", "factor ** (step / every)")]),
    Pitfall("step-decay-off-by-one", "m4.step_decay",
            "The rate falls one step too early: steps are counted from 0.",
            [("factor ** (step // every)", "factor ** ((step + 1) // every)")]),
    Pitfall("warmup-from-zero", "m4.warmup",
            "The first step of the warm-up has the rate 0 and does nothing: it should have "
            "lr / warmup.",
            [("lr * (step + 1) / warmup", "lr * step / warmup")]),
    Pitfall("warmup-one-too-long", "m4.warmup",
            "The warm-up takes one step too many, and climbs beyond lr.",
            [("        if step < warmup:\n", "        if step <= warmup and warmup:\n")]),
    Pitfall("decay-during-warmup", "m4.warmup",
            "The fall is counted from step 0, so that after the warm-up the rate jumps down. It "
            "begins where the warm-up ends.",
            [("math.pi * (step - warmup) / (steps - warmup)", "math.pi * step / steps")]),
    Pitfall("cosine-last-step-zero", "m4.cosine",
            "The rate is 0 already at the last step, steps - 1: the fall is divided by one step too "
            "few.",
            [("math.pi * (step - warmup) / (steps - warmup)",
              "math.pi * (step - warmup) / max(steps - warmup - 1, 1)")]),
    Pitfall("cosine-rises-again", "m4.cosine",
            "Beyond the last step the cosine rises again. From `steps` on the rate is 0.",
            [("        if step >= steps:\n            return 0.0\n", "")]),
    Pitfall("cosine-whole-wave", "m4.cosine",
            "The cosine goes through a whole wave: down and up again. Half a wave is meant.",
            [("math.cos(math.pi *", "math.cos(2 * math.pi *")]),
    # fit
    Pitfall("gradients-not-zeroed", "m4.fit_golden",
            "Gradients are not cleared between steps: each step uses those of all steps before.",
            [("            optimizer.zero_grad()\n", "")]),
    Pitfall("zeroed-after-backward", "m4.fit_golden",
            "Gradients are cleared between backward and the step: the weights never move.",
            [("            loss.backward()\n            optimizer.step()\n",
              "            loss.backward()\n            optimizer.zero_grad()\n"
              "            optimizer.step()\n"),
             ("            if p.grad is None:\n                continue\n",
              "            if p.grad is None:\n                p.grad = np.zeros_like(p.data)\n")]),
    Pitfall("step-before-backward", "m4.fit_golden",
            "The step is made before the gradients of this batch are known: it uses those of the "
            "batch before.",
            [("            optimizer.zero_grad()\n", ""),
             ("            loss.backward()\n            optimizer.step()\n",
              "            optimizer.step()\n            optimizer.zero_grad()\n"
              "            loss.backward()\n")]),
    Pitfall("two-steps-a-batch", "m4.fit_golden",
            "Every batch makes two steps.",
            [("            optimizer.step()\n", "            optimizer.step()\n            optimizer.step()\n")]),
    Pitfall("loss-after-step", "m4.fit_golden",
            "The loss that is noted was measured after the step. It belongs to the weights before.",
            [('history["loss"].append(float(loss.data))',
              'history["loss"].append(float(cross_entropy(model(_tensor(x_batch)), y_batch).data))')]),
    Pitfall("loss-of-epoch", "m4.fit_batches",
            "One loss an epoch is noted; the contract wants one a step.",
            [('            history["loss"].append(float(loss.data))\n',
              '        history["loss"].append(float(loss.data))\n')]),
    Pitfall("loss-summed", "m4.fit_golden",
            "The loss is multiplied by the batch size: gradients grow with the batch.",
            [("cross_entropy(model(_tensor(x_batch)), y_batch)",
              "cross_entropy(model(_tensor(x_batch)), y_batch) * float(len(y_batch))")]),
    Pitfall("whole-set-every-step", "m4.fit_epochs",
            "Every step trains on the whole set: batch_size has no effect.",
            [("batches(x, y, batch_size, rng)", "batches(x, y, len(x), rng)")]),
    Pitfall("fit-own-optimiser", "m4.fit_golden",
            "fit makes an optimiser of its own and leaves the given one, with its momentum and "
            "decay, unused.",
            [("    _check_pairs(x, y)\n    if epochs < 0:",
              "    _check_pairs(x, y)\n    optimizer = SGD(model.parameters(), lr=optimizer.lr)\n"
              "    if epochs < 0:")]),
    Pitfall("velocity-lost-each-epoch", "m4.fit_golden",
            "The optimiser begins anew in every epoch: its momentum is forgotten.",
            [("        model.train()\n        for x_batch",
              "        model.train()\n        optimizer = SGD(optimizer.parameters, optimizer.lr, "
              "optimizer.momentum, optimizer.weight_decay)\n        for x_batch")]),
    Pitfall("fit-never-shuffles", "m4.fit_epochs",
            "fit goes through the samples in the same order in every epoch.",
            [("batches(x, y, batch_size, rng)", "batches(x, y, batch_size)")]),
    Pitfall("fit-same-order", "m4.fit_epochs",
            "fit makes the same generator anew in every epoch, so that all have one order.",
            [("batches(x, y, batch_size, rng)",
              "batches(x, y, batch_size, np.random.default_rng(0))")]),
    Pitfall("fit-ignores-generator", "m4.same_seed",
            "fit draws the order from a generator of its own: the same seed gives another curve.",
            [("    rng = rng or np.random.default_rng()\n    history",
              "    rng = np.random.default_rng()\n    history")]),
    Pitfall("schedule-by-epoch", "m4.fit_schedule",
            "The schedule is asked with the number of the epoch. It counts steps, through all "
            "epochs.",
            [("    for _ in range(epochs):\n        model.train()", "    for epoch in range(epochs):\n        model.train()"),
             ('schedule(len(history["loss"]))', "schedule(epoch)")]),
    Pitfall("schedule-from-one", "m4.fit_schedule",
            "The schedule is asked one step ahead: steps are counted from 0.",
            [('schedule(len(history["loss"]))', 'schedule(len(history["loss"]) + 1)')]),
    Pitfall("schedule-after-step", "m4.fit_schedule",
            "The learning rate is set after the step that it was meant for: the first step still "
            "uses the optimiser's own.",
            [("            if schedule is not None:\n"
              '                optimizer.lr = schedule(len(history["loss"]))\n', ""),
             ("            optimizer.step()\n",
              "            optimizer.step()\n            if schedule is not None:\n"
              '                optimizer.lr = schedule(len(history["loss"]))\n')]),
    Pitfall("schedule-restarts", "m4.fit_schedule",
            "The schedule starts from 0 again in every epoch.",
            [("        model.train()\n        for x_batch",
              "        model.train()\n        start = len(history['loss'])\n        for x_batch"),
             ('schedule(len(history["loss"]))', 'schedule(len(history["loss"]) - start)')]),
    Pitfall("schedule-ignored", "m4.fit_schedule",
            "The schedule is never asked: the learning rate is a constant.",
            [("            if schedule is not None:\n", "            if False:\n")]),
    Pitfall("train-mode-once", "m4.fit_modes",
            "Training mode is set before the first epoch only: after the first validation the model "
            "stays in evaluation mode, and dropout is off.",
            [("    for _ in range(epochs):\n        model.train()\n",
              "    model.train()\n    for _ in range(epochs):\n"),
             ("        for module, mode in modes:\n            module.training = mode\n",
              "        pass\n")]),
    Pitfall("validated-in-train-mode", "m4.fit_modes",
            "Predictions are made in training mode: dropout still drops.",
            [("    model.eval()\n    try:\n", "    try:\n")]),
    Pitfall("validation-trained-on", "m4.validation_untrained",
            "The validation set is trained on. Its accuracy then says nothing about new data.",
            [("    rng = rng or np.random.default_rng()\n    history",
              "    rng = rng or np.random.default_rng()\n    if validation is not None:\n"
              "        x, y = np.concatenate([x, validation[0]]), np.concatenate([y, validation[1]])\n"
              "    history")]),
    Pitfall("validation-step", "m4.validation_untrained",
            "After each epoch a step is made on the validation set, too.",
            [(VALIDATE, VALIDATE + "            optimizer.zero_grad()\n"
              "            cross_entropy(model(_tensor(validation[0])), validation[1]).backward()\n"
              "            optimizer.step()\n")]),
    Pitfall("normalised-with-validation", "m4.validation_untrained",
            "fit normalises by mean and deviation of training and validation data together.",
            [("    rng = rng or np.random.default_rng()\n    history",
              "    rng = rng or np.random.default_rng()\n    if validation is not None:\n"
              "        both = np.concatenate([x, validation[0]])\n"
              "        x = (x - both.mean(axis=0)) / both.std(axis=0)\n    history")]),
    Pitfall("validation-is-training-accuracy", "m4.validation_accuracy",
            "What is noted as validation accuracy is the training accuracy.",
            [("accuracy(model, *validation)", "accuracy(model, x, y)")]),
    Pitfall("validated-once", "m4.validation_accuracy",
            "The validation set is measured once, at the end, and not after every epoch.",
            [(VALIDATE + "    return history", VALIDATE.replace("        if", "    if", 1)
              .replace("            history", "        history") + "    return history")]),
    Pitfall("validated-before-epoch", "m4.validation_accuracy",
            "The validation set is measured before the epoch's steps, not after them.",
            [(VALIDATE, ""), ("        model.train()\n        for x_batch",
                              VALIDATE + "        model.train()\n        for x_batch")]),
    # predicting
    Pitfall("argmax-over-samples", "m4.predict",
            "The largest logit is sought over the samples instead of over the classes.",
            [(".argmax(axis=1)", ".argmax(axis=0)")]),
    Pitfall("predictions-of-last-batch", "m4.predict",
            "Only one batch is predicted: the others get lost.",
            [("np.concatenate(logits)", "logits[-1]")]),
    Pitfall("predict-shuffles", "m4.predict",
            "Predictions come back in another order than the samples went in.",
            [("batches(x, x, batch_size)]", "batches(x, x, batch_size, np.random.default_rng(0))]")]),
    Pitfall("test-set-normalised", "m4.predict",
            "predict normalises by the test set's own mean and deviation. A sample's class must not "
            "depend on which others are tested with it.",
            [("    model.eval()\n    try:\n",
              "    model.eval()\n    x = ((x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)).astype(x.dtype)\n"
              "    try:\n")]),
    Pitfall("test-set-augmented", "m4.predict",
            "Noise is added to what is to be predicted. Augmentation is for training only.",
            [("    model.eval()\n    try:\n",
              "    model.eval()\n"
              "    x = (x + np.random.default_rng(0).normal(0, 0.5, x.shape)).astype(x.dtype)\n"
              "    try:\n")]),
    Pitfall("mean-of-batch-means", "m4.accuracy",
            "The accuracies of batches are averaged, though the last batch is shorter: its samples "
            "count for more.",
            [("float(np.mean(predict(model, x) == y))",
              "float(np.mean([np.mean(predict(model, a) == b) for a, b in batches(x, y, 256)]))")]),
    Pitfall("accuracy-broadcasts", "m4.bad_data",
            "Labels of shape (N, 1) are compared with predictions of shape (N,): NumPy compares "
            "every label with every prediction. Insist on (N,).",
            [("    if y.shape != (len(x),):\n", "    if len(y) != len(x):\n")]),
    Pitfall("accuracy-without-mean", "m4.accuracy",
            "What comes back is an array: for each sample whether its prediction is right. The "
            "accuracy is one number, the share of those that are: take the mean.",
            [("float(np.mean(predict(model, x) == y))", "predict(model, x) == y")]),
    Pitfall("accuracy-in-percent", "m4.accuracy",
            "The accuracy is given in percent; a share between 0 and 1 is wanted.",
            [("float(np.mean(predict(model, x) == y))", "100 * float(np.mean(predict(model, x) == y))")]),
    # saving
    Pitfall("save-drops-biases", "m4.save_load",
            "The biases are not saved: a loaded model has those that it was born with.",
            [("name: p.data for name, p in model._named_parameters().items()}",
              "name: p.data for name, p in model._named_parameters().items() if len(p.shape) > 1}"),
             ("    named = model._named_parameters()\n    want",
              "    named = {n: p for n, p in model._named_parameters().items() if len(p.shape) > 1}\n"
              "    want")]),
    Pitfall("load-does-nothing", "m4.save_load",
            "The arrays are read, but the parameters keep their old numbers.",
            [("        p.data = arrays[name].astype(p.data.dtype)\n",
              "        p = arrays[name].astype(p.data.dtype)\n")]),
    Pitfall("save-adds-suffix", "m4.save_path",
            "np.savez adds .npz to a name that does not end so: the file lies elsewhere than it was "
            "asked for.",
            [('    with open(path, "wb") as file:  # given a name, np.savez may append .npz to it\n'
              "        arrays: dict[str, Any] = {name: p.data for name, p in "
              "model._named_parameters().items()}\n        np.savez(file, **arrays)\n",
              "    arrays = {name: p.data for name, p in model._named_parameters().items()}\n"
              "    np.savez(path, **arrays)\n")]),
    Pitfall("load-accepts-mismatch", "m4.load_mismatch",
            "A file of another model is accepted: what fits is loaded, the rest is left.",
            [(MISMATCH + "        differ", "    if False:\n        differ"),
             (SET_ALL, "    for name, p in named.items():\n"
                       "        if want[name] == got.get(name):\n"
                       "            p.data = arrays[name].astype(p.data.dtype)\n")]),
    Pitfall("load-compares-names-only", "m4.load_mismatch",
            "load compares names, not shapes: a model gets weights of another size, and fails "
            "later, elsewhere.",
            [(MISMATCH + "        differ", "    if want.keys() != got.keys():\n        differ")]),
    Pitfall("load-half-done", "m4.load_mismatch",
            "load finds the mismatch when half of the parameters are already replaced. Check all, "
            "then set all.",
            [(MISMATCH + "        differ",
              "    for name, p in named.items():\n        if want[name] == got.get(name):\n"
              "            p.data = arrays[name].astype(p.data.dtype)\n" + MISMATCH + "        differ")]),
    # settings and the classifier
    Pitfall("settings-not-checked", "m4.bad_settings",
            "Settings out of their range are accepted: momentum 1 never comes to rest, and a "
            "negative rate climbs.",
            [("        if not (lr >= 0 and 0 <= momentum < 1 and weight_decay >= 0):\n",
              "        if False:\n")]),
    Pitfall("unknown-init-accepted", "m4.bad_settings",
            "An unknown init is taken for He: a typing error goes unnoticed.",
            [("        if init not in variances:\n", "        init = init if init in variances else 'he'\n"
              "        if init not in variances:\n")]),
    Pitfall("classifier-unseeded", "m4.classifier_seed",
            "The seed is taken but not used: every training gives another model.",
            [("    rng = np.random.default_rng(seed)\n    hidden",
              "    rng = np.random.default_rng()\n    hidden")]),
    Pitfall("classifier-uses-test-statistics", "m4.classifier_alone",
            "The model normalises by the statistics of whatever batch it is given: in the test those "
            "of the test set. Keep the training set's.",
            [("class Sequential(Module):",
              "class Standardise(Module):\n    def __call__(self, x):\n        x = _tensor(x)\n"
              "        data = x.data - x.data.mean(axis=0)\n"
              "        return _tensor((data / (x.data.std(axis=0) + 0.1)).astype(x.data.dtype))\n\n\n"
              "class Sequential(Module):"),
             ("        Dropout(0.1, rng=rng),\n", "        Standardise(),\n        Dropout(0.1, rng=rng),\n")]),
    # what comes by default, and what is left as it was
    Pitfall("split-of-a-quarter", "m4.split_share",
            "Without test_fraction another share is set aside than the one of the task.",
            [("test_fraction: float = 0.2", "test_fraction: float = 0.25")]),
    Pitfall("split-fixed-by-default", "m4.split_random",
            "Without a generator every split is the same one: a seed is written into the code.",
            [("order = (rng or np.random.default_rng())", "order = (rng or np.random.default_rng(0))")]),
    Pitfall("weights-fixed-by-default", "m4.init_drawn",
            "Without a generator every layer begins with the same weights: a seed is written into "
            "the code.",
            [("deviation * (rng or np.random.default_rng())",
              "deviation * (rng or np.random.default_rng(0))")]),
    Pitfall("dropout-fixed-by-default", "m4.dropout_fresh",
            "Without a generator every Dropout drops the same values: a seed is written into the "
            "code.",
            [("self.rng = rng or np.random.default_rng()", "self.rng = rng or np.random.default_rng(0)")]),
    Pitfall("fit-fixed-by-default", "m4.same_seed",
            "Without a generator every run of fit has the same order: a seed is written into the "
            "code.",
            [("    rng = rng or np.random.default_rng()\n    history",
              "    rng = rng or np.random.default_rng(0)\n    history")]),
    Pitfall("missing-gradient-fails", "m4.velocities_apart",
            "step fails where a parameter has no gradient: what no loss has reached stays where it "
            "is.",
            [("            if p.grad is None:\n                continue\n            v = self",
              "            v = self")]),
    Pitfall("predict-leaves-evaluation", "m4.predict",
            "After predict the model stays in evaluation mode: the training that goes on has no "
            "dropout.",
            [("            module.training = mode\n", "            module.training = False\n")]),
    Pitfall("predict-turns-to-training", "m4.predict",
            "After predict the model is in training mode, whatever it was in before.",
            [("            module.training = mode\n", "            module.training = True\n")]),
    Pitfall("validated-on-one-batch", "m4.validation_accuracy",
            "Only the first samples of the validation set are looked at: all of them count.",
            [("accuracy(model, *validation)",
              "accuracy(model, *(part[:256] for part in validation))")]),
]  # fmt: skip
