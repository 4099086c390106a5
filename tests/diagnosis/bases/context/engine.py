"""Scalars with one Function class an operation, as PyTorch has them."""

import math


class Context:
    def __init__(self):
        self.saved = ()

    def save(self, *values):
        self.saved = values


class Function:
    @classmethod
    def apply(cls, *args):
        ctx = Context()
        inputs = [a if isinstance(a, Value) else Value(a) for a in args]
        result = cls.forward(ctx, *[v.data for v in inputs])
        out = Value(result, tuple(inputs), cls.__name__.lower())
        out._ctx = ctx
        out._fn = cls
        return out


class Add(Function):
    @staticmethod
    def forward(ctx, x, y):
        return x + y

    @staticmethod
    def backward(ctx, g):
        return g, g


class Mul(Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save(x, y)
        return x * y

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved
        return y * g, x * g


class Inv(Function):
    @staticmethod
    def forward(ctx, x):
        out = 1.0 / x
        ctx.save(out)
        return out

    @staticmethod
    def backward(ctx, g):
        (out,) = ctx.saved
        return (-out * out * g,)


class Neg(Function):
    @staticmethod
    def forward(ctx, x):
        return -x

    @staticmethod
    def backward(ctx, g):
        return (-g,)


class Exp(Function):
    @staticmethod
    def forward(ctx, x):
        out = math.exp(x)
        ctx.save(out)
        return out

    @staticmethod
    def backward(ctx, g):
        (out,) = ctx.saved
        return (out * g,)


class Log(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save(x)
        return math.log(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved
        return (g / x,)


class Tanh(Function):
    @staticmethod
    def forward(ctx, x):
        t = math.tanh(x)
        ctx.save(t)
        return t

    @staticmethod
    def backward(ctx, g):
        (t,) = ctx.saved
        return ((1 - t * t) * g,)


class ReLU(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save(x)
        return x if x > 0 else 0.0

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved
        return (g if x > 0 else 0.0,)


class Sigmoid(Function):
    @staticmethod
    def forward(ctx, x):
        e = math.exp(-abs(x))
        s = 1 / (1 + e) if x > 0 else e / (1 + e)
        ctx.save(s)
        return s

    @staticmethod
    def backward(ctx, g):
        (s,) = ctx.saved
        return (s * (1 - s) * g,)


class Pow(Function):
    @classmethod
    def of(cls, base, n):
        out = Value(base.data**n, (base,), "pow")
        out._ctx = Context()
        out._ctx.save(base.data, n)
        out._fn = cls
        return out

    @staticmethod
    def backward(ctx, g):
        x, n = ctx.saved
        if n == 0:
            return (0.0,)
        return (n * x ** (n - 1) * g,)


class Value:
    def __init__(self, data, _children=(), _op="", label=""):
        if isinstance(data, (str, Value)):
            raise TypeError("a Value is made of a number")
        self.data = float(data)
        self.grad = 0.0
        self.label = label
        self._prev = _children
        self._op = _op
        self._fn = None
        self._ctx = None

    def __add__(self, other):
        return Add.apply(self, other)

    def __radd__(self, other):
        return Add.apply(other, self)

    def __mul__(self, other):
        return Mul.apply(self, other)

    def __rmul__(self, other):
        return Mul.apply(other, self)

    def __neg__(self):
        return Neg.apply(self)

    def __sub__(self, other):
        return Add.apply(self, Neg.apply(other))

    def __rsub__(self, other):
        return Add.apply(other, Neg.apply(self))

    def __truediv__(self, other):
        return Mul.apply(self, Inv.apply(other))

    def __rtruediv__(self, other):
        return Mul.apply(other, Inv.apply(self))

    def __pow__(self, n):
        if not isinstance(n, (int, float)):
            raise TypeError("the exponent is a plain number")
        return Pow.of(self, n)

    def exp(self):
        return Exp.apply(self)

    def log(self):
        return Log.apply(self)

    def tanh(self):
        return Tanh.apply(self)

    def relu(self):
        return ReLU.apply(self)

    def sigmoid(self):
        return Sigmoid.apply(self)

    def backward(self):
        self.grad = 1.0
        for node in self.sort():
            if node._fn is None:
                continue
            grads = node._fn.backward(node._ctx, node.grad)
            for child, g in zip(node._prev, grads):
                child.grad += g

    def sort(self):
        done, order, stack = set(), [], [self]
        while stack:
            node = stack.pop()
            if node is None:
                order.append(stack.pop())
                continue
            if id(node) in done:
                continue
            done.add(id(node))
            stack += [node, None]
            stack += node._prev
        order.reverse()
        return order


def numerical_gradient(f, xs, eps=1e-6):
    def slope(i):
        x = list(xs)
        x[i] = xs[i] + eps
        high = f(x)
        x[i] = xs[i] - eps
        low = f(x)
        return (high - low) / (2 * eps)

    return [slope(i) for i in range(len(xs))]


def gradcheck(f, xs, tol=1e-6):
    leaves = list(map(Value, xs))
    f(leaves).backward()
    slopes = numerical_gradient(lambda p: f(list(map(Value, p))).data, xs)
    errors = [abs(v.grad - s) / max(1.0, abs(s)) for v, s in zip(leaves, slopes)]
    return all(e <= tol for e in errors)
