# Olga S., group 4, engine
# worked with Pavel on the operators, backward is my own
import math
import numbers


def is_number(x):
    return isinstance(x, numbers.Real)


class Value:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op="", label=""):
        if not is_number(data):
            raise TypeError(f"not a number: {data!r}")
        self.data = float(data)
        self.grad = 0.0
        self._prev = list(_children)
        self._op = _op
        self.label = label
        self._local = []      # d self / d child, in the order of _prev

    def __repr__(self):
        return f"Value({self.data}, grad={self.grad})"

    def _make(self, data, children, local, op):
        out = Value(data, children, op)
        out._local = local
        return out

    def __add__(self, other):
        if is_number(other): other = Value(other)
        if not isinstance(other, Value): return NotImplemented
        return self._make(self.data + other.data, [self, other], [1.0, 1.0], "+")

    def __sub__(self, other):
        if is_number(other): other = Value(other)
        if not isinstance(other, Value): return NotImplemented
        return self._make(self.data - other.data, [self, other], [1.0, -1.0], "-")

    def __mul__(self, other):
        if is_number(other): other = Value(other)
        if not isinstance(other, Value): return NotImplemented
        return self._make(self.data * other.data, [self, other], [other.data, self.data], "*")

    def __truediv__(self, other):
        if is_number(other): other = Value(other)
        if not isinstance(other, Value): return NotImplemented
        q = self.data / other.data
        return self._make(q, [self, other], [1 / other.data, -q / other.data], "/")

    def __radd__(self, other):
        return Value(other) + self if is_number(other) else NotImplemented

    def __rsub__(self, other):
        return Value(other) - self if is_number(other) else NotImplemented

    def __rmul__(self, other):
        return Value(other) * self if is_number(other) else NotImplemented

    def __rtruediv__(self, other):
        return Value(other) / self if is_number(other) else NotImplemented

    def __neg__(self):
        return self._make(-self.data, [self], [-1.0], "neg")

    def __pow__(self, p):
        if not isinstance(p, (int, float)):
            raise TypeError(f"power must be a number: {p!r}")
        if self.data < 0 and p != int(p):
            raise ValueError("negative number to a fractional power")
        slope = 0.0 if p == 0 else p * self.data ** (p - 1)
        return self._make(self.data ** p, [self], [slope], "**")

    def exp(self):
        e = math.exp(self.data)
        return self._make(e, [self], [e], "exp")

    def log(self):
        if self.data <= 0:
            raise ValueError("math domain error: log")
        return self._make(math.log(self.data), [self], [1 / self.data], "log")

    def tanh(self):
        t = math.tanh(self.data)
        return self._make(t, [self], [1 - t * t], "tanh")

    def relu(self):
        on = self.data > 0
        return self._make(self.data if on else 0.0, [self], [1.0 if on else 0.0], "relu")

    def sigmoid(self):
        if self.data > 0:
            s = 1 / (1 + math.exp(-self.data))
        else:
            s = math.exp(self.data) / (1 + math.exp(self.data)   # fixed overflow, 23:58
        return self._make(s, [self], [s * (1 - s)], "sigmoid")

    def backward(self):
        order, seen = [], set()
        stack = [(self, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                for child in node._prev:
                    stack.append((child, False))
        self.grad = 1.0
        for node in reversed(order):
            for child, d in zip(node._prev, node._local):
                child.grad += d * node.grad


def numerical_gradient(f, xs, eps=1e-6):
    grad = []
    for i in range(len(xs)):
        xp = [float(x) for x in xs]
        xm = [float(x) for x in xs]
        xp[i] += eps
        xm[i] -= eps
        grad.append((f(xp) - f(xm)) / (2 * eps))
    return grad


def gradcheck(f, xs, tol=1e-6):
    leaves = [Value(x) for x in xs]
    f(leaves).backward()
    expected = numerical_gradient(lambda zs: f([Value(z) for z in zs]).data, xs)
    for leaf, e in zip(leaves, expected):
        if abs(leaf.grad - e) > tol * max(1.0, abs(e)):
            return False
    return True
