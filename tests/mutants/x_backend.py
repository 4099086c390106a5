"""The mistakes of unit x.backend."""

from tests.mutants.pitfall import Pitfall

SAME = "any(module is not found[0] for module in found)"
SHIFT = "shifted = logits - xp.max(logits, axis=1, keepdims=True)"
STEP = "return {name: p - lr * grads[name] for name, p in params.items()}"
ONE_HOT = "xp.astype(y[:, None] == classes[None, :], logits.dtype)"

PITFALLS = [
    Pitfall(
        "namespace-always-numpy",
        "x.backend.namespace",
        "The module is NumPy whatever the arrays are.",
        [("    return found[0]\n", "    return np\n")],
    ),
    Pitfall(
        "namespace-of-first",
        "x.backend.namespace",
        "Only the first array is asked: arrays of two modules are not noticed.",
        [(f"if not found or {SAME}:", "if not found:")],
    ),
    Pitfall(
        "numpy-tanh",
        "x.backend.forward",
        "tanh is NumPy's: it converts what another module computed, or fails on its device.",
        [("return xp.tanh(x @ w1 + b1)", "return np.tanh(x @ w1 + b1)")],
    ),
    Pitfall(
        "method-sum",
        "x.backend.strict",
        "sum is called as a method of an array. The standard has functions of the module only.",
        [("xp.sum(g_hidden, axis=0)", "g_hidden.sum(axis=0)")],
    ),
    Pitfall(
        "fancy-index",
        "x.backend.cross_entropy",
        "Entries are picked and changed by an index of two arrays: the standard has no such "
        "assignment.",
        [
            (
                f"    one_hot = {ONE_HOT}  # (N, C)\n",
                "    one_hot = xp.zeros_like(logits)\n    one_hot[xp.arange(n), y] = 1\n",
            )
        ],
    ),
    Pitfall(
        "made-on-default-device",
        "x.backend.cross_entropy",
        "An array is made on the default device, and the operands lie on another one.",
        [("xp.arange(c, dtype=y.dtype, device=logits.device)", "xp.arange(c, dtype=y.dtype)")],
    ),
    Pitfall(
        "backend-overflows",
        "x.backend.cross_entropy",
        "Large logits overflow: take the row's maximum off before the exponential.",
        [(SHIFT, "shifted = logits")],
    ),
    Pitfall(
        "backend-loss-summed",
        "x.backend.cross_entropy",
        "The loss is a sum over rows: the mean is wanted.",
        [("return -xp.sum(log_p * one_hot) / n,", "return -xp.sum(log_p * one_hot),")],
    ),
    Pitfall(
        "backend-gradient-summed",
        "x.backend.cross_entropy",
        "The gradient by the logits is that of a sum over rows.",
        [("(xp.exp(log_p) - one_hot) / n", "xp.exp(log_p) - one_hot")],
    ),
    Pitfall(
        "backend-slope-forgotten",
        "x.backend.gradients",
        "The slope of tanh is missing on the way to the first layer.",
        [('(g @ params["w2"].T) * (1 - hidden**2)', 'g @ params["w2"].T')],
    ),
    Pitfall(
        "backend-bias-averaged",
        "x.backend.gradients",
        "Gradients of biases are means over rows: the loss has divided by N already.",
        [
            ('"b1": xp.sum(g_hidden, axis=0)', '"b1": xp.mean(g_hidden, axis=0)'),
            ('"b2": xp.sum(g, axis=0)', '"b2": xp.mean(g, axis=0)'),
        ],
    ),
    Pitfall(
        "step-in-place",
        "x.backend.step",
        "The step writes into the parameters that were handed in.",
        [
            (
                f"    {STEP}\n",
                "    for name, p in params.items():\n        p -= lr * grads[name]\n    return params\n",
            )
        ],
    ),
    Pitfall(
        "step-uphill",
        "x.backend.step",
        "The step goes uphill: the gradient is subtracted.",
        [(STEP, STEP.replace("p - lr", "p + lr"))],
    ),
    Pitfall(
        "loss-after-step",
        "x.backend.train",
        "The losses are those after each step: the first belongs to the start.",
        [
            (
                "        losses.append(float(loss))\n        params = sgd_step(params, grads, lr)\n",
                "        params = sgd_step(params, grads, lr)\n"
                "        losses.append(float(gradients(params, x, y)[0]))\n",
            )
        ],
    ),
    Pitfall(
        "one-hot-in-float64",
        "x.backend.float32",
        "One-hot rows are made in float64, and turn all that they touch into float64.",
        [(ONE_HOT, ONE_HOT.replace("logits.dtype", "xp.float64"))],
    ),
    Pitfall(
        "bias-broadcasts",
        "x.backend.bad_input",
        "A bias of length 1 is broadcast to a whole row: compare shapes first.",
        [
            ("(w1.shape, w2.shape) != (sizes[:2], sizes[1:])", "w1.shape[0] != sizes[0]"),
            ("len(sizes) != 3 or ", ""),
        ],
    ),
]
