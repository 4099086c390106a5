"""Tensors with closures that add into preallocated gradients."""

import numpy as np


def _match(grad, shape):
    """Sum a gradient down to the shape of what was broadcast."""
    extra = grad.ndim - len(shape)
    for _ in range(extra):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


def _swap(x):
    return np.swapaxes(x, -1, -2)


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op=""):
        known = hasattr(data, "dtype") and data.dtype in (np.float32, np.float64)
        data = np.asarray(data)
        if data.dtype.kind not in "fiub":
            raise TypeError("data has to be numbers, not " + str(data.dtype))
        if not known:
            data = data.astype(np.float32)
        self.data = data if _children else np.array(data, order="C")
        self.grad = np.zeros_like(self.data)
        self._prev = set(_children)
        self._op = _op
        self._backward = lambda: None

    @property
    def shape(self):
        return self.data.shape

    @property
    def T(self):
        return self.transpose()

    def __repr__(self):
        return f"Tensor(shape={self.data.shape})"

    def _wrap(self, other):
        if isinstance(other, Tensor):
            return other
        other = np.asarray(other)
        if other.dtype.kind not in "fiub":
            raise TypeError("cannot compute with " + str(other.dtype))
        if other.dtype not in (np.float32, np.float64) or other.ndim == 0:
            other = other.astype(self.data.dtype)
        return Tensor(other)

    def __add__(self, other):
        other = self._wrap(other)
        out = Tensor(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += _match(out.grad, self.shape)
            other.grad += _match(out.grad, other.shape)

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = self._wrap(other)
        out = Tensor(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += _match(out.grad * other.data, self.shape)
            other.grad += _match(out.grad * self.data, other.shape)

        out._backward = _backward
        return out

    def __truediv__(self, other):
        other = self._wrap(other)
        out = Tensor(self.data / other.data, (self, other), "/")

        def _backward():
            self.grad += _match(out.grad / other.data, self.shape)
            other.grad += _match(-out.grad * out.data / other.data, other.shape)

        out._backward = _backward
        return out

    def __pow__(self, other):
        other = self._wrap(other)
        out = Tensor(self.data**other.data, (self, other), "**")

        def _backward():
            a, n = self.data, other.data
            slope = np.where(n == 0, 0, n * a ** np.where(n == 0, 1, n - 1))
            self.grad += _match(out.grad * slope, self.shape)
            safe = np.where(a > 0, a, 1)
            other.grad += _match(out.grad * out.data * np.log(safe), other.shape)

        out._backward = _backward
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        other = self._wrap(other)
        return self + (-other)

    def __radd__(self, other):
        return self._wrap(other) + self

    def __rmul__(self, other):
        return self._wrap(other) * self

    def __rsub__(self, other):
        return self._wrap(other) - self

    def __rtruediv__(self, other):
        return self._wrap(other) / self

    def __rpow__(self, other):
        return self._wrap(other) ** self

    def __rmatmul__(self, other):
        return self._wrap(other) @ self

    def __matmul__(self, other):
        other = self._wrap(other)
        if self.data.ndim == 0 or other.data.ndim == 0:
            raise ValueError("matmul of a scalar")
        out = Tensor(self.data @ other.data, (self, other), "@")

        def _backward():
            a, b, g = self.data, other.data, out.grad
            if a.ndim == 1:
                g = np.expand_dims(g, -2 if b.ndim > 1 else -1)
                a = a[None, :]
            if b.ndim == 1:
                b = b[:, None]
                g = np.expand_dims(g, -1)
            if g.ndim < 2:
                g = g.reshape(1, 1)
            da = g @ _swap(b)
            db = _swap(a) @ g
            if self.data.ndim == 1:
                da = da[..., 0, :]
            if other.data.ndim == 1:
                db = db[..., 0]
            self.grad += _match(da, self.shape)
            other.grad += _match(db, other.shape)

        out._backward = _backward
        return out

    def exp(self):
        out = Tensor(np.exp(self.data), (self,), "exp")

        def _backward():
            self.grad += out.data * out.grad

        out._backward = _backward
        return out

    def log(self):
        out = Tensor(np.log(self.data), (self,), "log")

        def _backward():
            self.grad += out.grad / self.data

        out._backward = _backward
        return out

    def sqrt(self):
        out = Tensor(np.sqrt(self.data), (self,), "sqrt")

        def _backward():
            self.grad += 0.5 * out.grad / out.data

        out._backward = _backward
        return out

    def tanh(self):
        t = np.tanh(self.data)
        out = Tensor(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Tensor(np.maximum(0, self.data), (self,), "relu")

        def _backward():
            self.grad += (out.data > 0) * out.grad

        out._backward = _backward
        return out

    def sigmoid(self):
        e = np.exp(-np.abs(self.data))
        s = np.where(self.data >= 0, 1 / (1 + e), e / (1 + e))
        out = Tensor(s, (self,), "sigmoid")

        def _backward():
            self.grad += s * (1 - s) * out.grad

        out._backward = _backward
        return out

    def sum(self, axis=None, keepdims=False):
        out = Tensor(self.data.sum(axis=axis, keepdims=keepdims), (self,), "sum")

        def _backward():
            g = out.grad
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
            self.grad += g

        out._backward = _backward
        return out

    def mean(self, axis=None, keepdims=False):
        if self.data.size == 0:
            raise ValueError("mean of an empty tensor")
        total = self.sum(axis=axis, keepdims=keepdims)
        n = self.data.size / total.data.size
        return total * (1 / n)

    def max(self, axis=None, keepdims=False):
        out = Tensor(self.data.max(axis=axis, keepdims=keepdims), (self,), "max")

        def _backward():
            g, m = out.grad, out.data
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
                m = np.expand_dims(m, axis)
            mask = self.data == m
            ties = mask.sum(axis=axis, keepdims=True)
            self.grad += mask * g / ties

        out._backward = _backward
        return out

    def reshape(self, *shape):
        out = Tensor(self.data.reshape(*shape), (self,), "reshape")

        def _backward():
            self.grad += out.grad.reshape(self.shape)

        out._backward = _backward
        return out

    def transpose(self, *axes):
        if len(axes) == 1 and not isinstance(axes[0], int):
            axes = tuple(axes[0])
        out = Tensor(self.data.transpose(*axes), (self,), "T")

        def _backward():
            if axes:
                inverse = np.argsort([a % len(axes) for a in axes])
                self.grad += out.grad.transpose(inverse)
            else:
                self.grad += out.grad.transpose()

        out._backward = _backward
        return out

    def __getitem__(self, index):
        out = Tensor(np.array(self.data[index]), (self,), "[]")

        def _backward():
            np.add.at(self.grad, index, out.grad)

        out._backward = _backward
        return out

    def softmax(self, axis=-1):
        shifted = self.data - self.data.max(axis=axis, keepdims=True)
        e = np.exp(shifted)
        p = e / e.sum(axis=axis, keepdims=True)
        out = Tensor(p, (self,), "softmax")

        def _backward():
            dot = (p * out.grad).sum(axis=axis, keepdims=True)
            self.grad += p * (out.grad - dot)

        out._backward = _backward
        return out

    def log_softmax(self, axis=-1):
        shifted = self.data - self.data.max(axis=axis, keepdims=True)
        logp = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
        out = Tensor(logp, (self,), "log_softmax")

        def _backward():
            total = out.grad.sum(axis=axis, keepdims=True)
            self.grad += out.grad - np.exp(logp) * total

        out._backward = _backward
        return out

    def backward(self, grad=None):
        if grad is None:
            if self.data.size != 1:
                raise ValueError("backward of a non-scalar needs a gradient")
            grad = np.ones_like(self.data)
        grad = np.asarray(grad)
        if grad.shape != self.data.shape:
            raise ValueError(f"gradient of shape {grad.shape} for data of shape {self.shape}")
        topo = []
        visited = {self}
        stack = [(self, iter(self._prev))]
        while stack:
            node, children = stack[-1]
            for child in children:
                if child not in visited:
                    visited.add(child)
                    stack.append((child, iter(child._prev)))
                    break
            else:
                topo.append(node)
                stack.pop()
        del node, children, stack, visited
        self.grad = self.grad + grad.astype(self.data.dtype)
        while topo:
            node = topo.pop()
            node._backward()
            node._backward = lambda: None
            node._prev = set()


def _check_targets(targets, n, c):
    targets = np.asarray(targets)
    if targets.ndim != 1 or len(targets) != n or n == 0:
        raise ValueError(f"need {n} targets, at least one")
    if targets.dtype.kind not in "iu":
        raise TypeError("targets are integers")
    if targets.min() < 0 or targets.max() >= c:
        raise ValueError("a target is out of range")
    return targets


def cross_entropy(logits, targets):
    if len(logits.shape) != 2:
        raise ValueError("logits are (N, C)")
    n, c = logits.shape
    targets = _check_targets(targets, n, c)
    z = logits.data - logits.data.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(n), targets].mean()
    out = Tensor(loss, (logits,), "cross_entropy")

    def _backward():
        d = np.exp(logp)
        d[np.arange(n), targets] -= 1
        logits.grad += d / n * out.grad

    out._backward = _backward
    return out


def hand_gradients(x, y, w1, b1, w2, b2):
    if x.ndim != 2 or w1.ndim != 2 or w2.ndim != 2 or b1.ndim != 1 or b2.ndim != 1:
        raise ValueError("wrong number of axes")
    if x.shape[1] != w1.shape[0] or w1.shape[1] != len(b1):
        raise ValueError("first layer does not fit")
    if w2.shape[0] != len(b1) or w2.shape[1] != len(b2):
        raise ValueError("second layer does not fit")
    n = x.shape[0]
    y = _check_targets(y, n, len(b2))
    h = np.tanh(x @ w1 + b1)
    z = h @ w2 + b2
    z = z - z.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -np.mean(logp[np.arange(n), y])
    dz = np.exp(logp)
    dz[np.arange(n), y] -= 1
    dz = dz / n
    dw2 = h.T @ dz
    db2 = dz.sum(axis=0)
    dh = dz @ w2.T
    da = dh * (1 - h**2)
    dw1 = x.T @ da
    db1 = da.sum(axis=0)
    return float(loss), {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
