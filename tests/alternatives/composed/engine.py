"""Five primitives, and everything else is written in terms of them.

Primitive are the sum, the product, a power with a constant exponent, and the unary
functions that ``_apply`` makes from a number and its slope. Subtraction, division,
negation and the logistic function are formulas, as on paper, so their graphs have
more nodes than one would think.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

Number = int | float


class Value:
    __array_ufunc__ = None

    def __init__(
        self,
        data: Number,
        _children: Sequence[Value] = (),
        _op: str = "",
        label: str = "",
    ):
        # float() would read the text "1.5" too; adding zero refuses it.
        self._data = float(data + 0.0) if not isinstance(data, Value) else _refuse(data)
        self.grad = 0.0
        self._prev = frozenset(_children)
        self._op = _op
        self.label = label
        self._pull: Callable[[float], list[tuple[Value, float]]] = lambda g: []

    @property
    def data(self) -> float:
        return self._data

    @data.setter
    def data(self, new: Number) -> None:
        self._data = float(new)

    def __str__(self) -> str:
        return str(self._data)

    def __repr__(self) -> str:
        return f"Value({self._data!r}, label={self.label!r})"

    # primitives

    def __add__(self, other: Value | Number) -> Value:
        other = _lift(other)
        if other is NotImplemented:
            return NotImplemented
        total = Value(self._data + other._data, (self, other), "sum")
        total._pull = lambda g: [(self, g), (other, g)]
        return total

    def __mul__(self, other: Value | Number) -> Value:
        other = _lift(other)
        if other is NotImplemented:
            return NotImplemented
        a, b = self._data, other._data
        product = Value(a * b, (self, other), "product")
        product._pull = lambda g: [(self, g * b), (other, g * a)]
        return product

    def __pow__(self, n: Number) -> Value:
        if isinstance(n, bool) or not isinstance(n, (int, float)):
            raise TypeError(f"{n!r} cannot be an exponent")
        x = self._data
        if x < 0 and n != math.floor(n):
            raise ValueError(f"root of a negative number: {x} ** {n}")
        if n == 0:
            return self._apply("power", 1.0, 0.0)
        if x == 0 and 0 < n < 1:
            return self._apply("power", 0.0, math.inf)
        return self._apply("power", x**n, n * x ** (n - 1))

    def _apply(self, name: str, y: float, slope: float) -> Value:
        node = Value(y, (self,), name)
        node._pull = lambda g: [(self, g * slope)]
        return node

    def exp(self) -> Value:
        y = math.exp(self._data)
        return self._apply("exp", y, y)

    def log(self) -> Value:
        if not self._data > 0:
            raise ValueError("logarithm of a number that is not positive")
        return self._apply("log", math.log(self._data), 1 / self._data)

    def tanh(self) -> Value:
        y = math.tanh(self._data)
        return self._apply("tanh", y, 1 - y**2)

    def relu(self) -> Value:
        return self * (1.0 if self._data > 0 else 0.0)

    # formulas

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | Number) -> Value:
        other = _lift(other)
        return other if other is NotImplemented else self + other * -1

    def __rsub__(self, other: Number) -> Value:
        return -self + other

    def __truediv__(self, other: Value | Number) -> Value:
        other = _lift(other)
        return other if other is NotImplemented else self * other**-1

    def __rtruediv__(self, other: Number) -> Value:
        other = _lift(other)
        return other if other is NotImplemented else self**-1 * other

    __radd__ = __add__
    __rmul__ = __mul__

    def sigmoid(self) -> Value:
        return ((self * 0.5).tanh() + 1) * 0.5

    # reverse pass

    def backward(self) -> None:
        adjoint: dict[int, float] = {id(self): 1.0}
        nodes = list(self._ancestry())
        for node in reversed(nodes):
            for source, amount in node._pull(adjoint[id(node)]):
                adjoint[id(source)] = adjoint.get(id(source), 0.0) + amount
        self.grad = 0.0
        for node in nodes:
            node.grad += adjoint[id(node)]

    def _ancestry(self) -> Iterator[Value]:
        """Yield each node once, after all that it was computed from."""
        seen = {id(self)}
        path = [(self, iter(self._prev))]
        while path:
            node, rest = path[-1]
            for child in rest:
                if id(child) not in seen:
                    seen.add(id(child))
                    path.append((child, iter(child._prev)))
                    break
            else:
                path.pop()
                yield node


def _refuse(thing: object) -> float:
    raise TypeError(f"this is a Value already: {thing!r}")


def _lift(thing):
    if isinstance(thing, Value):
        return thing
    try:
        return Value(thing)
    except (TypeError, ValueError):
        return NotImplemented


def numerical_gradient(
    f: Callable[[list[float]], float], xs: Sequence[float], eps: float = 1e-6
) -> list[float]:
    work = [float(x) for x in xs]
    slopes = []
    for i, x in enumerate(work):
        work[i] = x + eps
        high = f(work[:])
        work[i] = x - eps
        low = f(work[:])
        work[i] = x
        slopes.append((high - low) / (2 * eps))
    return slopes


def gradcheck(f: Callable[[list[Value]], Value], xs: Sequence[float], tol: float = 1e-6) -> bool:
    def output(numbers: list[float]) -> float:
        return f([Value(x) for x in numbers]).data

    inputs = [Value(x) for x in xs]
    f(inputs).backward()
    worst = 0.0
    for mine, theirs in zip((v.grad for v in inputs), numerical_gradient(output, xs), strict=True):
        gap = abs(mine - theirs) / max(1.0, abs(mine), abs(theirs))
        if math.isnan(gap):
            return False
        worst = max(worst, gap)
    return worst <= tol
