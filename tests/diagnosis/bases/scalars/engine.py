"""NumPy scalars: every node keeps a function that returns its operands' shares."""

import numpy as np

NUMBER = (int, float, np.integer, np.floating)


def as_value(x):
    if isinstance(x, Value):
        return x
    if isinstance(x, NUMBER):
        return Value(x)
    raise TypeError("expected a number, got " + type(x).__name__)


class Value:
    __array_priority__ = 100

    def __init__(self, data, _children=(), _op="", label=""):
        if not isinstance(data, NUMBER):
            raise TypeError("expected a number, got " + type(data).__name__)
        self.data = np.float64(data)
        self.grad = np.float64(0.0)
        self._prev = list(_children)
        self._op = _op
        self.label = label
        self.grad_fn = None

    def __add__(self, other):
        other = as_value(other)
        out = Value(self.data + other.data, [self, other], "+")
        out.grad_fn = lambda g: (g, g)
        return out

    def __neg__(self):
        out = Value(-self.data, [self], "neg")
        out.grad_fn = lambda g: (-g,)
        return out

    def __sub__(self, other):
        return self + (-as_value(other))

    def __mul__(self, other):
        other = as_value(other)
        out = Value(self.data * other.data, [self, other], "*")
        out.grad_fn = lambda g: (g * other.data, g * self.data)
        return out

    def __truediv__(self, other):
        other = as_value(other)
        if other.data == 0:
            raise ZeroDivisionError("division by zero")
        out = Value(self.data / other.data, [self, other], "/")
        out.grad_fn = lambda g: (g / other.data, -g * out.data / other.data)
        return out

    def __pow__(self, n):
        if not isinstance(n, NUMBER):
            raise TypeError("exponent must be a number")
        with np.errstate(all="ignore"):
            out = Value(self.data ** float(n), [self], "pow")

        def grad_fn(g):
            if n == 0:
                return (0.0,)
            with np.errstate(all="ignore"):
                return (g * n * self.data ** float(n - 1),)

        out.grad_fn = grad_fn
        return out

    def exp(self):
        out = Value(np.exp(self.data), [self], "exp")
        out.grad_fn = lambda g: (g * out.data,)
        return out

    def log(self):
        if self.data <= 0:
            raise ValueError("log of a number that is not positive")
        out = Value(np.log(self.data), [self], "log")
        out.grad_fn = lambda g: (g / self.data,)
        return out

    def tanh(self):
        out = Value(np.tanh(self.data), [self], "tanh")
        out.grad_fn = lambda g: (g * (1 - out.data**2),)
        return out

    def relu(self):
        out = Value(np.maximum(self.data, 0.0), [self], "relu")
        out.grad_fn = lambda g: (g * float(self.data > 0),)
        return out

    def sigmoid(self):
        e = np.exp(-np.abs(self.data))
        s = np.where(self.data >= 0, 1 / (1 + e), e / (1 + e))
        out = Value(float(s), [self], "sigmoid")
        out.grad_fn = lambda g: (g * out.data * (1 - out.data),)
        return out

    def __radd__(self, other):
        return as_value(other) + self

    def __rsub__(self, other):
        return as_value(other) - self

    def __rmul__(self, other):
        return as_value(other) * self

    def __rtruediv__(self, other):
        return as_value(other) / self

    def backward(self):
        order = topological_sort(self)
        self.grad = np.float64(1.0)
        for node in order[::-1]:
            if node.grad_fn is not None:
                for child, g in zip(node._prev, node.grad_fn(node.grad)):
                    child.grad = child.grad + g


def topological_sort(root):
    order, entered = [], set()
    stack = [("enter", root)]
    while stack:
        action, node = stack.pop()
        if action == "leave":
            order.append(node)
        elif node not in entered:
            entered.add(node)
            stack.append(("leave", node))
            for child in node._prev:
                stack.append(("enter", child))
    return order


def numerical_gradient(f, xs, eps=1e-6):
    x = np.array(xs, dtype=float)
    grad = np.zeros(len(x))
    for i in range(len(x)):
        old = x[i]
        x[i] = old + eps
        fp = f(x.tolist())
        x[i] = old - eps
        fm = f(x.tolist())
        x[i] = old
        grad[i] = (fp - fm) / (2 * eps)
    return grad.tolist()


def gradcheck(f, xs, tol=1e-6):
    vs = [Value(x) for x in xs]
    f(vs).backward()
    analytic = np.array([v.grad for v in vs])
    numeric = np.array(numerical_gradient(lambda p: float(f([Value(x) for x in p]).data), xs))
    error = np.abs(analytic - numeric)
    scale = np.maximum(1.0, np.abs(numeric))
    return bool(np.all(error <= tol * scale))
