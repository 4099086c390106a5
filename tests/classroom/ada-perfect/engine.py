# Ada K. -- Milestone 1
# I followed the lecture but used a stack instead of recursion, because
# my first version died on the long chain test.

import math


class Value:
    """A scalar that knows where it came from."""

    def __init__(self, data, _children=(), _op="", label=""):
        if not isinstance(data, (int, float)):
            # numpy ints etc: let float() decide, but do not parse strings
            if isinstance(data, (str, bytes, Value)):
                raise TypeError("Value needs a number, got %r" % (data,))
            data = float(data)
        self.data = float(data)
        self.grad = 0.0
        self._backward = None  # set by the operation that makes this node
        self._prev = tuple(_children)
        self._op = _op
        self.label = label

    def __repr__(self):
        return f"Value(data={self.data:.4f}, grad={self.grad:.4f})"

    # numpy scalars on the left should not swallow us into an object array
    __array_ufunc__ = None

    # ---------- arithmetic ----------

    def __add__(self, other):
        other = to_value(other)
        if other is None:
            return NotImplemented
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            # += and not =, otherwise a+a is wrong!!
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = to_value(other)
        if other is None:
            return NotImplemented
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def __pow__(self, exponent):
        if not isinstance(exponent, (int, float)):
            raise TypeError("only int or float exponents, got %s" % type(exponent).__name__)
        if self.data < 0 and exponent % 1 != 0:
            raise ValueError("negative base with a fractional exponent")
        out = Value(self.data ** exponent, (self,), f"**{exponent}")

        def _backward():
            if exponent == 0:  # derivative of a constant. avoids 0 ** -1
                return
            self.grad += exponent * self.data ** (exponent - 1) * out.grad

        out._backward = _backward
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        other = to_value(other)
        if other is None:
            return NotImplemented
        return self + (-other)

    def __truediv__(self, other):
        other = to_value(other)
        if other is None:
            return NotImplemented
        return self * other ** -1  # 0.0 ** -1 raises ZeroDivisionError, good

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return (-self) + other

    def __rtruediv__(self, other):
        other = to_value(other)
        if other is None:
            return NotImplemented
        return other / self

    # ---------- functions ----------

    def exp(self):
        out = Value(math.exp(self.data), (self,), "exp")

        def _backward():
            self.grad += out.data * out.grad

        out._backward = _backward
        return out

    def log(self):
        if self.data <= 0:
            raise ValueError(f"log of {self.data}: must be positive")
        out = Value(math.log(self.data), (self,), "log")

        def _backward():
            self.grad += (1 / self.data) * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Value(max(0.0, self.data), (self,), "relu")

        def _backward():
            if out.data > 0:
                self.grad += out.grad

        out._backward = _backward
        return out

    def sigmoid(self):
        # two cases, so that exp never gets a big positive number
        if self.data >= 0:
            s = 1 / (1 + math.exp(-self.data))
        else:
            e = math.exp(self.data)
            s = e / (1 + e)
        out = Value(s, (self,), "sigmoid")

        def _backward():
            self.grad += s * (1 - s) * out.grad

        out._backward = _backward
        return out

    # ---------- the actual backprop ----------

    def backward(self):
        order = []
        visited = set()
        stack = [(self, False)]
        while stack:
            node, children_done = stack.pop()
            if children_done:
                order.append(node)
                continue
            if node in visited:
                continue
            visited.add(node)
            stack.append((node, True))
            for child in node._prev:
                stack.append((child, False))

        self.grad = 1.0
        for node in reversed(order):
            if node._backward is not None:
                node._backward()


def to_value(x):
    """Value stays Value, numbers become Value, everything else is None."""
    if isinstance(x, Value):
        return x
    if isinstance(x, (str, bytes)) or hasattr(x, "__len__"):
        return None
    try:
        return Value(x)
    except TypeError:
        return None


def numerical_gradient(f, xs, eps=1e-6):
    grads = []
    for i in range(len(xs)):
        plus = [float(x) for x in xs]   # fresh copies, don't touch the caller's list
        minus = [float(x) for x in xs]
        plus[i] += eps
        minus[i] -= eps
        grads.append((f(plus) - f(minus)) / (2 * eps))
    return grads


def gradcheck(f, xs, tol=1e-6):
    values = [Value(x) for x in xs]
    f(values).backward()
    numeric = numerical_gradient(lambda nums: f([Value(n) for n in nums]).data, xs)
    for v, n in zip(values, numeric):
        if not abs(v.grad - n) <= tol * max(1.0, abs(n)):
            return False
    return True


if __name__ == "__main__":
    a = Value(2.0, label="a")
    b = Value(-3.0, label="b")
    c = a * b + a.tanh()
    c.backward()
    print(a, b, c)
    print(gradcheck(lambda v: v[0] * v[1] + v[0].tanh(), [2.0, -3.0]))
