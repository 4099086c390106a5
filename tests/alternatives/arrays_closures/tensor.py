"""A Tensor in the manner of micrograd: every operation leaves a closure for backward."""

import numpy as np


def sum_to(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis in range(len(shape)):
        if shape[axis] == 1 and g.shape[axis] > 1:
            g = g.sum(axis=axis, keepdims=True)
    return g


class Tensor:
    __array_priority__ = 1000

    def __init__(self, data, _children=(), _op=""):
        if isinstance(data, Tensor):
            raise TypeError("Tensor(Tensor): pass the array inside, tensor.data")
        known = isinstance(data, (np.ndarray, np.generic)) and data.dtype in (
            np.dtype("float32"),
            np.dtype("float64"),
        )
        if not known:
            found = np.array(data)
            if found.dtype.kind not in "biuf":
                raise TypeError(f"cannot make a Tensor of {data!r}")
            data = found.astype("float32")
        self.data = np.array(data)
        self.grad = np.zeros_like(self.data)
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op

    def __repr__(self):
        return f"Tensor({self.data!r})"

    @property
    def shape(self):
        return self.data.shape

    def wrap(self, other):
        if isinstance(other, Tensor):
            return other
        if isinstance(other, np.ndarray) and other.dtype in (np.float32, np.float64):
            return Tensor(other)
        values = np.array(other)
        if values.dtype.kind not in "biuf":
            raise TypeError(f"no arithmetic between a Tensor and {other!r}")
        return Tensor(values.astype(self.data.dtype))

    def gets(self, g):
        self.grad = self.grad + sum_to(np.asarray(g), self.data.shape).astype(self.data.dtype)

    def backward(self, grad=None):
        if grad is None:
            if self.data.size > 1:
                raise ValueError("not a scalar: backward needs the gradient to start from")
            grad = np.ones_like(self.data)
        grad = np.array(grad, dtype=self.data.dtype)
        if grad.shape != self.data.shape:
            raise ValueError(
                f"backward was given a gradient of shape {grad.shape} for {self.data.shape}"
            )

        # Kahn: count the uses of every node, then release a node when all its uses are done
        uses, todo, found = {}, [self], {id(self): self}
        while todo:
            for child in todo.pop()._prev:
                uses[id(child)] = uses.get(id(child), 0) + 1
                if id(child) not in found:
                    found[id(child)] = child
                    todo.append(child)
        self.grad = self.grad + grad
        ready = [self]
        del found
        while ready:
            node = ready.pop()
            node._backward()
            children, node._prev, node._backward = node._prev, (), lambda: None
            for child in children:
                uses[id(child)] -= 1
                if uses[id(child)] == 0:
                    ready.append(child)

    # ---- arithmetic
    def __add__(self, other):
        other = self.wrap(other)
        out = Tensor(self.data + other.data, (self, other), "+")

        def _backward():
            self.gets(out.grad)
            other.gets(out.grad)

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = self.wrap(other)
        out = Tensor(self.data * other.data, (self, other), "*")

        def _backward():
            self.gets(other.data * out.grad)
            other.gets(self.data * out.grad)

        out._backward = _backward
        return out

    def __pow__(self, other):
        if isinstance(other, (int, float)):
            n = other
            out = Tensor(self.data**n, (self,), "**")

            def _backward():
                if n != 0:
                    self.gets(n * self.data ** (n - 1) * out.grad)
                else:
                    self.gets(np.zeros_like(out.grad))

            out._backward = _backward
            return out
        other = self.wrap(other)
        out = Tensor(self.data**other.data, (self, other), "**")

        def _backward():
            self.gets(other.data * self.data ** (other.data - 1) * out.grad)
            with np.errstate(all="ignore"):
                other.gets(np.where(self.data > 0, np.log(self.data), 0) * out.data * out.grad)

        out._backward = _backward
        return out

    def __rpow__(self, other):
        return self.wrap(other) ** self

    def __matmul__(self, other):
        other = self.wrap(other)
        a, b = self.data, other.data
        if a.ndim < 1 or b.ndim < 1:
            raise ValueError("@ needs at least one axis on both sides")
        out = Tensor(a @ b, (self, other), "@")

        def _backward():
            g = out.grad
            a2 = a if a.ndim > 1 else a.reshape(1, -1)
            b2 = b if b.ndim > 1 else b.reshape(-1, 1)
            if a.ndim == 1:
                g = np.expand_dims(g, -1 if b.ndim == 1 else -2)
            if b.ndim == 1:
                g = np.expand_dims(g, -1)
            ga = np.matmul(g, np.swapaxes(b2, -1, -2))
            gb = np.matmul(np.swapaxes(a2, -1, -2), g)
            self.gets(sum_to(ga, a2.shape).reshape(a.shape))
            other.gets(sum_to(gb, b2.shape).reshape(b.shape))

        out._backward = _backward
        return out

    def __rmatmul__(self, other):
        return self.wrap(other) @ self

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-self.wrap(other))

    def __rsub__(self, other):
        return (-self) + other

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * self.wrap(other) ** -1

    def __rtruediv__(self, other):
        return self.wrap(other) * self**-1

    # ---- element by element
    def exp(self):
        out = Tensor(np.exp(self.data), (self,), "exp")
        out._backward = lambda: self.gets(out.data * out.grad)
        return out

    def log(self):
        out = Tensor(np.log(self.data), (self,), "log")
        out._backward = lambda: self.gets(out.grad / self.data)
        return out

    def sqrt(self):
        out = Tensor(np.sqrt(self.data), (self,), "sqrt")
        out._backward = lambda: self.gets(0.5 / out.data * out.grad)
        return out

    def tanh(self):
        t = np.tanh(self.data)
        out = Tensor(t, (self,), "tanh")
        out._backward = lambda: self.gets((1 - t**2) * out.grad)
        return out

    def relu(self):
        out = Tensor(np.where(self.data > 0, self.data, 0), (self,), "relu")
        out._backward = lambda: self.gets(np.where(self.data > 0, out.grad, 0))
        return out

    def sigmoid(self):
        e = np.exp(-np.abs(self.data))
        s = np.where(self.data >= 0, 1 / (1 + e), e / (1 + e))
        out = Tensor(s, (self,), "sigmoid")
        out._backward = lambda: self.gets(s * (1 - s) * out.grad)
        return out

    # ---- reductions
    def sum(self, axis=None, keepdims=False):
        out = Tensor(np.sum(self.data, axis=axis, keepdims=keepdims), (self,), "sum")

        def _backward():
            g = out.grad
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
            self.gets(np.ones_like(self.data) * g)

        out._backward = _backward
        return out

    def mean(self, axis=None, keepdims=False):
        axes = range(self.data.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
        count = 1
        for a in axes:
            count *= self.data.shape[a]
        if count == 0:
            raise ValueError("mean of nothing")
        return self.sum(axis, keepdims) * (1.0 / count)

    def max(self, axis=None, keepdims=False):
        out = Tensor(np.max(self.data, axis=axis, keepdims=keepdims), (self,), "max")

        def _backward():
            g, top = out.grad, out.data
            if axis is not None and not keepdims:
                g, top = np.expand_dims(g, axis), np.expand_dims(top, axis)
            hit = (self.data == top).astype(self.data.dtype)
            self.gets(hit / hit.sum(axis=axis, keepdims=True) * g)

        out._backward = _backward
        return out

    # ---- shape
    def reshape(self, *shape):
        if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
            shape = tuple(shape[0])
        out = Tensor(self.data.reshape(shape), (self,), "reshape")
        out._backward = lambda: self.gets(out.grad.reshape(self.data.shape))
        return out

    def transpose(self, *axes):
        if len(axes) == 1 and isinstance(axes[0], (tuple, list)):
            axes = axes[0]
        if not axes:
            axes = tuple(reversed(range(self.data.ndim)))
        axes = [a % self.data.ndim for a in axes]
        back = [axes.index(i) for i in range(len(axes))]
        out = Tensor(np.transpose(self.data, axes), (self,), "transpose")
        out._backward = lambda: self.gets(np.transpose(out.grad, back))
        return out

    @property
    def T(self):
        return self.transpose()

    def __getitem__(self, index):
        out = Tensor(self.data[index], (self,), "[]")

        def _backward():
            g = np.zeros_like(self.data)
            np.add.at(g, index, out.grad)
            self.gets(g)

        out._backward = _backward
        return out

    def softmax(self, axis=-1):
        e = np.exp(self.data - np.max(self.data, axis=axis, keepdims=True))
        s = e / np.sum(e, axis=axis, keepdims=True)
        out = Tensor(s, (self,), "softmax")

        def _backward():
            weighted = s * out.grad
            self.gets(weighted - s * np.sum(weighted, axis=axis, keepdims=True))

        out._backward = _backward
        return out

    def log_softmax(self, axis=-1):
        m = self.data - np.max(self.data, axis=axis, keepdims=True)
        out = Tensor(
            m - np.log(np.sum(np.exp(m), axis=axis, keepdims=True)), (self,), "log_softmax"
        )

        def _backward():
            self.gets(out.grad - np.exp(out.data) * np.sum(out.grad, axis=axis, keepdims=True))

        out._backward = _backward
        return out


def check_labels(labels, n, classes):
    labels = np.asarray(labels)
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError("labels must be whole numbers")
    if labels.ndim != 1 or len(labels) != n or n == 0:
        raise ValueError("one label for each row, and at least one row")
    if labels.min() < 0 or labels.max() > classes - 1:
        raise ValueError(f"label outside 0..{classes - 1}")
    return labels


def cross_entropy(logits, targets):
    if logits.data.ndim != 2:
        raise ValueError("logits must be a table, one row a sample")
    n, classes = logits.data.shape
    targets = check_labels(targets, n, classes)
    m = logits.data - logits.data.max(axis=1, keepdims=True)
    logsum = np.log(np.exp(m).sum(axis=1))
    out = Tensor(np.mean(logsum - m[np.arange(n), targets]), (logits,), "cross_entropy")

    def _backward():
        one_hot = np.zeros_like(m)
        one_hot[np.arange(n), targets] = 1
        probabilities = np.exp(m - logsum[:, None])
        logits.gets((probabilities - one_hot) / n * out.grad)

    out._backward = _backward
    return out


def hand_gradients(x, y, w1, b1, w2, b2):
    if (
        x.ndim != 2
        or w1.ndim != 2
        or w2.ndim != 2
        or x.shape[1] != w1.shape[0]
        or w1.shape[1] != w2.shape[0]
    ):
        raise ValueError("x, w1 and w2 do not fit together")
    if b1.shape != w1.shape[1:] or b2.shape != w2.shape[1:]:
        raise ValueError("a bias does not fit its weights")
    n = x.shape[0]
    y = check_labels(y, n, w2.shape[1])
    h = np.tanh(x.dot(w1) + b1)
    z = h.dot(w2) + b2
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    loss = 0.0
    for i in range(n):
        loss -= z[i, y[i]] - np.log(np.exp(z[i]).sum())
    loss = float(loss / n)
    dz = (p - np.eye(w2.shape[1])[y]) / n
    dw2 = h.T.dot(dz)
    db2 = dz.sum(axis=0)
    da = dz.dot(w2.T) * (1 - h**2)
    dw1 = x.T.dot(da)
    db1 = da.sum(axis=0)
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
