"""Tensors whose operations are classes with a forward and a backward, as in PyTorch."""

from __future__ import annotations

import string

import numpy as np

FLOATS = (np.float32, np.float64)


class Context:
    """What forward leaves behind for backward."""

    def __init__(self, inputs):
        self.inputs = inputs
        self.saved = ()

    def save(self, *things):
        self.saved = things


class Function:
    """One operation: `forward(ctx, *arrays, **options)`, `backward(ctx, gradient) -> gradients`."""

    @classmethod
    def apply(cls, *inputs, **options):
        ctx = Context(inputs)
        result = Tensor(cls.forward(ctx, *(t.data for t in inputs), **options))
        result._ctx, result._function = ctx, cls
        return result

    @staticmethod
    def forward(ctx, *arrays, **options):
        raise AssertionError("abstract")

    @staticmethod
    def backward(ctx, gradient):
        raise AssertionError("abstract")


def reduce_like(gradient, target_shape):
    """Undo broadcasting."""
    extra = gradient.ndim - len(target_shape)
    padded = (1,) * extra + tuple(target_shape)
    axes = tuple(
        i
        for i, (have, want) in enumerate(zip(gradient.shape, padded, strict=False))
        if want == 1 != have
    )
    return (
        np.add.reduce(gradient, axis=axes, keepdims=True).reshape(target_shape)
        if axes
        else gradient.reshape(target_shape)
    )


class Add(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a.shape, b.shape)
        return np.add(a, b)

    @staticmethod
    def backward(ctx, gradient):
        return tuple(reduce_like(gradient, shape) for shape in ctx.saved)


class Subtract(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a.shape, b.shape)
        return np.subtract(a, b)

    @staticmethod
    def backward(ctx, gradient):
        left, right = ctx.saved
        return reduce_like(gradient, left), np.negative(reduce_like(gradient, right))


class Multiply(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a, b)
        return np.multiply(a, b)

    @staticmethod
    def backward(ctx, gradient):
        a, b = ctx.saved
        return reduce_like(gradient * b, a.shape), reduce_like(gradient * a, b.shape)


class Divide(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a, b)
        return np.divide(a, b)

    @staticmethod
    def backward(ctx, gradient):
        a, b = ctx.saved
        return reduce_like(gradient / b, a.shape), reduce_like(
            -gradient * a / np.square(b), b.shape
        )


class Power(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save(a, b, np.power(a, b))
        return ctx.saved[2]

    @staticmethod
    def backward(ctx, gradient):
        a, b, result = ctx.saved
        with np.errstate(all="ignore"):
            slope = np.where(b == 0, np.zeros_like(result), b * np.power(a, b - 1))
            log = np.where(a > 0, np.log(a), np.zeros_like(a))
        return reduce_like(gradient * slope, a.shape), reduce_like(gradient * result * log, b.shape)


class MatMul(Function):
    @staticmethod
    def subscripts(a, b):
        letters = iter(string.ascii_lowercase[3:])
        stack = [next(letters) for _ in range(max(a.ndim, b.ndim, 2) - 2)]
        left = "ik" if a.ndim > 1 else "k"
        right = "kj" if b.ndim > 1 else "k"
        shared = "".join(stack)
        lead = lambda n: shared[len(shared) - max(n - 2, 0) :]  # noqa: E731
        out = shared + left.replace("k", "") + right.replace("k", "")
        return lead(a.ndim) + left, lead(b.ndim) + right, out, shared

    @staticmethod
    def forward(ctx, a, b):
        if not (a.ndim and b.ndim):
            raise ValueError("matmul is not defined for scalars")
        ctx.save(a, b)
        return np.matmul(a, b)

    @staticmethod
    def backward(ctx, gradient):
        a, b = ctx.saved
        left, right, out, shared = MatMul.subscripts(a, b)

        def pull(other, other_name, mine, shape):
            # einsum in the broadcast shape first, then the stretched stack axes are summed
            full = shared + mine.lstrip(shared) if shared else mine
            stacked = (
                np.broadcast_to(
                    other, gradient.shape[: len(shared)] + other.shape[max(other.ndim - 2, 0) :]
                )
                if shared
                else other
            )
            name = shared + other_name.lstrip(shared) if shared else other_name
            return reduce_like(
                np.einsum(f"{out},{name}->{full}", gradient, stacked, optimize=True), shape
            )

        return pull(b, right, left, a.shape), pull(a, left, right, b.shape)


class Elementwise(Function):
    """`value(x)` and `slope(x, value)`."""

    @classmethod
    def forward(cls, ctx, x):
        y = cls.value(x)
        ctx.save(x, y)
        return y

    @staticmethod
    def value(x):
        raise AssertionError("abstract")

    @staticmethod
    def slope(x, y):
        raise AssertionError("abstract")


def elementwise(name, value, slope):
    def backward(ctx, gradient):
        return (gradient * slope(*ctx.saved),)

    return type(
        name, (Elementwise,), {"value": staticmethod(value), "backward": staticmethod(backward)}
    )


def logistic(x):
    result = np.empty_like(x)
    high = x >= 0
    result[high] = 1 / (1 + np.exp(-x[high]))
    small = np.exp(x[~high])
    result[~high] = small / (1 + small)
    return result


Negate = elementwise("Negate", np.negative, lambda x, y: x.dtype.type(-1))
Exp = elementwise("Exp", np.exp, lambda x, y: y)
Log = elementwise("Log", np.log, lambda x, y: np.reciprocal(x))
Sqrt = elementwise("Sqrt", np.sqrt, lambda x, y: np.reciprocal(y + y))
Tanh = elementwise("Tanh", np.tanh, lambda x, y: 1 - np.square(y))
Relu = elementwise("Relu", lambda x: x.clip(min=0), lambda x, y: np.heaviside(x, 0))
Sigmoid = elementwise("Sigmoid", logistic, lambda x, y: y - np.square(y))


def every_axis(axis, ndim):
    if axis is None:
        return tuple(range(ndim))
    return tuple(int(i) % ndim for i in np.atleast_1d(axis))


class Sum(Function):
    @staticmethod
    def forward(ctx, x, axis, keepdims):
        axes = every_axis(axis, x.ndim)
        ctx.save(x.shape, tuple(1 if i in axes else n for i, n in enumerate(x.shape)))
        return np.add.reduce(x, axis=axes, keepdims=keepdims)

    @staticmethod
    def backward(ctx, gradient):
        shape, kept = ctx.saved
        return (np.zeros(shape, gradient.dtype) + np.reshape(gradient, kept),)


class Max(Function):
    @staticmethod
    def forward(ctx, x, axis, keepdims):
        axes = every_axis(axis, x.ndim)
        rest = [i for i in range(x.ndim) if i not in axes]
        flat = np.transpose(x, rest + list(axes)).reshape(
            [x.shape[i] for i in rest] + [-1]
        )  # (rest..., reduced)
        winner = flat.argmax(axis=-1)
        ctx.save(x.shape, axes, rest, winner, flat.shape)
        best = np.take_along_axis(flat, winner[..., None], axis=-1)[..., 0]
        if keepdims:
            best = best.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
        return best

    @staticmethod
    def backward(ctx, gradient):
        shape, axes, rest, winner, flat_shape = ctx.saved
        flat = np.zeros(flat_shape, gradient.dtype)
        np.put_along_axis(
            flat, winner[..., None], np.reshape(gradient, winner.shape)[..., None], axis=-1
        )
        order = rest + list(axes)
        return (np.transpose(flat.reshape([shape[i] for i in order]), np.argsort(order)),)


class Reshape(Function):
    @staticmethod
    def forward(ctx, x, shape):
        ctx.save(x.shape)
        return np.reshape(x, shape)

    @staticmethod
    def backward(ctx, gradient):
        return (np.reshape(gradient, ctx.saved[0]),)


class Transpose(Function):
    @staticmethod
    def forward(ctx, x, axes):
        ctx.save(axes)
        return np.moveaxis(x, axes, range(x.ndim))

    @staticmethod
    def backward(ctx, gradient):
        return (np.moveaxis(gradient, range(gradient.ndim), ctx.saved[0]),)


class Take(Function):
    @staticmethod
    def forward(ctx, x, index):
        ctx.save(x.shape, x.dtype, index)
        return x[index]

    @staticmethod
    def backward(ctx, gradient):
        shape, dtype, index = ctx.saved
        scattered = np.zeros(shape, dtype)
        np.add.at(scattered, index, gradient)
        return (scattered,)


class Softmax(Function):
    @staticmethod
    def forward(ctx, x, axis):
        weights = np.exp(x - np.amax(x, axis=axis, keepdims=True))
        probability = weights / weights.sum(axis=axis, keepdims=True)
        ctx.save(probability, axis)
        return probability

    @staticmethod
    def backward(ctx, gradient):
        probability, axis = ctx.saved
        p, g = np.moveaxis(probability, axis, -1), np.moveaxis(gradient, axis, -1)
        jacobian = np.einsum("...i,ij->...ij", p, np.eye(p.shape[-1], dtype=p.dtype)) - np.einsum(
            "...i,...j->...ij", p, p
        )
        return (np.moveaxis(np.einsum("...ij,...j->...i", jacobian, g), -1, axis),)


class LogSoftmax(Function):
    @staticmethod
    def forward(ctx, x, axis):
        top = np.amax(x, axis=axis, keepdims=True)
        result = x - (top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True)))
        ctx.save(result, axis)
        return result

    @staticmethod
    def backward(ctx, gradient):
        result, axis = ctx.saved
        return (gradient - np.exp(result) * gradient.sum(axis=axis, keepdims=True),)


class CrossEntropy(Function):
    @staticmethod
    def forward(ctx, logits, labels):
        shifted = logits - np.amax(logits, axis=1, keepdims=True)
        probability = np.exp(shifted)
        total = probability.sum(axis=1, keepdims=True)
        ctx.save(probability / total, labels)
        chosen = np.take_along_axis(shifted, labels[:, None], axis=1)
        return np.mean(np.log(total) - chosen)

    @staticmethod
    def backward(ctx, gradient):
        probability, labels = ctx.saved
        np.put_along_axis(
            probability,
            labels[:, None],
            np.take_along_axis(probability, labels[:, None], axis=1) - 1,
            axis=1,
        )
        return (probability * gradient / len(labels),)


class Tensor:
    __array_ufunc__ = None

    def __init__(self, data):
        if getattr(data, "dtype", None) in FLOATS:
            self.data = np.array(data)
        else:
            raw = np.asarray(data)
            if raw.dtype.kind not in "fiub":
                raise TypeError(f"Tensor expects numbers but was given {type(data).__name__}")
            self.data = np.array(raw, dtype=np.float32)
        self.grad = None
        self._ctx = None
        self._function = None

    shape = property(lambda self: self.data.shape)
    T = property(lambda self: self.transpose())

    def __repr__(self):
        made_by = f", {self._function.__name__}" if self._function else ""
        return f"<Tensor {self.data.tolist()}{made_by}>"

    def _other(self, value):
        if isinstance(value, Tensor):
            return value
        if isinstance(value, np.ndarray) and value.dtype in FLOATS:
            return Tensor(value)
        return Tensor(
            Tensor(value).data.astype(self.data.dtype)
            if not isinstance(value, float)
            else self.data.dtype.type(value)
        )

    def _binary(function, swap=False):  # noqa: N805
        def method(self, value):
            value = self._other(value)
            return function.apply(value, self) if swap else function.apply(self, value)

        return method

    __add__, __radd__ = _binary(Add), _binary(Add, True)
    __sub__, __rsub__ = _binary(Subtract), _binary(Subtract, True)
    __mul__, __rmul__ = _binary(Multiply), _binary(Multiply, True)
    __truediv__, __rtruediv__ = _binary(Divide), _binary(Divide, True)
    __pow__, __rpow__ = _binary(Power), _binary(Power, True)
    __matmul__, __rmatmul__ = _binary(MatMul), _binary(MatMul, True)

    def __neg__(self):
        return Negate.apply(self)

    def exp(self):
        return Exp.apply(self)

    def log(self):
        return Log.apply(self)

    def sqrt(self):
        return Sqrt.apply(self)

    def tanh(self):
        return Tanh.apply(self)

    def relu(self):
        return Relu.apply(self)

    def sigmoid(self):
        return Sigmoid.apply(self)

    def sum(self, axis=None, keepdims=False):
        return Sum.apply(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        n = int(np.prod([self.shape[i] for i in every_axis(axis, self.data.ndim)]))
        if n == 0:
            raise ValueError("an empty axis has no mean")
        return self.sum(axis, keepdims) / n

    def max(self, axis=None, keepdims=False):
        return Max.apply(self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape):
        return Reshape.apply(self, shape=shape[0] if np.iterable(shape[0]) else shape)

    def transpose(self, *axes):
        if axes and np.iterable(axes[0]):
            (axes,) = axes
        return Transpose.apply(self, axes=list(axes) or list(range(self.data.ndim))[::-1])

    def __getitem__(self, index):
        return Take.apply(self, index=index)

    def softmax(self, axis=-1):
        return Softmax.apply(self, axis=axis)

    def log_softmax(self, axis=-1):
        return LogSoftmax.apply(self, axis=axis)

    def backward(self, grad=None):
        if grad is None:
            if self.shape != ():
                raise ValueError(
                    f"only scalars have an implied gradient, this tensor is {self.shape}"
                )
            grad = 1.0
        grad = np.array(grad, dtype=self.data.dtype)
        if grad.shape != self.shape:
            raise ValueError(f"gradient {grad.shape} given to a tensor {self.shape}")
        pending = {self: grad}
        for node in self._schedule():
            gradient = pending.pop(node)
            node.grad = gradient.copy() if node.grad is None else node.grad + gradient
            ctx, function = node._ctx, node._function
            if ctx is None:
                continue
            node._ctx = node._function = None
            for source, part in zip(ctx.inputs, function.backward(ctx, gradient), strict=False):
                share = np.asarray(part, dtype=source.data.dtype)
                pending[source] = pending[source] + share if source in pending else share

    def _schedule(self):
        """From the result to the leaves, each after all that uses it: no recursion."""
        finished, visited = [], {self}
        trail = [(self, iter(self._ctx.inputs if self._ctx else ()))]
        while trail:
            node, inputs = trail[-1]
            for source in inputs:
                if source not in visited:
                    visited.add(source)
                    trail.append((source, iter(source._ctx.inputs if source._ctx else ())))
                    break
            else:
                finished.append(node)
                trail.pop()
        while finished:
            yield finished.pop()


def cross_entropy(logits, targets):
    return CrossEntropy.apply(logits, labels=_labels(targets, logits.data))


def _labels(targets, logits):
    labels = np.asarray(targets)
    match logits.shape:
        case (rows, columns) if rows > 0 and columns > 0:
            pass
        case other:
            raise ValueError(f"expected a non-empty matrix of logits, found {other}")
    if labels.dtype.kind not in ("i", "u"):
        raise TypeError(f"class labels are integers; these are {labels.dtype}")
    if labels.shape != (rows,):
        raise ValueError(f"{rows} labels expected, found an array {labels.shape}")
    if np.any(labels < 0) or np.any(labels >= columns):
        raise ValueError(
            f"there are {columns} classes, counted from 0; got {labels.min()}..{labels.max()}"
        )
    return labels.astype(np.intp)


def hand_gradients(x, y, w1, b1, w2, b2):
    n, d, h, c = len(x), w1.shape[0], w1.shape[-1], w2.shape[-1]
    for name, array, shape in (
        ("x", x, (n, d)),
        ("w1", w1, (d, h)),
        ("b1", b1, (h,)),
        ("w2", w2, (h, c)),
        ("b2", b2, (c,)),
    ):
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
    hidden = np.tanh(np.einsum("nd,dh->nh", x, w1) + b1)
    scores = np.einsum("nh,hc->nc", hidden, w2) + b2
    labels = _labels(y, scores)
    one_hot = np.equal.outer(labels, np.arange(c)).astype(scores.dtype)
    log_probability = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    error = (np.exp(log_probability) - one_hot) / n
    back = np.einsum("nc,hc->nh", error, w2) * (1 - hidden) * (1 + hidden)
    gradients = {
        "w1": np.einsum("nd,nh->dh", x, back),
        "b1": np.einsum("nh->h", back),
        "w2": np.einsum("nh,nc->hc", hidden, error),
        "b2": np.einsum("nc->c", error),
    }
    return float(-(one_hot * log_probability).sum() / n), gradients
