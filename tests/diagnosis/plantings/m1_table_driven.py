"""Operators generated from a table."""

ROWS = [
    ("assign-not-accumulate", "pending.get(source, 0) + part", "part"),
    (
        "order-not-reversed",
        "reversed(_postorder(self))",
        "_postorder(self)",
        "pending.pop(node)",
        "pending.pop(node, 0)",
    ),
    ("root-gradient-not-set", "np.float64(1) if node", "np.float64(0) if node"),
    (
        "gradients-reset-in-backward",
        "cotangent if node is self else node.grad + cotangent",
        "cotangent",
    ),
    ("gradient-sign", "np.float64(1) if node", "np.float64(-1) if node"),
    ("rsub-reversed", "(other, self) if swap else (self, other)", "(self, other)"),
    ("difference-not-halved", "/ (2 * eps)", "/ eps"),
    (
        "one-sided-difference",
        "(float(f((x + h).tolist())) - float(f((x - h).tolist()))) / (2 * eps)",
        "(float(f((x + h).tolist())) - float(f(x.tolist()))) / eps",
    ),
    (
        "gradcheck-absolute-values",
        "np.abs(exact - estimate)",
        "np.abs(np.abs(exact) - np.abs(estimate))",
    ),
    ("gradcheck-any-input", "np.all(np.abs", "np.any(np.abs"),
    ("gradcheck-not-relative", "tol * np.maximum(1, np.abs(exact))", "tol"),
    ("gradcheck-relative-only", "np.maximum(1, np.abs(exact))", "np.abs(exact)"),
]
