"""Tensors with one Function class an operation and ctx.save_for_backward."""

import numpy as np

FLOATS = (np.dtype("float32"), np.dtype("float64"))


class Context:
    def save_for_backward(self, *saved):
        self.saved = saved


class Function:
    @classmethod
    def apply(cls, *tensors, **kwargs):
        ctx = Context()
        ctx.shapes = [t.shape for t in tensors]
        data = cls.forward(ctx, *[t.data for t in tensors], **kwargs)
        out = Tensor.make(data)
        out.creator = (cls, ctx, tensors)
        return out


def unbroadcast(g, shape):
    lead = g.ndim - len(shape)
    if lead > 0:
        g = g.sum(axis=tuple(range(lead)))
    axes = tuple(i for i, n in enumerate(shape) if n == 1)
    if axes:
        g = g.sum(axis=axes, keepdims=True)
    return g


class Add(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a + b

    @staticmethod
    def backward(ctx, g):
        return g, g


class Sub(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a - b

    @staticmethod
    def backward(ctx, g):
        return g, -g


class Mul(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved
        return b * g, a * g


class Div(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a / b

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved
        return g / b, -g * (a / b) / b


class Pow(Function):
    @staticmethod
    def forward(ctx, a, b):
        y = a**b
        ctx.save_for_backward(a, b, y)
        return y

    @staticmethod
    def backward(ctx, g):
        a, b, y = ctx.saved
        lowered = a ** np.where(b == 0, 1, b - 1)
        return g * b * lowered, g * y * np.log(np.where(a > 0, a, 1))


class Neg(Function):
    @staticmethod
    def forward(ctx, a):
        return -a

    @staticmethod
    def backward(ctx, g):
        return (-g,)


class MatMul(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return np.matmul(a, b)

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved
        return np.matmul(g, b.swapaxes(-1, -2)), np.matmul(a.swapaxes(-1, -2), g)


class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        y = np.exp(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved
        return (g * y,)


class Log(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return np.log(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved
        return (g / x,)


class Sqrt(Function):
    @staticmethod
    def forward(ctx, x):
        y = np.sqrt(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved
        return (g / (2 * y),)


class Tanh(Function):
    @staticmethod
    def forward(ctx, x):
        y = np.tanh(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved
        return (g * (1 - y**2),)


class ReLU(Function):
    @staticmethod
    def forward(ctx, x):
        mask = x > 0
        ctx.save_for_backward(mask)
        return np.where(mask, x, 0)

    @staticmethod
    def backward(ctx, g):
        (mask,) = ctx.saved
        return (g * mask,)


class Sigmoid(Function):
    @staticmethod
    def forward(ctx, x):
        y = 0.5 * (np.tanh(0.5 * x) + 1)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved
        return (g * y * (1 - y),)


class Sum(Function):
    @staticmethod
    def forward(ctx, x, axis, keepdims):
        ctx.save_for_backward(x, axis, keepdims)
        return x.sum(axis=axis, keepdims=keepdims)

    @staticmethod
    def backward(ctx, g):
        x, axis, keepdims = ctx.saved
        if axis is not None and not keepdims:
            g = np.expand_dims(g, axis)
        return (np.ones_like(x) * g,)


class Max(Function):
    @staticmethod
    def forward(ctx, x, axis, keepdims):
        top = x.max(axis=axis, keepdims=True)
        ctx.save_for_backward(x, top, axis)
        return x.max(axis=axis, keepdims=keepdims)

    @staticmethod
    def backward(ctx, g):
        x, top, axis = ctx.saved
        winners = (x == top).astype(x.dtype)
        winners = winners / winners.sum(axis=axis, keepdims=True)
        return (winners * g.reshape(top.shape),)


class Reshape(Function):
    @staticmethod
    def forward(ctx, x, shape):
        return x.reshape(*shape)

    @staticmethod
    def backward(ctx, g):
        return (g.reshape(ctx.shapes[0]),)


class Transpose(Function):
    @staticmethod
    def forward(ctx, x, axes):
        if not axes:
            axes = tuple(reversed(range(x.ndim)))
        elif len(axes) == 1:
            axes = tuple(np.ravel(axes[0]))
        ctx.save_for_backward([a % x.ndim for a in axes] if x.ndim else [])
        return x.transpose(axes)

    @staticmethod
    def backward(ctx, g):
        (axes,) = ctx.saved
        back = [0] * len(axes)
        for i, a in enumerate(axes):
            back[a] = i
        return (g.transpose(back),)


class Index(Function):
    @staticmethod
    def forward(ctx, x, index):
        ctx.save_for_backward(x, index)
        return x[index]

    @staticmethod
    def backward(ctx, g):
        x, index = ctx.saved
        d = np.zeros(x.shape, x.dtype)
        np.add.at(d, index, g)
        return (d,)


class LogSoftmax(Function):
    @staticmethod
    def forward(ctx, x, axis):
        x = x - x.max(axis=axis, keepdims=True)
        y = x - np.log(np.exp(x).sum(axis=axis, keepdims=True))
        ctx.save_for_backward(y, axis)
        return y

    @staticmethod
    def backward(ctx, g):
        y, axis = ctx.saved
        return (g - np.exp(y) * g.sum(axis=axis, keepdims=True),)


class CrossEntropy(Function):
    @staticmethod
    def forward(ctx, logits, targets):
        z = logits - logits.max(axis=1, keepdims=True)
        p = np.exp(z)
        p = p / p.sum(axis=1, keepdims=True)
        ctx.save_for_backward(p, targets)
        rows = np.arange(len(targets))
        nll = np.log(np.exp(z).sum(axis=1)) - z[rows, targets]
        return nll.mean()

    @staticmethod
    def backward(ctx, g):
        p, targets = ctx.saved
        d = p.copy()
        d[np.arange(len(targets)), targets] -= 1
        return (g * d / len(targets),)


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data):
        array = np.asarray(data)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"not numbers: {array.dtype}")
        dtype = getattr(data, "dtype", "list")
        if dtype == "list" or dtype not in FLOATS:
            dtype = np.float32
        self.data = np.array(array, dtype=dtype, order="C")
        self.grad = None
        self.creator = None

    @classmethod
    def make(cls, data):
        new = cls.__new__(cls)
        new.data, new.grad, new.creator = np.asarray(data), None, None
        return new

    def lift(self, other):
        if isinstance(other, Tensor):
            return other
        array = np.asarray(other)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"not numbers: {array.dtype}")
        keep = isinstance(other, np.ndarray) and array.dtype in FLOATS
        return Tensor.make(array if keep else array.astype(self.data.dtype))

    @property
    def shape(self):
        return self.data.shape

    @property
    def T(self):
        return self.transpose()

    def __add__(self, other):
        return Add.apply(self, self.lift(other))

    def __radd__(self, other):
        return Add.apply(self.lift(other), self)

    def __sub__(self, other):
        return Sub.apply(self, self.lift(other))

    def __rsub__(self, other):
        return Sub.apply(self.lift(other), self)

    def __mul__(self, other):
        return Mul.apply(self, self.lift(other))

    def __rmul__(self, other):
        return Mul.apply(self.lift(other), self)

    def __truediv__(self, other):
        return Div.apply(self, self.lift(other))

    def __rtruediv__(self, other):
        return Div.apply(self.lift(other), self)

    def __pow__(self, other):
        return Pow.apply(self, self.lift(other))

    def __rpow__(self, other):
        return Pow.apply(self.lift(other), self)

    def __neg__(self):
        return Neg.apply(self)

    def __matmul__(self, other):
        other = self.lift(other)
        if not self.shape or not other.shape:
            raise ValueError("matmul needs at least one axis on each side")
        a = self if len(self.shape) > 1 else self.reshape(1, -1)
        b = other if len(other.shape) > 1 else other.reshape(-1, 1)
        out = MatMul.apply(a, b)
        if len(other.shape) == 1:
            out = out[..., 0]
        if len(self.shape) == 1:
            out = out[..., 0, :] if len(other.shape) > 1 else out[..., 0]
        return out

    def __rmatmul__(self, other):
        return self.lift(other) @ self

    def exp(self):
        return Exp.apply(self)

    def log(self):
        return Log.apply(self)

    def sqrt(self):
        return Sqrt.apply(self)

    def tanh(self):
        return Tanh.apply(self)

    def relu(self):
        return ReLU.apply(self)

    def sigmoid(self):
        return Sigmoid.apply(self)

    def sum(self, axis=None, keepdims=False):
        return Sum.apply(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        if self.data.size == 0:
            raise ValueError("nothing to average")
        out = self.sum(axis, keepdims)
        return out / (self.data.size / out.data.size)

    def max(self, axis=None, keepdims=False):
        return Max.apply(self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape):
        return Reshape.apply(self, shape=shape)

    def transpose(self, *axes):
        return Transpose.apply(self, axes=axes)

    def __getitem__(self, index):
        return Index.apply(self, index=index)

    def log_softmax(self, axis=-1):
        return LogSoftmax.apply(self, axis=axis)

    def softmax(self, axis=-1):
        return self.log_softmax(axis).exp()

    def backward(self, grad=None):
        if grad is None:
            if self.data.size > 1:
                raise ValueError("only scalars have a default gradient")
            grad = np.ones(self.shape)
        grad = np.array(grad, dtype=self.data.dtype)
        if grad.shape != self.shape:
            raise ValueError("the gradient has another shape than the tensor")
        order = self.ordered()
        self.receive(grad)
        while order:
            node = order.pop()
            if node.creator is None:
                continue
            function, ctx, parents = node.creator
            node.creator = None
            for parent, g in zip(parents, function.backward(ctx, node.grad)):
                parent.receive(g)
            del parents, ctx

    def receive(self, g):
        g = unbroadcast(np.asarray(g), self.shape).astype(self.data.dtype)
        self.grad = g if self.grad is None else self.grad + g

    def ordered(self):
        order, seen, stack = [], set(), [(self, True)]
        while stack:
            node, entering = stack.pop()
            if not entering:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, False))
                if node.creator is not None:
                    for parent in node.creator[2]:
                        stack.append((parent, True))
        return order


def validate(targets, n, c):
    t = np.asarray(targets)
    if n < 1 or c < 1 or t.shape != (n,):
        raise ValueError(f"wanted {n} targets, got the shape {t.shape}")
    if not np.issubdtype(t.dtype, np.integer):
        raise TypeError("targets are whole numbers")
    if (t < 0).any() or (t >= c).any():
        raise ValueError(f"targets lie between 0 and {c - 1}")
    return t


def cross_entropy(logits, targets):
    if len(logits.shape) != 2:
        raise ValueError("logits have two axes")
    targets = validate(targets, *logits.shape)
    return CrossEntropy.apply(logits, targets=targets)


def hand_gradients(x, y, w1, b1, w2, b2):
    try:
        pre = x @ w1 + b1
        act = np.tanh(pre)
        logits = act @ w2 + b2
    except ValueError as problem:
        raise ValueError(f"shapes do not fit: {problem}") from problem
    if b1.shape != w1.shape[1:] or b2.shape != w2.shape[1:] or x.ndim != 2:
        raise ValueError("shapes do not fit")
    n = len(x)
    y = validate(y, n, len(b2))
    logits = logits - logits.max(axis=1, keepdims=True)
    expd = np.exp(logits)
    total = expd.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - logits[np.arange(n), y])
    onehot = np.eye(len(b2))[y]
    dlogits = (expd / total - onehot) / n
    dact = dlogits @ w2.T
    dpre = dact * (1 - act * act)
    grads = {"w2": act.T @ dlogits, "b2": dlogits.sum(0), "w1": x.T @ dpre, "b1": dpre.sum(0)}
    return float(loss), grads
