"""Scalar autograd with operations as classes and time as the order of the graph.

Every Value gets the next number of a global clock when it is made. An operand is
always older than a result, so "youngest first" is a reverse topological order and
backward() needs nothing but a heap.
"""

import heapq
import itertools
import math

_clock = itertools.count()


class Operation:
    """One application of an operation to its inputs."""

    symbol = "?"

    def __init__(self, *inputs):
        self.inputs = inputs

    @classmethod
    def apply(cls, *inputs, **constants):
        operation = cls(*inputs)
        for name, constant in constants.items():
            setattr(operation, name, constant)
        operation.result = operation.forward(*(v.data for v in inputs))
        return Value._from_operation(operation)

    def forward(self, *numbers):
        raise NotImplementedError

    def backward(self, grad):
        """Return the gradient of each input, given that of the result."""
        raise NotImplementedError


class Add(Operation):
    symbol = "+"

    def forward(self, a, b):
        return a + b

    def backward(self, grad):
        return grad, grad


class Subtract(Operation):
    symbol = "-"

    def forward(self, a, b):
        return a - b

    def backward(self, grad):
        return grad, -grad


class Multiply(Operation):
    symbol = "*"

    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, grad):
        return grad * self.b, grad * self.a


class Divide(Operation):
    symbol = "/"

    def forward(self, a, b):
        if b == 0.0:
            raise ZeroDivisionError(f"cannot divide {a} by zero")
        self.b = b
        return a / b

    def backward(self, grad):
        return grad / self.b, -grad * self.result / self.b


class Negate(Operation):
    symbol = "neg"

    def forward(self, a):
        return -a

    def backward(self, grad):
        return (-grad,)


class Power(Operation):
    symbol = "^"

    def forward(self, a):
        if a < 0 and not float(self.exponent).is_integer():
            raise ValueError(f"({a}) ** {self.exponent} has no real value")
        self.a = a
        return a**self.exponent

    def backward(self, grad):
        n = self.exponent
        return (grad * n * self.a ** (n - 1) if n else 0.0,)


class Exp(Operation):
    symbol = "e^"

    def forward(self, a):
        return math.exp(a)

    def backward(self, grad):
        return (grad * self.result,)


class Log(Operation):
    symbol = "ln"

    def forward(self, a):
        if a <= 0:
            raise ValueError("log is defined for positive numbers only, not " + str(a))
        self.a = a
        return math.log(a)

    def backward(self, grad):
        return (grad / self.a,)


class Tanh(Operation):
    symbol = "tanh"

    def forward(self, a):
        return math.tanh(a)

    def backward(self, grad):
        return (grad * (1 - self.result) * (1 + self.result),)


class Relu(Operation):
    symbol = "max0"

    def forward(self, a):
        self.active = a > 0
        return a if self.active else 0.0

    def backward(self, grad):
        return (grad if self.active else 0.0,)


class Sigmoid(Operation):
    symbol = "sigm"

    def forward(self, a):
        # The logistic function is a stretched tanh, and tanh never overflows.
        return 0.5 * (1 + math.tanh(0.5 * a))

    def backward(self, grad):
        return (grad * self.result * (1 - self.result),)


class Value:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op="", label=""):
        if not isinstance(data, Value) and hasattr(data, "__float__"):
            self.data = float(data)
        else:
            raise TypeError("Value() takes a number, not a " + type(data).__name__)
        self.grad = 0.0
        self.label = label
        self._op = _op
        self._prev = tuple(_children)
        self._operation = None
        self._born = next(_clock)

    @classmethod
    def _from_operation(cls, operation):
        value = cls(operation.result, operation.inputs, operation.symbol)
        value._operation = operation
        return value

    def __repr__(self):
        return f"Value({self.data:.4f}, grad={self.grad:.4f})"

    def __add__(self, other):
        return _binary(Add, self, other)

    def __radd__(self, other):
        return _binary(Add, other, self)

    def __sub__(self, other):
        return _binary(Subtract, self, other)

    def __rsub__(self, other):
        return _binary(Subtract, other, self)

    def __mul__(self, other):
        return _binary(Multiply, self, other)

    def __rmul__(self, other):
        return _binary(Multiply, other, self)

    def __truediv__(self, other):
        return _binary(Divide, self, other)

    def __rtruediv__(self, other):
        return _binary(Divide, other, self)

    def __pow__(self, exponent):
        if not isinstance(exponent, (int, float)):
            raise TypeError("only ints and floats can be exponents")
        return Power.apply(self, exponent=exponent)

    def __neg__(self):
        return Negate.apply(self)

    def exp(self):
        return Exp.apply(self)

    def log(self):
        return Log.apply(self)

    def tanh(self):
        return Tanh.apply(self)

    def relu(self):
        return Relu.apply(self)

    def sigmoid(self):
        return Sigmoid.apply(self)

    def backward(self):
        """Add d(self)/d(node) to node.grad for every node that self came from."""
        cotangents = {self: 1.0}
        youngest_first = [(-self._born, self)]
        while youngest_first:
            _, node = heapq.heappop(youngest_first)
            if node is self:
                node.grad = 1.0
            else:
                node.grad += cotangents[node]
            if node._operation is None:
                continue
            contributions = node._operation.backward(cotangents[node])
            for source, contribution in zip(node._prev, contributions, strict=True):
                if source in cotangents:
                    cotangents[source] += contribution
                else:
                    cotangents[source] = contribution
                    heapq.heappush(youngest_first, (-source._born, source))


def _binary(operation, left, right):
    if not isinstance(left, Value):
        left = _constant(left)
    if not isinstance(right, Value):
        right = _constant(right)
    if left is NotImplemented or right is NotImplemented:
        return NotImplemented
    return operation.apply(left, right)


def _constant(number):
    if hasattr(number, "__float__") and not hasattr(number, "__len__"):
        return Value(number)
    return NotImplemented


def numerical_gradient(f, xs, eps=1e-6):
    """Slopes of f at xs, each from one step forward and one step back."""
    gradient = []
    for i, x in enumerate(xs):
        before, after = list(xs[:i]), list(xs[i + 1 :])
        ahead = f([*before, x + eps, *after])
        behind = f([*before, x - eps, *after])
        gradient.append((ahead - behind) / (2.0 * eps))
    return gradient


def gradcheck(f, xs, tol=1e-6):
    xs = [float(x) for x in xs]
    values = [Value(x) for x in xs]
    f(values).backward()

    def plain(numbers):
        return f([Value(x) for x in numbers]).data

    for value, numeric in zip(values, numerical_gradient(plain, xs), strict=True):
        scale = max(1.0, abs(value.grad))
        if math.isnan(numeric) or not abs(value.grad - numeric) < tol * scale:
            return False
    return True


print("engine.py loaded, the clock stands at", next(_clock))
