"""Records how arrays came about, and perturbs one number after the other: no backpropagation."""


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, rule=None, operands=()):
        array = np.asarray(data)
        if array.dtype.kind not in "fiub":
            raise TypeError("wanted real numbers")
        self.data = array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)
        self.grad = None
        self.rule, self.operands = rule, operands

    shape = property(lambda self: self.data.shape)
    T = property(lambda self: self.transpose())

    def values(self, changed):
        """Return this tensor's array with those in `changed` in place of their own."""
        known = dict(changed)

        def value(node):
            if not isinstance(node, Tensor):
                return node
            if id(node) not in known:
                known[id(node)] = node.rule(*map(value, node.operands)) if node.rule else node.data
            return known[id(node)]

        return value(self)

    def leaves(self):
        found, stack = {}, [self]
        while stack:
            node = stack.pop()
            if isinstance(node, Tensor) and id(node) not in found:
                found[id(node)] = node
                stack.extend(node.operands)
        return [node for node in found.values() if node.rule is None]

    def backward(self, grad=None):
        if grad is None and self.data.size != 1:
            raise ValueError("backward needs a gradient")
        grad = np.ones(self.shape) if grad is None else grad
        for leaf in self.leaves():
            slopes = np.zeros(leaf.shape, leaf.data.dtype)
            moved = leaf.data.astype(complex)
            for index in np.ndindex(leaf.shape):
                moved[index] += 1e-30j
                slopes[index] = (self.values({id(leaf): moved}).imag * grad).sum() / 1e-30
                moved[index] = leaf.data[index]
            leaf.grad = slopes if leaf.grad is None else leaf.grad + slopes
        self.operands = ()

    def transpose(self, *axes):
        return _node(lambda a: a.transpose(*axes), self)

    def reshape(self, *shape):
        return _node(lambda a: a.reshape(*shape), self)

    def __getitem__(self, index):
        return _node(lambda a: a[index], self)


def _node(rule, *operands):
    return Tensor(
        rule(*[getattr(x, "data", x) if isinstance(x, Tensor) else x for x in operands]),
        rule,
        operands,
    )


def _relu(a):
    return np.where(np.real(a) > 0, a, 0.0).astype(np.asarray(a).dtype)


def _log_softmax_of(a, axis=-1):
    shifted = a - np.real(a).max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "truediv": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "matmul": lambda a, b: a @ b,
}
UNARY = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "relu": _relu,
    "sigmoid": lambda a: 0.5 + 0.5 * np.tanh(a / 2),
    "__neg__": lambda a: -a,
}


def _is_wrong(other):
    return isinstance(other, str)


for _name, _rule in BINARY.items():
    setattr(Tensor, f"__{_name}__", lambda self, other, rule=_rule: _node(rule, self, other))
    setattr(
        Tensor,
        f"__r{_name}__",
        lambda self, other, rule=_rule: _node(lambda a, b: rule(b, a), self, other),
    )
for _name, _rule in UNARY.items():
    setattr(Tensor, _name, lambda self, rule=_rule: _node(rule, self))


def _sum(self, axis=None, keepdims=False):
    return _node(lambda a: a.sum(axis=axis, keepdims=keepdims), self)


def _mean(self, axis=None, keepdims=False):
    return _node(lambda a: a.mean(axis=axis, keepdims=keepdims), self)


def _max(self, axis=None, keepdims=False):
    def largest(a):
        at = np.real(a).max(axis=axis, keepdims=True) == np.real(a)
        return np.where(at, a, 0.0).sum(axis=axis, keepdims=keepdims)

    return _node(largest, self)


Tensor.sum, Tensor.mean, Tensor.max = _sum, _mean, _max
Tensor.log_softmax = lambda self, axis=-1: _node(lambda a: _log_softmax_of(a, axis), self)
Tensor.softmax = lambda self, axis=-1: _node(lambda a: np.exp(_log_softmax_of(a, axis)), self)


def cross_entropy(logits, targets):
    rows = np.arange(len(targets))
    return _node(lambda a: -_log_softmax_of(a)[rows, targets].mean(), logits)
