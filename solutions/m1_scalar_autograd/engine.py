# %% [markdown]
# # Milestone 1: scalar autograd
#
# A `Value` holds one number and remembers which values it was computed from. The values of an
# expression form a directed acyclic graph; `backward` walks it from the result to the inputs and
# applies the chain rule at every node.
#
# Theory, tasks with their points, and a worked example: `handouts/m1_scalar_autograd.md`.

# %%
"""Milestone 1: a scalar that remembers how it was computed, and its gradient."""

import math
from collections.abc import Callable, Sequence

Number = int | float

# %% [markdown]
# ## The engine
#
# Every operation returns a new `Value` whose children are its operands and whose `_backward` adds
# (`+=`) to each operand's `grad`: the local derivative times `out.grad`.


# %%
class Value:
    """A number in an expression graph.

    Parameters
    ----------
    data : float
        The number.
    _children : tuple of Value
        The operands it was computed from.
    _op : str
        What computed it, for pictures.
    label : str
        A name, for pictures.

    Attributes
    ----------
    grad : float
        The derivative of the result that `backward` was called on with respect to this value.
        0.0 at birth; `backward` adds to it.

    Examples
    --------
    >>> a, b = Value(2.0), Value(-3.0)
    >>> out = a * b + a
    >>> out.backward()
    >>> out.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)
    """

    def __init__(
        self, data: Number, _children: "tuple[Value, ...]" = (), _op: str = "", label: str = ""
    ) -> None:
        self.data = float(data)
        self.grad = 0.0
        self.label = label
        self._prev = _children
        self._op = _op
        self._backward: Callable[[], None] = lambda: None

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    @staticmethod
    def wrap(other: "Value | Number") -> "Value":
        """Return `other` as a Value; a number becomes a leaf, a TypeError what is neither."""
        if isinstance(other, Value):
            return other
        if isinstance(other, Number) or hasattr(other, "__float__"):
            return Value(float(other))
        raise TypeError(f"wanted a Value or a number, got {type(other).__name__}")

    def __add__(self, other: "Value | Number") -> "Value":
        """Return self + other: both operands get the gradient of the sum.

        `other` is a Value or a number, as for every operation: a TypeError otherwise.
        """
        ### BEGIN SOLUTION
        other = Value.wrap(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward() -> None:
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out
        ### END SOLUTION

    def __mul__(self, other: "Value | Number") -> "Value":
        """Return self * other: each operand gets the gradient times the other operand.

        A TypeError where `other` is neither a Value nor a number.
        """
        ### BEGIN SOLUTION
        other = Value.wrap(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward() -> None:
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out
        ### END SOLUTION

    def __pow__(self, exponent: Number) -> "Value":
        """Return self ** exponent: the derivative is n x^(n - 1).

        `exponent` is an int or a float, never a Value: a TypeError otherwise. The derivative of
        x ** 0 is 0 everywhere, at x = 0 too. Nothing is added to x: x ** 0.5 is exact near 0.
        """
        ### BEGIN SOLUTION
        if not isinstance(exponent, Number):
            raise TypeError(f"the exponent must be a number, got {type(exponent).__name__}")
        out = Value(self.data**exponent, (self,), f"**{exponent}")

        def _backward() -> None:
            if exponent != 0:
                self.grad += exponent * self.data ** (exponent - 1) * out.grad

        out._backward = _backward
        return out
        ### END SOLUTION

    def exp(self) -> "Value":
        """Return e to the power of self: its own derivative."""
        ### BEGIN SOLUTION
        out = Value(math.exp(self.data), (self,), "exp")

        def _backward() -> None:
            self.grad += out.data * out.grad

        out._backward = _backward
        return out
        ### END SOLUTION

    def log(self) -> "Value":
        """Return the natural logarithm; a ValueError where self is 0 or negative.

        Exact for the smallest positive numbers too: nothing is clamped or shifted by an epsilon.
        """
        ### BEGIN SOLUTION
        out = Value(math.log(self.data), (self,), "log")

        def _backward() -> None:
            self.grad += out.grad / self.data

        out._backward = _backward
        return out
        ### END SOLUTION

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent: the derivative is 1 - tanh^2. Exact at +-800 too."""
        ### BEGIN SOLUTION
        out = Value(math.tanh(self.data), (self,), "tanh")

        def _backward() -> None:
            self.grad += (1.0 - out.data**2) * out.grad

        out._backward = _backward
        return out
        ### END SOLUTION

    def relu(self) -> "Value":
        """Return self where positive, else 0: the derivative is 1 there, else 0 (at 0 too)."""
        ### BEGIN SOLUTION
        out = Value(max(self.data, 0.0), (self,), "relu")

        def _backward() -> None:
            self.grad += (self.data > 0.0) * out.grad

        out._backward = _backward
        return out
        ### END SOLUTION

    def sigmoid(self) -> "Value":
        """Return s = 1 / (1 + exp(-self)): the derivative is s (1 - s). No overflow at +-800."""
        ### BEGIN SOLUTION
        small = math.exp(-abs(self.data))  # at most 1: cannot overflow
        s = 1.0 / (1.0 + small) if self.data >= 0.0 else small / (1.0 + small)
        out = Value(s, (self,), "sigmoid")

        def _backward() -> None:
            self.grad += s * (1.0 - s) * out.grad

        out._backward = _backward
        return out
        ### END SOLUTION

    def __neg__(self) -> "Value":
        """Return -self, from operations that you have."""
        ### BEGIN SOLUTION
        return self * -1.0
        ### END SOLUTION

    def __sub__(self, other: "Value | Number") -> "Value":
        """Return self - other."""
        ### BEGIN SOLUTION
        return self + -Value.wrap(other)
        ### END SOLUTION

    def __truediv__(self, other: "Value | Number") -> "Value":
        """Return self / other; a ZeroDivisionError where other is 0.

        Exact near 0: no epsilon is added to other.
        """
        ### BEGIN SOLUTION
        return self * Value.wrap(other) ** -1
        ### END SOLUTION

    def __radd__(self, other: Number) -> "Value":
        """Return other + self, for a number on the left; `sum` of Values needs it."""
        ### BEGIN SOLUTION
        return Value.wrap(other) + self
        ### END SOLUTION

    def __rmul__(self, other: Number) -> "Value":
        """Return other * self, for a number on the left."""
        ### BEGIN SOLUTION
        return Value.wrap(other) * self
        ### END SOLUTION

    def __rsub__(self, other: Number) -> "Value":
        """Return other - self, for a number on the left."""
        ### BEGIN SOLUTION
        return Value.wrap(other) - self
        ### END SOLUTION

    def __rtruediv__(self, other: Number) -> "Value":
        """Return other / self, for a number on the left."""
        ### BEGIN SOLUTION
        return Value.wrap(other) / self
        ### END SOLUTION

    def backward(self) -> None:
        """Add to the `grad` of every value below this one the derivative of this one by it.

        Sets the own gradient to 1.0, then visits every node once, a node only after everything
        that was computed from it. Works on a chain of 20,000 nodes: no recursion.
        """
        ### BEGIN SOLUTION
        self.grad = 1.0
        for node in reversed(_topological(self)):
            node._backward()
        ### END SOLUTION


### BEGIN SOLUTION
def _topological(root: Value) -> list[Value]:
    order: list[Value] = []
    seen: set[Value] = set()
    stack = [(root, False)]
    while stack:
        node, children_done = stack.pop()
        if children_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in node._prev)
    return order


### END SOLUTION
# %% [markdown]
# ## Trust, but verify
#
# A gradient is right when it agrees with the slope that two nearby function values show.


# %%
def numerical_gradient(
    f: Callable[[list[float]], float], xs: Sequence[float], eps: float = 1e-6
) -> list[float]:
    """Return the gradient of `f` at `xs` by central differences.

    Parameters
    ----------
    f : callable
        Takes a list of floats to a float.
    xs : sequence of float
        The point; it is not changed.
    eps : float
        The step: (f(x + eps) - f(x - eps)) / (2 eps), one coordinate at a time.

    Returns
    -------
    list of float
        One partial derivative an input.

    Examples
    --------
    >>> [round(g, 6) for g in numerical_gradient(lambda xs: xs[0] ** 2 * xs[1], [3.0, 2.0])]
    [12.0, 9.0]
    """
    ### BEGIN SOLUTION
    gradient = []
    for place in range(len(xs)):
        above, below = list(xs), list(xs)
        above[place] += eps
        below[place] -= eps
        gradient.append((f(above) - f(below)) / (2.0 * eps))
    return gradient
    ### END SOLUTION


def gradcheck(f: Callable[[list[Value]], Value], xs: Sequence[float], tol: float = 1e-6) -> bool:
    """Return True exactly when the engine's gradient of `f` at `xs` agrees with the numerical one.

    Parameters
    ----------
    f : callable
        Takes a list of Values to a Value.
    xs : sequence of float
        The point.
    tol : float
        The largest difference allowed for every input, relative to max(1, |numerical gradient|).

    Examples
    --------
    >>> gradcheck(lambda xs: xs[0] * xs[1].tanh(), [2.0, 0.5])
    True
    >>> gradcheck(lambda xs: xs[0] * Value(xs[1].data), [2.0, 0.5])  # xs[1] is cut off
    False
    """
    ### BEGIN SOLUTION
    inputs = [Value(x) for x in xs]
    f(inputs).backward()
    wanted = numerical_gradient(lambda point: f([Value(x) for x in point]).data, xs)
    return all(
        abs(value.grad - slope) <= tol * max(1.0, abs(slope))
        for value, slope in zip(inputs, wanted, strict=True)
    )
    ### END SOLUTION
