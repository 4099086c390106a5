"""Scalar autograd in the micrograd manner: every result carries a closure."""

import math


class Value:
    """A number that remembers how it was computed."""

    # NumPy scalars on the left of an operator should leave the work to us.
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op="", label=""):
        if isinstance(data, (Value, str, bytes)) or data is None:
            raise TypeError(f"Value wraps a number, got {type(data).__name__}")
        self.data = float(data)
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op
        self.label = label

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        other = _wrap(other)
        if other is None:
            return NotImplemented
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = _wrap(other)
        if other is None:
            return NotImplemented
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __truediv__(self, other):
        other = _wrap(other)
        if other is None:
            return NotImplemented
        if other.data == 0:
            raise ZeroDivisionError("division of a Value by zero")
        out = Value(self.data / other.data, (self, other), "/")

        def _backward():
            self.grad += out.grad / other.data
            other.grad -= out.grad * out.data / other.data

        out._backward = _backward
        return out

    def __pow__(self, n):
        if not isinstance(n, (int, float)):
            raise TypeError(f"the exponent must be an int or a float, got {n!r}")
        if self.data < 0 and n != int(n):
            raise ValueError(f"{self.data} ** {n} is not a real number")
        out = Value(self.data**n, (self,), f"**{n}")

        def _backward():
            if n != 0:
                self.grad += n * self.data ** (n - 1) * out.grad

        out._backward = _backward
        return out

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        other = _wrap(other)
        return NotImplemented if other is None else self + (-other)

    def __rsub__(self, other):
        other = _wrap(other)
        return NotImplemented if other is None else other - self

    def __rtruediv__(self, other):
        other = _wrap(other)
        return NotImplemented if other is None else other / self

    __radd__ = __add__
    __rmul__ = __mul__

    def exp(self):
        out = Value(math.exp(self.data), (self,), "exp")

        def _backward():
            self.grad += out.data * out.grad

        out._backward = _backward
        return out

    def log(self):
        if self.data <= 0:
            raise ValueError(f"log needs a positive number, got {self.data}")
        out = Value(math.log(self.data), (self,), "log")

        def _backward():
            self.grad += out.grad / self.data

        out._backward = _backward
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,), "tanh")

        def _backward():
            self.grad += (1.0 - out.data**2) * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, (self,), "ReLU")

        def _backward():
            self.grad += (self.data > 0) * out.grad

        out._backward = _backward
        return out

    def sigmoid(self):
        if self.data >= 0:
            s = 1.0 / (1.0 + math.exp(-self.data))
        else:
            e = math.exp(self.data)
            s = e / (1.0 + e)
        out = Value(s, (self,), "sigmoid")

        def _backward():
            self.grad += s * (1.0 - s) * out.grad

        out._backward = _backward
        return out

    def backward(self):
        topo = []
        visited = set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()


def _wrap(x):
    """Return a Value for a Value or a number, None for anything else."""
    if isinstance(x, Value):
        return x
    try:
        if isinstance(x, (str, bytes)):
            return None
        return Value(x)
    except TypeError:
        return None


def numerical_gradient(f, xs, eps=1e-6):
    """Central differences of ``f`` at the point ``xs``, one for every input."""
    grads = []
    for i in range(len(xs)):
        up = [float(x) for x in xs]
        down = [float(x) for x in xs]
        up[i] += eps
        down[i] -= eps
        grads.append(float(f(up) - f(down)) / (2 * eps))
    return grads


def gradcheck(f, xs, tol=1e-6):
    """Whether ``backward`` and central differences agree for every input."""
    leaves = [Value(x) for x in xs]
    f(leaves).backward()
    numeric = numerical_gradient(lambda p: f([Value(x) for x in p]).data, xs)
    return all(
        abs(leaf.grad - g) <= tol * max(1.0, abs(g))
        for leaf, g in zip(leaves, numeric, strict=True)
    )
