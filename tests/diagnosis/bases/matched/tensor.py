"""A node knows the name of its operation; one long `match` says what each of them hands back."""

from collections import Counter

import numpy as np

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)


def to_array(data, otherwise=SINGLE):
    """A fresh array of real numbers; a dtype that is not a float one becomes `otherwise`."""
    a = np.array(data)
    if not (np.issubdtype(a.dtype, np.number) or a.dtype == bool) or np.iscomplexobj(a):
        raise TypeError(f"no real numbers: {a.dtype}")
    if isinstance(data, np.ndarray | np.generic) and a.dtype in (SINGLE, DOUBLE):
        return np.ascontiguousarray(a).reshape(a.shape)
    return a.astype(otherwise)


def shrink(g, shape):
    """Undo broadcasting, axis by axis from the last one."""
    while len(g.shape) > len(shape):
        g = np.add.reduce(g, 0)
    for k in range(len(shape)):
        if shape[k] != g.shape[k]:
            g = np.add.reduce(g, k, keepdims=True)
    return g


def turned(m):
    return np.moveaxis(m, -1, -2)


class Tensor:
    __array_ufunc__ = None
    __slots__ = ("data", "grad", "op", "inputs", "info", "__weakref__")

    def __init__(self, data):
        self.data = to_array(data)
        self.grad, self.op, self.inputs, self.info = None, "leaf", (), None

    def result(self, op, value, *others, info=None):
        t = object.__new__(Tensor)
        t.data, t.grad = np.asarray(value), None
        t.op, t.inputs, t.info = op, (self, *others), info
        return t

    def constant(self, value):
        if isinstance(value, Tensor):
            return value
        t = Tensor.__new__(Tensor)
        t.data = to_array(value, self.data.dtype)
        if not isinstance(value, np.ndarray):
            t.data = t.data.astype(self.data.dtype)
        t.grad, t.op, t.inputs, t.info = None, "constant", (), None
        return t

    @property
    def shape(self):
        return np.shape(self.data)

    @property
    def T(self):
        return self.transpose()

    # two operands

    def __add__(self, other):
        other = self.constant(other)
        return self.result("add", self.data + other.data, other)

    def __sub__(self, other):
        other = self.constant(other)
        return self.result("sub", self.data - other.data, other)

    def __mul__(self, other):
        other = self.constant(other)
        return self.result("mul", self.data * other.data, other)

    def __truediv__(self, other):
        other = self.constant(other)
        return self.result("div", np.divide(self.data, other.data), other)

    def __pow__(self, other):
        other = self.constant(other)
        return self.result("pow", np.power(self.data, other.data), other)

    def __matmul__(self, other):
        other = self.constant(other)
        if self.data.ndim < 1 or other.data.ndim < 1:
            raise ValueError("a scalar has no matrix product")
        left = self.data[None, :] if self.data.ndim == 1 else self.data
        right = other.data[:, None] if other.data.ndim == 1 else other.data
        full = np.matmul(left, right)
        gone = [k for k, t in ((-2, self), (-1, other)) if t.data.ndim == 1]
        value = full.squeeze(tuple(gone)) if gone else full
        return self.result("matmul", value, other, info=(left, right, full.shape))

    def __radd__(self, other):
        return self.constant(other) + self

    def __rsub__(self, other):
        return self.constant(other) - self

    def __rmul__(self, other):
        return self.constant(other) * self

    def __rtruediv__(self, other):
        return self.constant(other) / self

    def __rpow__(self, other):
        return self.constant(other) ** self

    def __rmatmul__(self, other):
        return self.constant(other) @ self

    # one operand

    def __neg__(self):
        return self.result("neg", np.negative(self.data))

    def exp(self):
        return self.result("exp", np.exp(self.data))

    def log(self):
        return self.result("log", np.log(self.data))

    def sqrt(self):
        return self.result("sqrt", self.data**0.5)

    def tanh(self):
        return self.result("tanh", np.tanh(self.data))

    def relu(self):
        return self.result("relu", self.data.clip(min=0))

    def sigmoid(self):
        small = np.exp(-abs(self.data))
        value = np.where(self.data < 0, small, 1) / (1 + small)
        return self.result("sigmoid", value.astype(self.data.dtype))

    def spread_axes(self, axis):
        """The axes that go away, all as numbers from 0."""
        if axis is None:
            return tuple(range(self.data.ndim))
        axes = axis if isinstance(axis, tuple) else (axis,)
        return tuple(k % max(self.data.ndim, 1) for k in axes)

    def sum(self, axis=None, keepdims=False):
        value = np.sum(self.data, axis, keepdims=keepdims)
        return self.result("sum", value, info=self.spread_axes(axis))

    def mean(self, axis=None, keepdims=False):
        if self.data.size < 1:
            raise ValueError("the mean of nothing")
        value = np.mean(self.data, axis, keepdims=keepdims)
        return self.result("mean", value, info=self.spread_axes(axis))

    def max(self, axis=None, keepdims=False):
        value = np.max(self.data, axis, keepdims=keepdims)
        return self.result("max", value, info=self.spread_axes(axis))

    def reshape(self, *shape):
        return self.result("reshape", np.reshape(self.data, shape[0] if len(shape) == 1 else shape))

    def transpose(self, *axes):
        if len(axes) == 1 and isinstance(axes[0], tuple | list):
            axes = tuple(axes[0])
        axes = axes or tuple(range(self.data.ndim))[::-1]
        return self.result("transpose", np.transpose(self.data, axes), info=axes)

    def __getitem__(self, key):
        return self.result("index", self.data[key], info=key)

    def softmax(self, axis=-1):
        powers = np.exp(self.data - np.max(self.data, axis, keepdims=True))
        value = powers / np.sum(powers, axis, keepdims=True)
        return self.result("softmax", value, info=axis)

    def log_softmax(self, axis=-1):
        low = self.data - np.max(self.data, axis, keepdims=True)
        value = low - np.log(np.sum(np.exp(low), axis, keepdims=True))
        return self.result("log_softmax", value, info=axis)

    # backwards

    def backward(self, grad=None):
        if grad is None:
            if self.data.size != 1:
                raise ValueError("say with which gradient to begin")
            grad = np.ones_like(self.data)
        grad = np.asarray(grad, self.data.dtype)
        if grad.shape != self.data.shape:
            raise ValueError(f"a gradient of {grad.shape} for a tensor of {self.data.shape}")
        waiting = self.count_uses()
        self.take(grad)
        ready = [self]
        while ready:
            t = ready.pop()
            t.hand_back(t.grad)
            for x in t.inputs:
                waiting[id(x)] -= 1
                if waiting[id(x)] == 0:
                    ready.append(x)
            t.inputs, t.info = (), None

    def count_uses(self):
        """How often each node is an operand below this one."""
        uses, known, todo = Counter(), {id(self)}, [self]
        while todo:
            for x in todo.pop().inputs:
                uses[id(x)] += 1
                if id(x) not in known:
                    known.add(id(x))
                    todo.append(x)
        return uses

    def take(self, g):
        g = shrink(np.asarray(g), self.data.shape).astype(self.data.dtype)
        if self.grad is None:
            self.grad = np.zeros(self.data.shape, self.data.dtype)
        self.grad = self.grad + g

    def widen(self, g):
        """A cotangent of a reduction with the axes of size 1 that its input still has."""
        (x,) = self.inputs
        return np.reshape(g, [1 if k in self.info else n for k, n in enumerate(x.shape)])

    def hand_back(self, g):
        y = self.data
        match (self.op, *self.inputs):
            case "add", a, b:
                a.take(g)
                b.take(g)
            case "sub", a, b:
                a.take(g)
                b.take(-g)
            case "mul", a, b:
                a.take(g * b.data)
                b.take(g * a.data)
            case "div", a, b:
                a.take(g / b.data)
                b.take(-(g / b.data) * y)
            case "pow", a, b:
                n = b.data
                a.take(g * np.where(n == 0, 0, n * a.data ** np.where(n == 0, 1, n - 1)))
                b.take(g * y * np.log(a.data, where=a.data > 0, out=np.zeros_like(a.data)))
            case "matmul", a, b:
                left, right, shape = self.info
                g = g.reshape(shape)
                before, after = g @ turned(right), turned(left) @ g
                a.take(shrink(before, left.shape).reshape(a.shape))
                b.take(shrink(after, right.shape).reshape(b.shape))
            case "neg", a:
                a.take(-g)
            case "exp", a:
                a.take(g * y)
            case "log", a:
                a.take(g / a.data)
            case "sqrt", a:
                a.take(0.5 * g / y)
            case "tanh", a:
                a.take((1 - y * y) * g)
            case "relu", a:
                a.take(np.where(a.data > 0, g, 0))
            case "sigmoid", a:
                a.take(y * (1 - y) * g)
            case "sum", a:
                a.take(self.widen(g) * np.ones_like(a.data))
            case "mean", a:
                a.take(self.widen(g) * np.full_like(a.data, y.size / a.data.size))
            case "max", a:
                best = a.data == self.widen(y)
                a.take(best * self.widen(g) / best.sum(self.info, keepdims=True))
            case "reshape", a:
                a.take(g.reshape(a.shape))
            case "transpose", a:
                a.take(g.transpose(np.argsort([k % g.ndim for k in self.info]) if g.ndim else ()))
            case "index", a:
                scattered = np.zeros_like(a.data)
                np.add.at(scattered, self.info, g)
                a.take(scattered)
            case "softmax", a:
                a.take(y * (g - (g * y).sum(self.info, keepdims=True)))
            case "log_softmax", a:
                a.take(g - np.exp(y) * g.sum(self.info, keepdims=True))
            case "cross_entropy", a:
                p, labels = self.info
                d = p.copy()
                d[np.arange(len(d)), labels] -= 1
                a.take(g * d / len(d))


def labels_for(targets, rows, classes):
    labels = np.asarray(targets)
    if labels.ndim != 1 or len(labels) != rows or rows == 0:
        raise ValueError(f"{rows} rows, but targets of shape {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise TypeError("labels are integers")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"a label is not one of 0 to {classes - 1}")
    return labels


def cross_entropy(logits, targets):
    z = logits.data
    if z.ndim != 2:
        raise ValueError(f"logits are (N, C), not {z.shape}")
    labels = labels_for(targets, len(z), z.shape[1])
    z = z - z.max(1, keepdims=True)
    powers = np.exp(z)
    totals = powers.sum(1)
    losses = np.log(totals) - z[np.arange(len(z)), labels]
    return logits.result("cross_entropy", losses.mean(), info=(powers / totals[:, None], labels))


def hand_gradients(x, y, w1, b1, w2, b2):
    n, d = np.shape(x) if np.ndim(x) == 2 else (-1, -1)
    if np.ndim(w1) != 2 or np.ndim(w2) != 2 or len(w1) != d or len(w2) != w1.shape[1]:
        raise ValueError("the matrices do not fit")
    if b1.shape != (w1.shape[1],) or b2.shape != (w2.shape[1],):
        raise ValueError("the biases do not fit")
    labels = labels_for(y, n, len(b2))
    hidden = np.tanh(np.dot(x, w1) + b1)
    scores = np.dot(hidden, w2) + b2
    scores = scores - scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -logs[np.arange(n), labels].sum() / n
    delta2 = np.exp(logs)
    delta2[np.arange(n), labels] -= 1.0
    delta2 = delta2 / n
    delta1 = np.dot(delta2, w2.T) * (1.0 - hidden**2)
    return float(loss), {
        "w1": np.dot(x.T, delta1),
        "b1": delta1.sum(axis=0),
        "w2": np.dot(hidden.T, delta2),
        "b2": delta2.sum(axis=0),
    }
