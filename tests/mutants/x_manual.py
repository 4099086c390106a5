"""The mistakes of unit x.manual."""

from tests.mutants.pitfall import Pitfall

FOUND = "        self.grads = [self.x.T @ g, g.sum(axis=0)]  # (nin, nout), (nout,)\n"
SLOPE = "return g * (1 - self.out**2)"
VELOCITIES = """            velocities = [
                momentum * v + dp for v, dp in zip(velocities, model.gradients(), strict=True)
            ]
"""
ORDER = """        order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
"""
SHIFTED = "    shifted = out - out.max(axis=1, keepdims=True)\n"

PITFALLS = [
    Pitfall(
        "bias-forgotten",
        "x.manual.linear",
        "The bias is not added: every output is the product alone.",
        [("return x @ self.weight + self.bias", "return x @ self.weight")],
    ),
    Pitfall(
        "weight-deviation-one",
        "x.manual.linear_init",
        "Weights are drawn with deviation 1, so that a sum of nin of them is sqrt(nin) times too "
        "large, and tanh saturates.",
        [("rng.normal(0.0, nin**-0.5,", "rng.normal(0.0, 1.0,")],
    ),
    Pitfall(
        "weight-variance-for-deviation",
        "x.manual.linear_init",
        "Weights have the deviation 1/nin: that is the variance wanted. Its root is the deviation.",
        [("nin**-0.5", "1 / nin")],
    ),
    Pitfall(
        "weight-fan-out",
        "x.manual.linear_init",
        "The deviation counts outputs. A sum has as many terms as there are inputs.",
        [("nin**-0.5", "nout**-0.5")],
    ),
    Pitfall(
        "weight-own-seed",
        "x.manual.linear_init",
        "The layer has a seed of its own: the generator that is handed in decides nothing.",
        [("rng.normal(0.0, nin", "np.random.default_rng(0).normal(0.0, nin")],
    ),
    Pitfall(
        "gradients-add-up",
        "x.manual.linear_backward",
        "Gradients of a second backward are added to those of the first. By hand nothing has to "
        "accumulate: a layer is used once in a pass.",
        [
            (
                FOUND,
                "        found = [self.x.T @ g, g.sum(axis=0)]\n"
                "        self.grads = [a + b for a, b in zip(found, self.grads or [0, 0])]\n",
            )
        ],
    ),
    Pitfall(
        "bias-gradient-averaged",
        "x.manual.linear_backward",
        "The gradient of the bias is a mean over rows. The loss has divided by N already: sum.",
        [("g.sum(axis=0)]", "g.mean(axis=0)]")],
    ),
    Pitfall(
        "weight-gradient-averaged",
        "x.manual.linear_backward",
        "The gradient of the weight is divided by the number of rows, and the loss has done that "
        "already.",
        [("self.x.T @ g,", "self.x.T @ g / len(g),")],
    ),
    Pitfall(
        "input-gradient-of-x",
        "x.manual.linear_backward",
        "backward returns the gradient of the weight times x, not what goes on to the layer "
        "before: g times the weight, transposed.",
        [("return g @ self.weight.T  # (N, nin)", "return self.x @ self.grads[0] @ self.weight.T")],
    ),
    Pitfall(
        "tanh-slope-of-input",
        "x.manual.tanh",
        "The slope of tanh is taken as 1 - x^2: it is 1 minus the square of the output.",
        [
            (
                "self.out = np.tanh(x)\n        return self.out",
                "self.out = x\n        return np.tanh(x)",
            )
        ],
    ),
    Pitfall(
        "tanh-slope-unsquared",
        "x.manual.tanh",
        "The slope of tanh lacks the square: 1 - tanh(x)^2.",
        [(SLOPE, "return g * (1 - self.out)")],
    ),
    Pitfall(
        "tanh-slope-alone",
        "x.manual.tanh",
        "The slope is returned without the gradient that came in: the chain rule multiplies both.",
        [(SLOPE, "return 1 - self.out**2")],
    ),
    Pitfall(
        "mse-by-rows",
        "x.manual.mse",
        "The squared error is divided by the number of rows, not by that of all entries.",
        [
            (
                "float((away**2).mean()), 2 * away / away.size",
                "float((away**2).sum() / len(away)), 2 * away / len(away)",
            )
        ],
    ),
    Pitfall(
        "mse-gradient-not-divided",
        "x.manual.mse",
        "The loss is a mean, its gradient that of a sum: divide it, too.",
        [("2 * away / away.size", "2 * away")],
    ),
    Pitfall(
        "mse-gradient-without-two",
        "x.manual.mse",
        "The gradient lacks the factor 2 of the square.",
        [("2 * away / away.size", "away / away.size")],
    ),
    Pitfall(
        "entropy-overflows",
        "x.manual.cross_entropy",
        "Large logits give infinity or nan: take the row's maximum off before the exponential.",
        [(SHIFTED, "    shifted = out\n")],
    ),
    Pitfall(
        "entropy-gradient-not-divided",
        "x.manual.cross_entropy",
        "The loss is a mean over rows, its gradient is not: divide by N.",
        [("g / len(y)", "g")],
    ),
    Pitfall(
        "entropy-gradient-of-softmax",
        "x.manual.cross_entropy",
        "The gradient is the softmax alone: the true class loses 1.",
        [("    g[rows, y] -= 1\n", "")],
    ),
    Pitfall(
        "entropy-axis-of-rows",
        "x.manual.cross_entropy",
        "The softmax sums over rows. Each row is one distribution: over the classes.",
        [
            (
                "np.exp(shifted).sum(axis=1, keepdims=True)",
                "np.exp(shifted).sum(axis=0, keepdims=True)",
            )
        ],
    ),
    Pitfall(
        "tanh-after-last",
        "x.manual.mlp",
        "There is a Tanh after the last layer, too: no output can leave (-1, 1).",
        [("        self.layers.pop()\n", "")],
    ),
    Pitfall(
        "backward-not-reversed",
        "x.manual.mlp_backward",
        "Layers go backward from the first to the last: the gradient begins at the outputs.",
        [("in reversed(self.layers)", "in self.layers")],
    ),
    Pitfall(
        "gradients-in-backward-order",
        "x.manual.mlp_backward",
        "Gradients are listed from the last layer to the first, parameters the other way round.",
        [
            (
                "return [g for layer in self.layers for g in layer.gradients()]",
                "return [g for layer in reversed(self.layers) for g in layer.gradients()]",
            )
        ],
    ),
    Pitfall(
        "parameters-copied",
        "x.manual.fit_steps",
        "parameters() gives copies: fit changes those, and the network never learns.",
        [
            (
                "return [p for layer in self.layers for p in layer.parameters()]",
                "return [p.copy() for layer in self.layers for p in layer.parameters()]",
            )
        ],
    ),
    Pitfall(
        "momentum-forgotten",
        "x.manual.fit_steps",
        "The velocity begins anew at every step: the momentum has no effect.",
        [(VELOCITIES, "            velocities = model.gradients()\n")],
    ),
    Pitfall(
        "momentum-averages",
        "x.manual.fit_steps",
        "The velocity is a mean of old and new, (1 - momentum) times the gradient. Here the whole "
        "gradient is added.",
        [("momentum * v + dp for", "momentum * v + (1 - momentum) * dp for")],
    ),
    Pitfall(
        "last-batch-dropped",
        "x.manual.fit_order",
        "The rows that are left over at the end of an epoch are never shown.",
        [("range(0, len(x), batch_size)", "range(0, len(x) - batch_size + 1, batch_size)")],
    ),
    Pitfall(
        "order-drawn-once",
        "x.manual.fit_order",
        "The order is drawn once, so that all epochs have the same batches.",
        [
            (
                "    for _ in range(epochs):\n" + ORDER,
                ORDER.replace("        ", "    ", 1) + "    for _ in range(epochs):\n",
            )
        ],
    ),
    Pitfall(
        "labels-stay",
        "x.manual.fit_order",
        "x goes through in the drawn order, y in its own: labels no longer belong to their rows.",
        [("y[rows])", "y[start : start + batch_size])")],
    ),
    Pitfall(
        "shapes-broadcast",
        "x.manual.bad_input",
        "(N, 1) and (N,) are subtracted in silence, which gives (N, N). Compare shapes first.",
        [("if out.shape != y.shape or not out.size:", "if not out.size:")],
    ),
]
