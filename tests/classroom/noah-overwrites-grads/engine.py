# noah b.  HW1
# print(" hello from engine ")   <- remember to delete debugging prints
import math


class Value:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op="", label=""):
        if isinstance(data, str) or isinstance(data, Value):
            raise TypeError("data has to be a number")
        self.data = float(data)
        self.grad = 0.0
        self._op = _op
        self.label = label
        self._prev = list(_children)
        self._backward = lambda: None

    def __repr__(self):
        return "Value(data=" + str(self.data) + ")"

    @staticmethod
    def ok(other):
        return isinstance(other, Value) or (hasattr(other, "__float__") and not hasattr(other, "__len__"))

    @staticmethod
    def wrap(other):
        return other if isinstance(other, Value) else Value(other)

    def __add__(self, other):
        if not Value.ok(other):
            return NotImplemented
        other = Value.wrap(other)
        out = Value(self.data + other.data, (self, other), "+")
        def _backward():
            self.grad = out.grad
            other.grad = out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        if not Value.ok(other):
            return NotImplemented
        other = Value.wrap(other)
        out = Value(self.data * other.data, (self, other), "*")
        def _backward():
            self.grad = other.data * out.grad
            other.grad = self.data * out.grad
        out._backward = _backward
        return out

    def __truediv__(self, other):
        if not Value.ok(other):
            return NotImplemented
        other = Value.wrap(other)
        out = Value(self.data / other.data, (self, other), "/")
        def _backward():
            self.grad = out.grad / other.data
            other.grad = -self.data / other.data ** 2 * out.grad
        out._backward = _backward
        return out

    def __pow__(self, k):
        if not isinstance(k, (int, float)):
            raise TypeError("k must be int or float")
        if self.data < 0 and k != round(k):
            raise ValueError("complex result")
        out = Value(self.data ** k, (self,), "**")
        def _backward():
            self.grad = 0.0 if k == 0 else k * self.data ** (k - 1) * out.grad
        out._backward = _backward
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        if not Value.ok(other):
            return NotImplemented
        return self + -Value.wrap(other)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        if not Value.ok(other):
            return NotImplemented
        return Value.wrap(other) / self

    def exp(self):
        out = Value(math.exp(self.data), (self,), "exp")
        def _backward():
            self.grad = out.data * out.grad
        out._backward = _backward
        return out

    def log(self):
        if self.data <= 0:
            raise ValueError("log of something <= 0")
        out = Value(math.log(self.data), (self,), "log")
        def _backward():
            self.grad = out.grad / self.data
        out._backward = _backward
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,), "tanh")
        def _backward():
            self.grad = (1 - out.data ** 2) * out.grad
        out._backward = _backward
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, (self,), "relu")
        def _backward():
            self.grad = out.grad if self.data > 0 else 0.0
        out._backward = _backward
        return out

    def sigmoid(self):
        s = 0.5 * (1 + math.tanh(self.data / 2))
        out = Value(s, (self,), "sigmoid")
        def _backward():
            self.grad = s * (1 - s) * out.grad
        out._backward = _backward
        return out

    def backward(self):
        topo, visited, stack = [], set(), [(self, 0)]
        while stack:
            v, done = stack.pop()
            if done:
                topo.append(v)
            elif v not in visited:
                visited.add(v)
                stack.append((v, 1))
                stack += [(c, 0) for c in v._prev]
        self.grad = 1.0
        for v in topo[::-1]:
            v._backward()


def numerical_gradient(f, xs, eps=1e-6):
    out = []
    for i in range(len(xs)):
        hi = list(map(float, xs)); hi[i] += eps
        lo = list(map(float, xs)); lo[i] -= eps
        out.append((f(hi) - f(lo)) / (2 * eps))
    return out


def gradcheck(f, xs, tol=1e-6):
    # says False for a*a, I think my tolerance is too small??
    vals = [Value(x) for x in xs]
    f(vals).backward()
    num = numerical_gradient(lambda q: f([Value(x) for x in q]).data, xs)
    return all([abs(v.grad - n) <= tol * max(1, abs(n)) for v, n in zip(vals, num)])
