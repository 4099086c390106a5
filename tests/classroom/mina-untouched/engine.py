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
        raise NotImplementedError("milestone 1: Value.__add__")

    def __mul__(self, other: "Value | Number") -> "Value":
        """Return self * other: each operand gets the gradient times the other operand.

        A TypeError where `other` is neither a Value nor a number.
        """
        raise NotImplementedError("milestone 1: Value.__mul__")

    def __pow__(self, exponent: Number) -> "Value":
        """Return self ** exponent: the derivative is n x^(n - 1).

        `exponent` is an int or a float, never a Value: a TypeError otherwise. The derivative of
        x ** 0 is 0 everywhere, at x = 0 too. Nothing is added to x: x ** 0.5 is exact near 0.
        """
        raise NotImplementedError("milestone 1: Value.__pow__")

    def exp(self) -> "Value":
        """Return e to the power of self: its own derivative."""
        raise NotImplementedError("milestone 1: Value.exp")

    def log(self) -> "Value":
        """Return the natural logarithm; a ValueError where self is 0 or negative.

        Exact for the smallest positive numbers too: nothing is clamped or shifted by an epsilon.
        """
        raise NotImplementedError("milestone 1: Value.log")

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent: the derivative is 1 - tanh^2. Exact at +-800 too."""
        raise NotImplementedError("milestone 1: Value.tanh")

    def relu(self) -> "Value":
        """Return self where positive, else 0: the derivative is 1 there, else 0 (at 0 too)."""
        raise NotImplementedError("milestone 1: Value.relu")

    def sigmoid(self) -> "Value":
        """Return s = 1 / (1 + exp(-self)): the derivative is s (1 - s). No overflow at +-800."""
        raise NotImplementedError("milestone 1: Value.sigmoid")

    def __neg__(self) -> "Value":
        """Return -self, from operations that you have."""
        raise NotImplementedError("milestone 1: Value.__neg__")

    def __sub__(self, other: "Value | Number") -> "Value":
        """Return self - other."""
        raise NotImplementedError("milestone 1: Value.__sub__")

    def __truediv__(self, other: "Value | Number") -> "Value":
        """Return self / other; a ZeroDivisionError where other is 0.

        Exact near 0: no epsilon is added to other.
        """
        raise NotImplementedError("milestone 1: Value.__truediv__")

    def __radd__(self, other: Number) -> "Value":
        """Return other + self, for a number on the left; `sum` of Values needs it."""
        raise NotImplementedError("milestone 1: Value.__radd__")

    def __rmul__(self, other: Number) -> "Value":
        """Return other * self, for a number on the left."""
        raise NotImplementedError("milestone 1: Value.__rmul__")

    def __rsub__(self, other: Number) -> "Value":
        """Return other - self, for a number on the left."""
        raise NotImplementedError("milestone 1: Value.__rsub__")

    def __rtruediv__(self, other: Number) -> "Value":
        """Return other / self, for a number on the left."""
        raise NotImplementedError("milestone 1: Value.__rtruediv__")

    def backward(self) -> None:
        """Add to the `grad` of every value below this one the derivative of this one by it.

        Sets the own gradient to 1.0, then visits every node once, a node only after everything
        that was computed from it. Works on a chain of 20,000 nodes: no recursion.
        """
        raise NotImplementedError("milestone 1: Value.backward")


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
    raise NotImplementedError("milestone 1: numerical_gradient")


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
    raise NotImplementedError("milestone 1: gradcheck")
