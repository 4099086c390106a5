"""Scalar reverse-mode differentiation with edges that carry local derivatives.

A result keeps one edge ``(parent, d result / d parent)`` for each operand that is
a ``Value``; plain numbers leave no trace in the graph. ``backward`` therefore is
a single rule for every operation: multiply along an edge, add up at its parent.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from numbers import Real

Edge = tuple["Value", float]


class Value:
    """A node of the expression graph.

    Parameters
    ----------
    data
        The number held by the node.
    _children
        Operands; only for nodes that are made by hand, without derivatives.
    _op, label
        Names for pictures of the graph.
    """

    __array_priority__ = 1000
    __array_ufunc__ = None

    def __init__(
        self,
        data: float,
        _children: Sequence[Value] = (),
        _op: str = "",
        label: str = "",
    ) -> None:
        if not isinstance(data, Real):
            raise TypeError(f"a Value holds a real number, not {data!r}")
        self.data: float = float(data)
        self.grad: float = 0.0
        self.label = label
        self._op = _op
        self._edges: list[Edge] = [(child, 0.0) for child in _children]

    @classmethod
    def _result(cls, data: float, op: str, *edges: Edge) -> Value:
        node = cls(data, (), op)
        node._edges = list(edges)
        return node

    @property
    def _prev(self) -> tuple[Value, ...]:
        return tuple(dict.fromkeys(parent for parent, _ in self._edges))

    def __repr__(self) -> str:
        name = f"{self.label}: " if self.label else ""
        return f"<{name}{self.data:.6g}, grad {self.grad:.6g}>"

    # Arithmetic ---------------------------------------------------------------

    def __add__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return self._result(self.data + other.data, "add", (self, 1.0), (other, 1.0))
        if isinstance(other, Real):
            return self._result(self.data + float(other), "add", (self, 1.0))
        return NotImplemented

    def __radd__(self, other: float) -> Value:
        return self + other

    def __sub__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return self._result(self.data - other.data, "sub", (self, 1.0), (other, -1.0))
        if isinstance(other, Real):
            return self._result(self.data - float(other), "sub", (self, 1.0))
        return NotImplemented

    def __rsub__(self, other: float) -> Value:
        if isinstance(other, Real):
            return self._result(float(other) - self.data, "sub", (self, -1.0))
        return NotImplemented

    def __mul__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            return self._result(
                self.data * other.data, "mul", (self, other.data), (other, self.data)
            )
        if isinstance(other, Real):
            factor = float(other)
            return self._result(self.data * factor, "mul", (self, factor))
        return NotImplemented

    def __rmul__(self, other: float) -> Value:
        return self * other

    def __truediv__(self, other: Value | float) -> Value:
        if isinstance(other, Value):
            quotient = self.data / other.data
            return self._result(
                quotient,
                "div",
                (self, 1.0 / other.data),
                (other, -quotient / other.data),
            )
        if isinstance(other, Real):
            divisor = float(other)
            return self._result(self.data / divisor, "div", (self, 1.0 / divisor))
        return NotImplemented

    def __rtruediv__(self, other: float) -> Value:
        if isinstance(other, Real):
            quotient = float(other) / self.data
            return self._result(quotient, "div", (self, -quotient / self.data))
        return NotImplemented

    def __pow__(self, exponent: float) -> Value:
        if not isinstance(exponent, int | float):
            kind = type(exponent).__name__
            raise TypeError(f"exponents are plain ints or floats here, not {kind}")
        if self.data < 0 and exponent != math.trunc(exponent):
            raise ValueError("a negative base needs a whole exponent")
        power = self.data**exponent
        return self._result(power, "pow", (self, self._slope_of_power(exponent)))

    def _slope_of_power(self, exponent: float) -> float:
        if exponent == 0:
            return 0.0
        if self.data == 0 and exponent < 1:
            return math.inf
        return exponent * self.data ** (exponent - 1)

    def __neg__(self) -> Value:
        return self._result(-self.data, "neg", (self, -1.0))

    # Functions ----------------------------------------------------------------

    def exp(self) -> Value:
        y = math.exp(self.data)
        return self._result(y, "exp", (self, y))

    def log(self) -> Value:
        return self._result(math.log(self.data), "log", (self, 1.0 / self.data))

    def tanh(self) -> Value:
        y = math.tanh(self.data)
        return self._result(y, "tanh", (self, 1.0 - y * y))

    def relu(self) -> Value:
        return self._result(max(0.0, self.data), "relu", (self, float(self.data > 0)))

    def sigmoid(self) -> Value:
        small = math.exp(-abs(self.data))
        y = (1.0 if self.data >= 0 else small) / (1.0 + small)
        return self._result(y, "sigmoid", (self, small / (1.0 + small) ** 2))

    # Differentiation ----------------------------------------------------------

    def backward(self) -> None:
        """Add the derivative of this node to ``grad`` of everything beneath it.

        Kahn's algorithm: a node passes its gradient on once all of its uses have
        contributed, which is when its count of open uses has come down to zero.
        """
        open_uses = self._count_uses()
        self.grad = 1.0
        ready = deque([self])
        while ready:
            node = ready.popleft()
            for parent, slope in node._edges:
                parent.grad += slope * node.grad
                open_uses[parent] -= 1
                if open_uses[parent] == 0:
                    ready.append(parent)

    def _count_uses(self) -> dict[Value, int]:
        uses = {self: 0}
        frontier = [self]
        while frontier:
            for parent, _ in frontier.pop()._edges:
                if parent not in uses:
                    uses[parent] = 0
                    frontier.append(parent)
                uses[parent] += 1
        return uses


def numerical_gradient(
    f: Callable[[list[float]], float], xs: Sequence[float], eps: float = 1e-6
) -> list[float]:
    """Return the central differences of ``f`` at ``xs``, which stays as it is."""
    if not eps > 0:
        raise ValueError(f"eps is a positive step, not {eps!r}")
    point = [float(x) for x in xs]

    def at(index: int, step: float) -> float:
        moved = point.copy()
        moved[index] += step
        return f(moved)

    return [float((at(i, eps) - at(i, -eps)) / (2 * eps)) for i in range(len(point))]


def gradcheck(f: Callable[[list[Value]], Value], xs: Sequence[float], tol: float = 1e-6) -> bool:
    """Tell whether backpropagation agrees with central differences everywhere."""
    inputs = [Value(x) for x in xs]
    f(inputs).backward()
    expected = numerical_gradient(lambda p: f([Value(x) for x in p]).data, xs)
    for node, slope in zip(inputs, expected, strict=True):
        error = abs(node.grad - slope) / max(1.0, abs(slope))
        if not error <= tol:
            return False
    return True
