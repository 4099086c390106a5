"""The mistakes of milestone 2."""

from tests.mutants.pitfall import Pitfall

CHECK_LENGTH = """        if len(x) != len(self.w):
            raise ValueError(f"wanted {len(self.w)} inputs, got {len(x)}")
"""
STEP = """        total = loss([model(x) for x in xs], ys) + l2_penalty(model.parameters(), alpha)
        model.zero_grad()
        total.backward()
        rate = lr(epoch) if callable(lr) else lr
        for p in model.parameters():
            p.data -= rate * p.grad
        curve.append(total.data)
"""
SAMPLE_BY_SAMPLE = """        total = loss([model(x) for x in xs], ys) + l2_penalty(model.parameters(), alpha)
        curve.append(total.data)
        rate = lr(epoch) if callable(lr) else lr
        for x, y in zip(xs, ys):
            model.zero_grad()
            (loss([model(x)], [y]) + l2_penalty(model.parameters(), alpha)).backward()
            for p in model.parameters():
                p.data -= rate * p.grad
"""
WHILE_COMPUTING = """        total = loss([model(x) for x in xs], ys) + l2_penalty(model.parameters(), alpha)
        rate = lr(epoch) if callable(lr) else lr
        for layer in model.layers:
            model.zero_grad()
            (loss([model(x) for x in xs], ys) + l2_penalty(model.parameters(), alpha)).backward()
            for p in layer.parameters():
                p.data -= rate * p.grad
        curve.append(total.data)
"""
REBIND = """        for p in model.parameters():
            p = p - rate * p.grad
"""
UPDATE = """        for p in model.parameters():
            p.data -= rate * p.grad
"""
RECORD_AFTER = """        curve.append((loss([model(x) for x in xs], ys) + l2_penalty(model.parameters(), alpha)).data)
"""
LAYERS = """        self.layers = [
            Layer(sizes[i], sizes[i + 1], kind, rng) for i, kind in enumerate(kinds)
        ]
"""
CHAIN = """        for layer in self.layers:
            out = layer([out] if isinstance(out, Value) else out)
        return out
"""

PITFALLS = [
    Pitfall(
        "layers-not-chained",
        "m2.forward",
        "Every layer sees the network's input instead of what the layer before it returned.",
        [("out = layer([out] if isinstance(out, Value) else out)", "out = layer(x)")],
    ),
    Pitfall(
        "activation-discarded",
        "m2.neuron",
        "The activation is computed, but the neuron returns the plain sum.",
        [
            (
                "        return self.activation(sum(weighted, self.b))",
                "        out = sum(weighted, self.b)\n        self.activation(out)\n        return out",
            )
        ],
    ),
    Pitfall(
        "bias-forgotten",
        "m2.neuron",
        "The bias does not take part in the sum.",
        [("sum(weighted, self.b)", "sum(weighted, Value(0.0))")],
    ),
    Pitfall(
        "bias-subtracted",
        "m2.neuron",
        "The bias has the wrong sign.",
        [("sum(weighted, self.b)", "sum(weighted, -self.b)")],
    ),
    Pitfall(
        "input-order-reversed",
        "m2.neuron",
        "Weights meet the inputs in the wrong order.",
        [("zip(self.w, x, strict=True)", "zip(self.w[::-1], x, strict=True)")],
    ),
    Pitfall(
        "forward-cuts-graph",
        "m2.gradients",
        "The forward pass takes `.data` of a Value on its way: from there on no gradient flows "
        "back.",
        [
            (
                "out = layer([out] if isinstance(out, Value) else out)",
                "out = layer(out)\n            if layer is not self.layers[-1]:\n"
                "                out = [Value(o.data) for o in ([out] if isinstance(out, Value) else out)]",
            )
        ],
    ),
    Pitfall(
        "last-layer-off-by-one",
        "m2.parameter_counts",
        "A layer is missing at the end: count the sizes and the gaps between them.",
        [
            (
                "    kinds = [activation] * (len(nouts) - 1) + [output_activation]",
                "    kinds = [activation] * (len(nouts) - 1)",
            )
        ],
    ),
    Pitfall(
        "output-activation-ignored",
        "m2.output_activation",
        "The last layer uses the activation of the others.",
        [("+ [output_activation]", "+ [activation]")],
    ),
    Pitfall(
        "output-activation-everywhere",
        "m2.output_activation",
        "All layers use the output activation.",
        [("[activation] * (len(nouts) - 1)", "[output_activation] * (len(nouts) - 1)")],
    ),
    Pitfall(
        "activation-always-tanh",
        "m2.activations",
        "The neuron always uses tanh, whatever it was told.",
        [("self.activation = ACTIVATIONS[activation]", 'self.activation = ACTIVATIONS["tanh"]')],
    ),
    Pitfall(
        "zip-truncates",
        "m2.bad_input",
        "zip stops at the shorter list: a short input passes silently.",
        [(CHECK_LENGTH, ""), ("zip(self.w, x, strict=True)", "zip(self.w, x)")],
    ),
    Pitfall(
        "lengths-not-checked",
        "m2.bad_input",
        "A loss accepts more targets than predictions, or none at all.",
        [
            ("    _check_lengths(predictions, targets)\n", ""),
            ("    _check_lengths(scores, targets)\n", ""),
            ("zip(predictions, targets, strict=True)", "zip(predictions, targets)"),
            ("zip(scores, targets, strict=True)", "zip(scores, targets)"),
        ],
    ),
    Pitfall(
        "unknown-activation-accepted",
        "m2.bad_input",
        "An unknown activation becomes some other one without a word.",
        [
            ("        if activation not in ACTIVATIONS:", "        if False:"),
            ("ACTIVATIONS[activation]", 'ACTIVATIONS.get(activation, ACTIVATIONS["linear"])'),
        ],
    ),
    Pitfall(
        "gradients-not-zeroed",
        "m2.three_steps",
        "Gradients of earlier epochs are still there when the next backward adds to them.",
        [("        model.zero_grad()\n", "")],
    ),
    Pitfall(
        "zeroed-after-backward",
        "m2.one_step",
        "zero_grad comes between backward and the update: nothing is left to learn from.",
        [
            (
                "        model.zero_grad()\n        total.backward()\n",
                "        total.backward()\n        model.zero_grad()\n",
            )
        ],
    ),
    Pitfall(
        "zero-grad-does-nothing",
        "m2.zero_grad",
        "zero_grad changes a name, not the gradients of the parameters.",
        [("            p.grad = 0.0\n", "            grad = p.grad\n            grad = 0.0\n")],
    ),
    Pitfall(
        "seed-in-constructor",
        "m2.neurons_differ",
        "Every neuron starts a generator from the same seed, so that all are equal and learn the "
        "same.",
        [
            (
                "        rng = np.random.default_rng() if rng is None else rng\n        self.w",
                "        rng = np.random.default_rng(42)\n        self.w",
            )
        ],
    ),
    Pitfall(
        "generator-not-passed-on",
        "m2.neurons_differ",
        "The generator that was handed in is not used everywhere: the same seed gives another "
        "network.",
        [("Neuron(nin, activation, rng)", "Neuron(nin, activation)")],
    ),
    Pitfall(
        "weights-zero",
        "m2.first_weights",
        "All weights start at 0: every neuron of a layer gets the same gradient for ever.",
        [("Value(rng.uniform(-1.0, 1.0))", "Value(0.0)")],
    ),
    Pitfall(
        "weights-positive",
        "m2.first_weights",
        "Fresh weights lie in [0, 1] only.",
        [("rng.uniform(-1.0, 1.0)", "rng.uniform(0.0, 1.0)")],
    ),
    Pitfall(
        "weights-normal",
        "m2.first_weights",
        "Fresh weights are normal instead of uniform in [-1, 1].",
        [("rng.uniform(-1.0, 1.0)", "rng.normal(0.0, 1.0)")],
    ),
    Pitfall(
        "bias-random",
        "m2.first_weights",
        "Fresh biases are drawn instead of 0.",
        [("self.b = Value(0.0)", "self.b = Value(rng.uniform(-1.0, 1.0))")],
    ),
    Pitfall(
        "biases-not-listed",
        "m2.parameter_counts",
        "parameters() lists the weights but not the bias.",
        [("return [*self.w, self.b]", "return [*self.w]")],
    ),
    Pitfall(
        "bias-listed-first",
        "m2.parameter_order",
        "parameters() lists the bias before the weights.",
        [("return [*self.w, self.b]", "return [self.b, *self.w]")],
    ),
    Pitfall(
        "layers-listed-backwards",
        "m2.forward",
        "parameters() lists the last layer first.",
        [
            (
                "for layer in self.layers for p in layer.parameters()",
                "for layer in self.layers[::-1] for p in layer.parameters()",
            )
        ],
    ),
    Pitfall(
        "last-layer-not-listed",
        "m2.parameter_counts",
        "parameters() misses the last layer.",
        [
            (
                "for layer in self.layers for p in layer.parameters()",
                "for layer in self.layers[:-1] for p in layer.parameters()",
            )
        ],
    ),
    Pitfall(
        "first-neuron-only-listed",
        "m2.parameter_counts",
        "A layer lists the parameters of its first neuron only.",
        [
            (
                "for neuron in self.neurons for p in neuron.parameters()",
                "for neuron in self.neurons[:1] for p in neuron.parameters()",
            )
        ],
    ),
    Pitfall(
        "one-neuron-repeated",
        "m2.parameter_counts",
        "A layer holds the same neuron several times: `[x] * n` copies the reference, not the "
        "thing.",
        [
            (
                "[Neuron(nin, activation, rng) for _ in range(nout)]",
                "[Neuron(nin, activation, rng)] * nout",
            )
        ],
    ),
    Pitfall(
        "list-for-one-output",
        "m2.layer_output",
        "A layer of one neuron returns a list of one Value instead of the Value.",
        [
            ("return outs[0] if len(outs) == 1 else outs", "return outs"),
            (
                "        return out\n        ### END",
                "        return out[0] if len(out) == 1 else out\n        ### END",
            ),
        ],
    ),
    Pitfall(
        "update-sign",
        "m2.one_step",
        "The update walks uphill: the gradient points to where the loss grows.",
        [("p.data -= rate * p.grad", "p.data += rate * p.grad")],
    ),
    Pitfall(
        "parameter-rebound",
        "m2.one_step",
        "The loop gives the name p a new Value and leaves the network's own alone.",
        [(UPDATE, REBIND)],
    ),
    Pitfall(
        "biases-not-updated",
        "m2.one_step",
        "The update forgets the biases.",
        [
            (
                UPDATE,
                "        for layer in model.layers:\n            for neuron in layer.neurons:\n"
                "                for p in neuron.w:\n                    p.data -= rate * p.grad\n",
            )
        ],
    ),
    Pitfall(
        "loss-after-update",
        "m2.one_step",
        "The loss is measured after the update of its epoch; the contract wants it before.",
        [("        curve.append(total.data)\n", RECORD_AFTER)],
    ),
    Pitfall(
        "sample-by-sample",
        "m2.one_step",
        "Weights move after every sample; full-batch descent moves once an epoch.",
        [(STEP, SAMPLE_BY_SAMPLE)],
    ),
    Pitfall(
        "updated-while-computing",
        "m2.one_step",
        "Later gradients are computed with weights that have moved already: finish all "
        "gradients before the first update.",
        [(STEP, WHILE_COMPUTING)],
    ),
    Pitfall(
        "squared-error-mean",
        "m2.squared_error",
        "squared_error divides by the number of samples; the contract wants the sum.",
        [
            (
                "return sum((p - t) ** 2 for p, t in zip(predictions, targets, strict=True))",
                "return sum((p - t) ** 2 for p, t in zip(predictions, targets, strict=True)) "
                "* (1.0 / len(targets))",
            )
        ],
    ),
    Pitfall(
        "squared-error-halved",
        "m2.squared_error",
        "squared_error carries a factor of one half.",
        [
            (
                "return sum((p - t) ** 2 for p, t in zip(predictions, targets, strict=True))",
                "return 0.5 * sum((p - t) ** 2 for p, t in zip(predictions, targets, strict=True))",
            )
        ],
    ),
    Pitfall(
        "hinge-sum",
        "m2.hinge_loss",
        "hinge_loss is a sum; the contract wants the mean.",
        [("return sum(margins) * (1.0 / len(targets))", "return sum(margins) * 1.0")],
    ),
    Pitfall(
        "hinge-without-margin",
        "m2.hinge_loss",
        "The margin is missing: a right score below 1 costs something too.",
        [("(1.0 - s * t).relu()", "(-(s * t)).relu()")],
    ),
    Pitfall(
        "hinge-not-clipped",
        "m2.hinge_loss",
        "A score beyond the margin earns a negative loss: the max with 0 is missing.",
        [("(1.0 - s * t).relu()", "(1.0 - s * t)")],
    ),
    Pitfall(
        "penalty-on-nothing",
        "m2.l2_penalty",
        "The penalty is a new leaf: it has a value, but no way back to the parameters.",
        [
            (
                "alpha * sum((p * p for p in parameters), Value(0.0))",
                "Value(alpha * sum(p.data**2 for p in parameters))",
            )
        ],
    ),
    Pitfall(
        "penalty-not-squared",
        "m2.l2_penalty",
        "The penalty sums the parameters, not their squares.",
        [("p * p for p in parameters", "p for p in parameters")],
    ),
    Pitfall(
        "penalty-halved",
        "m2.l2_penalty",
        "The penalty carries a factor of one half.",
        [("alpha * sum((p * p", "0.5 * alpha * sum((p * p")],
    ),
    Pitfall(
        "penalty-ignored",
        "m2.hinge_with_penalty",
        "fit does not add the penalty to the loss.",
        [(" + l2_penalty(model.parameters(), alpha)", "")],
    ),
    Pitfall(
        "loss-argument-ignored",
        "m2.hinge_with_penalty",
        "fit always uses the squared error, whatever loss it was given.",
        [("total = loss(", "total = squared_error(")],
    ),
    Pitfall(
        "schedule-called-once",
        "m2.schedule",
        "The learning-rate function is asked once, before the loop, instead of every epoch.",
        [("    curve = []\n", "    curve = []\n    lr = lr(0) if callable(lr) else lr\n")],
    ),
    Pitfall(
        "schedule-from-one",
        "m2.schedule",
        "The learning-rate function counts epochs from 0.",
        [("lr(epoch)", "lr(min(epoch + 1, epochs - 1))")],
    ),
    Pitfall(
        "one-epoch-short",
        "m2.one_step",
        "The loop makes one update too few.",
        [("range(epochs)", "range(epochs - 1)")],
    ),
    Pitfall(
        "hidden-layer-of-one",
        "m2.forward",
        "A layer of one neuron gives a Value and no list: the layer after it cannot take that.",
        [("out = layer([out] if isinstance(out, Value) else out)", "out = layer(out)")],
    ),
    Pitfall(
        "fixed-generator-by-default",
        "m2.neurons_differ",
        "Without a generator every layer begins with the same numbers: a seed is written into the "
        "code.",
        [("np.random.default_rng() if rng is None", "np.random.default_rng(0) if rng is None")],
    ),
]
