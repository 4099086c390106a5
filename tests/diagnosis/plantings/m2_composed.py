"""A neuron is a dot product, a layer a loop, a net a fold."""

ROWS = [
    (
        "layers-not-chained",
        "        for layer in self._children:\n            x = layer(x)\n        return x",
        "        for layer in self._children:\n            y = layer(x)\n        return y",
    ),
    ("bias-forgotten", "strict=True)] + [b]", "strict=True)]"),
    ("input-order-reversed", "zip(w, x, strict=True)", "zip(w[::-1], x, strict=True)"),
    ("output-activation-ignored", "+ [output_activation]", "+ [activation]"),
    ("weights-positive", "uniform(-1, 1, nin)", "uniform(0, 1, nin)"),
    ("gradients-not-zeroed", "        model.zero_grad()\n", ""),
    ("update-sign", "p.data -= rate", "p.data += rate"),
    (
        "squared-error-halved",
        "lambda p, t: (p - t) * (p - t)",
        "lambda p, t: (p - t) * (p - t) * 0.5",
    ),
    ("hinge-sum", "_tree_sum(losses) * (1 / len(losses))", "_tree_sum(losses)"),
    ("hinge-without-margin", "(s * -y + 1).relu()", "(s * -y).relu()"),
    ("penalty-halved", "or [Value(0.0)]) * alpha", "or [Value(0.0)]) * (alpha * 0.5)"),
    (
        "penalty-ignored",
        "            objective = objective + l2_penalty(model.parameters(), alpha)\n",
        "            pass\n",
    ),
    ("one-epoch-short", "while len(losses) < epochs:", "while len(losses) < epochs - 1:"),
    ("schedule-from-one", "lr(len(losses))", "lr(len(losses) + 1)"),
    (
        "zip-truncates",
        '        if len(w) != len(x):\n            raise ValueError(f"{len(x)} inputs do not fit {len(w)} weights")\n',
        "",
        "zip(w, x, strict=True)",
        "zip(w, x, strict=False)",
    ),
    (
        "list-for-one-output",
        "return [first, *others] if others else first",
        "return [first, *others]",
    ),
]
