"""Tensors whose results keep one function that returns the gradients of all operands."""

import numpy as np


def numbers(x, dtype=None):
    a = np.asarray(x)
    if a.dtype.kind not in "fiub":
        raise TypeError("a tensor holds real numbers")
    if getattr(x, "dtype", None) in (np.float32, np.float64):
        if dtype is None or isinstance(x, np.ndarray):
            return a
    return a.astype(dtype or np.float32)


def reduce_to(g, shape):
    """Undo broadcasting: pad the shape with ones on the left, then sum."""
    if g.shape == shape:
        return g
    padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i in range(g.ndim) if padded[i] == 1 and g.shape[i] != 1)
    return g.sum(axis=axes, keepdims=True).reshape(shape)


def logsumexp(x, axis):
    m = x.max(axis=axis, keepdims=True)
    return m + np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), grad_fn=None):
        self.data = numbers(data).copy() if grad_fn is None else np.asarray(data)
        self.parents = parents
        self.grad_fn = grad_fn
        self.grad = None

    @property
    def shape(self):
        return self.data.shape

    @property
    def T(self):
        return self.transpose()

    def const(self, x):
        return x if isinstance(x, Tensor) else Tensor(numbers(x, self.data.dtype))

    def unary(self, data, slope):
        return Tensor(data, (self,), lambda g: (g * slope,))

    # operators
    def __add__(self, other):
        other = self.const(other)
        return Tensor(self.data + other.data, (self, other), lambda g: (g, g))

    def __sub__(self, other):
        other = self.const(other)
        return Tensor(self.data - other.data, (self, other), lambda g: (g, -g))

    def __mul__(self, other):
        other = self.const(other)
        x, y = self.data, other.data
        return Tensor(x * y, (self, other), lambda g: (g * y, g * x))

    def __truediv__(self, other):
        other = self.const(other)
        x, y = self.data, other.data
        return Tensor(x / y, (self, other), lambda g: (g / y, -g * (x / y) / y))

    def __pow__(self, other):
        other = self.const(other)
        x, y = self.data, other.data
        z = x**y

        def grad_fn(g):
            dx = y * np.where(y == 0, 0, x ** np.where(y == 0, 1, y - 1))
            dy = z * np.log(np.where(x > 0, x, 1))
            return g * dx, g * dy

        return Tensor(z, (self, other), grad_fn)

    def __neg__(self):
        return self.unary(-self.data, -1)

    def __radd__(self, other):
        return self.const(other) + self

    def __rsub__(self, other):
        return self.const(other) - self

    def __rmul__(self, other):
        return self.const(other) * self

    def __rtruediv__(self, other):
        return self.const(other) / self

    def __rpow__(self, other):
        return self.const(other) ** self

    def __rmatmul__(self, other):
        return self.const(other) @ self

    def __matmul__(self, other):
        other = self.const(other)
        x, y = self.data, other.data
        if x.ndim == 0 or y.ndim == 0:
            raise ValueError("@ takes no scalars")

        def grad_fn(g):
            if x.ndim == 1 and y.ndim == 1:
                return g * y, g * x
            if x.ndim == 1:
                dx = (y * g[..., None, :]).sum(axis=-1)
                return dx, x[:, None] * g[..., None, :]
            if y.ndim == 1:
                dy = (x * g[..., :, None]).sum(axis=-2)
                return g[..., :, None] * y, dy
            dx = g @ np.moveaxis(y, -1, -2)
            dy = np.moveaxis(x, -1, -2) @ g
            return dx, dy

        return Tensor(x @ y, (self, other), grad_fn)

    # functions
    def exp(self):
        y = np.exp(self.data)
        return self.unary(y, y)

    def log(self):
        return self.unary(np.log(self.data), 1 / self.data)

    def sqrt(self):
        y = np.sqrt(self.data)
        return self.unary(y, 0.5 / y)

    def tanh(self):
        y = np.tanh(self.data)
        return self.unary(y, 1 - y * y)

    def relu(self):
        positive = self.data > 0
        return self.unary(self.data * positive, positive)

    def sigmoid(self):
        e = np.exp(-np.abs(self.data))
        y = np.where(self.data >= 0, 1, e) / (1 + e)
        return self.unary(y, y * (1 - y))

    # reductions
    def kept(self, axis):
        if axis is None:
            return (1,) * self.data.ndim
        axes = axis if isinstance(axis, tuple) else (axis,)
        axes = [a % self.data.ndim for a in axes]
        return tuple(1 if i in axes else n for i, n in enumerate(self.shape))

    def sum(self, axis=None, keepdims=False):
        shape, kept = self.shape, self.kept(axis)
        data = np.sum(self.data, axis=axis, keepdims=keepdims)
        return Tensor(data, (self,), lambda g: (np.broadcast_to(g.reshape(kept), shape),))

    def mean(self, axis=None, keepdims=False):
        if self.data.size == 0:
            raise ValueError("the mean of nothing")
        count = self.data.size // int(np.prod(self.kept(axis)))
        return self.sum(axis, keepdims) / count

    def max(self, axis=None, keepdims=False):
        x, kept = self.data, self.kept(axis)
        data = np.max(x, axis=axis, keepdims=keepdims)
        chosen = x == data.reshape(kept)
        share = chosen / chosen.sum(axis=axis, keepdims=True)
        return Tensor(data, (self,), lambda g: (share * g.reshape(kept),))

    # shapes
    def reshape(self, *shape):
        before = self.shape
        return Tensor(self.data.reshape(*shape), (self,), lambda g: (g.reshape(before),))

    def transpose(self, *axes):
        if not axes:
            return Tensor(self.data.T, (self,), lambda g: (g.T,))
        data = self.data.transpose(*axes)
        places = np.arange(self.data.ndim)[np.ravel(axes)]
        return Tensor(data, (self,), lambda g: (np.transpose(g, np.argsort(places)),))

    def __getitem__(self, index):
        shape = self.shape

        def grad_fn(g):
            full = np.zeros(shape, g.dtype)
            np.add.at(full, index, g)
            return (full,)

        return Tensor(self.data[index], (self,), grad_fn)

    # softmax
    def softmax(self, axis=-1):
        p = np.exp(self.data - logsumexp(self.data, axis))

        def grad_fn(g):
            inner = np.sum(g * p, axis=axis, keepdims=True)
            return (p * (g - inner),)

        return Tensor(p, (self,), grad_fn)

    def log_softmax(self, axis=-1):
        y = self.data - logsumexp(self.data, axis)

        def grad_fn(g):
            return (g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),)

        return Tensor(y, (self,), grad_fn)

    # the way back
    def backward(self, grad=None):
        if grad is None:
            if self.data.size != 1:
                raise ValueError("backward() needs grad: this is not a scalar")
            grad = np.ones(self.shape, self.data.dtype)
        grad = np.array(grad).astype(self.data.dtype)
        if grad.shape != self.shape:
            raise ValueError("grad has the wrong shape")
        uses = self.count_uses()
        self.add_grad(grad)
        ready = [self]
        while ready:
            node = ready.pop()
            if node.grad_fn is None:
                continue
            pairs = list(zip(node.parents, node.grad_fn(node.grad)))
            node.parents, node.grad_fn = (), None
            for parent, g in pairs:
                parent.add_grad(g)
                uses[id(parent)] -= 1
                if uses[id(parent)] == 0:
                    ready.append(parent)
            del pairs, parent

    def add_grad(self, g):
        g = np.asarray(reduce_to(np.asarray(g), self.shape), self.data.dtype)
        if self.grad is None:
            self.grad = g.copy()
        else:
            self.grad = self.grad + g

    def count_uses(self):
        uses, todo = {}, [self]
        while todo:
            for parent in todo.pop().parents:
                if id(parent) in uses:
                    uses[id(parent)] += 1
                else:
                    uses[id(parent)] = 1
                    todo.append(parent)
        return uses


def classes(targets, shape):
    targets = np.asarray(targets)
    if len(shape) != 2 or min(shape) < 1:
        raise ValueError("logits have the shape (N, C)")
    if targets.shape != shape[:1]:
        raise ValueError("one target for each row, please")
    if targets.dtype.kind not in "iu":
        raise TypeError("targets are integers")
    if np.any(targets < 0) or np.any(targets >= shape[1]):
        raise ValueError("no such class")
    return targets


def cross_entropy(logits, targets):
    targets = classes(targets, logits.shape)
    n = len(targets)
    logp = logits.data - logsumexp(logits.data, 1)
    picked = logp[np.arange(n), targets]

    def grad_fn(g):
        delta = np.exp(logp)
        delta[np.arange(n), targets] -= 1.0
        return (delta * g / n,)

    return Tensor(-np.sum(picked) / n, (logits,), grad_fn)


def hand_gradients(x, y, w1, b1, w2, b2):
    for a, axes in ((x, 2), (w1, 2), (b1, 1), (w2, 2), (b2, 1)):
        if a.ndim != axes:
            raise ValueError("an argument has the wrong number of axes")
    if (x.shape[1], len(b1)) != w1.shape or (len(b1), len(b2)) != w2.shape:
        raise ValueError("the layers do not fit")
    n = x.shape[0]
    y = classes(y, (n, len(b2)))
    hidden = np.tanh(x.dot(w1) + b1)
    scores = hidden.dot(w2) + b2
    logp = scores - logsumexp(scores, 1)
    loss = float(-logp[np.arange(n), y].mean())
    g2 = np.exp(logp)
    g2[np.arange(n), y] -= 1
    g2 /= n
    g1 = g2.dot(w2.T) * (1 - hidden**2)
    return loss, {
        "w1": x.T.dot(g1),
        "b1": g1.sum(axis=0),
        "w2": hidden.T.dot(g2),
        "b2": g2.sum(axis=0),
    }
