# %% [markdown]
# # Milestone 3: a vectorised autograd engine
#
# `Value` held one number a node; a `Tensor` holds an array. The engine is the same: every operation
# remembers its operands, and for each of them a *vector-Jacobian product* (vjp), the function that
# turns the cotangent of the result into the cotangent of that operand. `backward()` walks the graph
# once, in reverse topological order, and adds what the vjps return.

# %%
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None
Edge = tuple["Tensor", Callable[[Array], Array]]  # an operand and its vjp


# %% [markdown]
# ## Broadcasting, backwards
#
# NumPy stretches a `(4,)` to meet a `(3, 4)`: each of its numbers is used three times, so its
# gradient is the sum over those three uses. The engine calls `unbroadcast` on everything a vjp
# returns; no vjp has to think of it.

# %%
def unbroadcast(cotangent: Array, shape: tuple[int, ...]) -> Array:
    """Sum a cotangent over the axes along which `shape` was broadcast.

    Parameters
    ----------
    cotangent : ndarray
        Its shape is what `shape` was broadcast to.
    shape : tuple of int
        The operand's shape.

    Returns
    -------
    ndarray of shape `shape`

    Examples
    --------
    >>> unbroadcast(np.ones((3, 4)), (4,))
    array([3., 3., 3., 3.])
    >>> unbroadcast(np.ones((3, 4)), (3, 1)).shape
    (3, 1)
    """
    raise NotImplementedError("milestone 3: unbroadcast")


# %% [markdown]
# ## The Tensor
#
# The constructor, `_lift` (which makes an operand a Tensor) and `_node` (which makes an operation's
# result) are given. An operation is then one line of mathematics:
# `Tensor._node(result, (operand, vjp), ...)`.
#
# - A vjp gets an array of the result's shape, which it must not change, and returns a new array or
#   a view.
# - `_edges` is a tuple of `(operand, vjp)`: empty for a leaf, None once `backward()` has used and
#   released it.
# - A constant (a number or NumPy array in an expression) is a node without edges: nothing is
#   computed for it.

# %%
class Tensor:
    """An array that remembers how it was made.

    Parameters
    ----------
    data : array_like
        Copied. float32 and float64 arrays keep their dtype, all else (lists too) becomes float32.
    requires_grad : bool
        Whether `backward` fills `grad`; False spares the work for data that is not learnt.

    Attributes
    ----------
    data : ndarray
    grad : ndarray or None
        None until `backward`; then of the shape and dtype of `data`.

    Raises
    ------
    TypeError
        If `data` does not hold real numbers.

    Examples
    --------
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> loss = (x * x).sum()
    >>> loss.backward()
    >>> x.grad
    array([[2., 4.],
           [6., 8.]], dtype=float32)
    """

    __array_ufunc__ = None  # so that NumPy leaves `array + tensor` to __radd__

    def __init__(self, data: ArrayLike, requires_grad: bool = True) -> None:
        self.data: Array = np.array(_real(data), dtype=_float_type(data), order="C")
        self.grad: Array | None = None
        self.requires_grad = requires_grad
        self._edges: tuple[Edge, ...] | None = ()

    @staticmethod
    def _node(data: ArrayLike, *edges: Edge) -> Tensor:
        node = Tensor.__new__(Tensor)
        node.data = np.asarray(data)
        node.grad = None
        node._edges = tuple([edge for edge in edges if edge[0].requires_grad])
        node.requires_grad = bool(node._edges)
        return node

    def _lift(self, other: Tensor | ArrayLike) -> Tensor:
        if isinstance(other, Tensor):
            return other
        own = self.data.dtype  # numbers and integers take it, so that float32 stays float32
        dtype = _float_type(other, own) if isinstance(other, np.ndarray) else own
        return Tensor._node(_real(other).astype(dtype, copy=False))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of `data`."""
        return self.data.shape

    def __repr__(self) -> str:
        return f"Tensor({self.data}, shape={self.shape}, dtype={self.data.dtype})"

    def backward(self, grad: ArrayLike | None = None) -> None:
        """Add the derivative of this tensor to `grad` of every tensor it was made from.

        Each node is visited once, after all its uses, without recursion. The graph is released on
        the way: a second `backward` needs a second forward pass.

        Parameters
        ----------
        grad : array_like of this tensor's shape, optional
            The cotangent; 1 for a tensor of one element.

        Raises
        ------
        ValueError
            If `grad` is missing for more than one element, or has another shape.
        RuntimeError
            If part of the graph was released by an earlier `backward`.

        Examples
        --------
        >>> a = Tensor([1.0, 2.0])
        >>> (a + a).backward([1.0, 10.0])
        >>> a.grad
        array([ 2., 20.], dtype=float32)
        """
        raise NotImplementedError("milestone 3: Tensor.backward")

    def _topological_order(self) -> list[Tensor]:
        """Every node this one depends on, and itself, operands first."""
        raise NotImplementedError("milestone 3: Tensor._topological_order")

    def _accumulate(self, cotangent: ArrayLike, upstream: Array | None = None) -> None:
        """Add to `grad`, which must never share memory with another gradient.

        Parameters
        ----------
        cotangent : ndarray
            Of the broadcast shape; `upstream` itself or a view may come.
        upstream : ndarray, optional
            The gradient of the result that passes this one on.
        """
        raise NotImplementedError("milestone 3: Tensor._accumulate")

    # Arithmetic, with broadcasting. The other operand may be a Tensor, a NumPy array or a number,
    # on either side. Shapes that do not broadcast are a ValueError.

    def __add__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self + other; a ValueError where the shapes do not broadcast."""
        raise NotImplementedError("milestone 3: Tensor.__add__")

    def __mul__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self * other."""
        raise NotImplementedError("milestone 3: Tensor.__mul__")

    def __sub__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self - other."""
        raise NotImplementedError("milestone 3: Tensor.__sub__")

    def __truediv__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self / other, exact near 0: no epsilon is added to other."""
        raise NotImplementedError("milestone 3: Tensor.__truediv__")

    def __pow__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self ** other.

        The derivative by the exponent needs self > 0; that by self exists at 0 ** 0 too: it is 0.
        Nothing is added to self: x ** 0.5 is exact near 0.
        """
        raise NotImplementedError("milestone 3: Tensor.__pow__")

    def __neg__(self) -> Tensor:
        """Return -self."""
        raise NotImplementedError("milestone 3: Tensor.__neg__")

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: ArrayLike) -> Tensor:
        """Return other - self."""
        raise NotImplementedError("milestone 3: Tensor.__rsub__")

    def __rtruediv__(self, other: ArrayLike) -> Tensor:
        """Return other / self."""
        raise NotImplementedError("milestone 3: Tensor.__rtruediv__")

    def __rpow__(self, other: ArrayLike) -> Tensor:
        """Return other ** self."""
        raise NotImplementedError("milestone 3: Tensor.__rpow__")

    def __matmul__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self @ other, as NumPy: vectors, matrices, stacks of matrices with broadcasting.

        Raises
        ------
        ValueError
            If an operand is a scalar, or the inner sizes differ.

        Examples
        --------
        >>> x, w = Tensor(np.ones((2, 3))), Tensor(np.ones((3, 4)))
        >>> (x @ w).sum().backward()
        >>> x.grad.shape, w.grad.shape
        ((2, 3), (3, 4))
        """
        raise NotImplementedError("milestone 3: Tensor.__matmul__")

    def __rmatmul__(self, other: ArrayLike) -> Tensor:
        """Return other @ self."""
        raise NotImplementedError("milestone 3: Tensor.__rmatmul__")

    # Functions of each element.

    def exp(self) -> Tensor:
        """Return e**x."""
        raise NotImplementedError("milestone 3: Tensor.exp")

    def log(self) -> Tensor:
        """Natural logarithm, exact near 0: nothing is clamped or shifted by an epsilon."""
        raise NotImplementedError("milestone 3: Tensor.log")

    def sqrt(self) -> Tensor:
        """Square root, exact near 0: nothing is clamped or shifted by an epsilon."""
        raise NotImplementedError("milestone 3: Tensor.sqrt")

    def tanh(self) -> Tensor:
        """Hyperbolic tangent."""
        raise NotImplementedError("milestone 3: Tensor.tanh")

    def relu(self) -> Tensor:
        """Return max(x, 0); the derivative at 0 is 0."""
        raise NotImplementedError("milestone 3: Tensor.relu")

    def sigmoid(self) -> Tensor:
        """Return 1 / (1 + e**-x), without overflow at either end."""
        raise NotImplementedError("milestone 3: Tensor.sigmoid")

    # Reductions. `axis` is None (all), an int or a tuple of ints.

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Sum over `axis`.

        Examples
        --------
        >>> Tensor(np.ones((2, 3, 4))).sum(axis=(0, 2)).data
        array([8., 8., 8.])
        """
        raise NotImplementedError("milestone 3: Tensor.sum")

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Mean over `axis`; a ValueError if there is nothing to average."""
        raise NotImplementedError("milestone 3: Tensor.mean")

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the largest elements over `axis`; a ValueError if there is none.

        Equal largest ones share the cotangent here; yours may choose one of them.
        """
        raise NotImplementedError("milestone 3: Tensor.max")

    # Shape.

    def reshape(self, *shape: Any) -> Tensor:
        """Return the same elements in C order, as `reshape(2, 3)`; one size may be -1.

        A ValueError where that many elements do not fill the shape.
        """
        raise NotImplementedError("milestone 3: Tensor.reshape")

    def transpose(self, *axes: Any) -> Tensor:
        """Axis i of the result is axis `axes[i]` of self; without arguments the order is reversed.

        Examples
        --------
        >>> Tensor(np.ones((2, 3, 4))).transpose(1, 2, 0).shape
        (3, 4, 2)
        """
        raise NotImplementedError("milestone 3: Tensor.transpose")

    @property
    def T(self) -> Tensor:
        """`transpose()`."""
        return self.transpose()

    def __getitem__(self, index: Any) -> Tensor:
        """Return self[index]: slices, integers, integer arrays, masks.

        An element that is taken twice receives both cotangents.

        Examples
        --------
        >>> table = Tensor(np.zeros((3, 2)))
        >>> table[np.array([0, 2, 2])].sum().backward()
        >>> table.grad
        array([[1., 1.],
               [0., 0.],
               [2., 2.]])
        """
        raise NotImplementedError("milestone 3: Tensor.__getitem__")

    # Softmax, shifted by the largest logit of each row so that exp cannot overflow.

    def softmax(self, axis: int = -1) -> Tensor:
        """Return exp(x) / sum(exp(x)) along `axis`.

        Examples
        --------
        >>> Tensor([1e4, 1e4]).softmax().data
        array([0.5, 0.5], dtype=float32)
        """
        raise NotImplementedError("milestone 3: Tensor.softmax")

    def log_softmax(self, axis: int = -1) -> Tensor:
        """Return x - log(sum(exp(x))) along `axis`."""
        raise NotImplementedError("milestone 3: Tensor.log_softmax")


def _real(data: Any) -> Array:
    array = np.asarray(data)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"a Tensor holds real numbers, not {type(data).__name__} of dtype {array.dtype}"
        )
    return array


def _float_type(data: Any, otherwise: Any = np.float32) -> Any:
    dtype = getattr(data, "dtype", None)
    return dtype if dtype in (np.float32, np.float64) else otherwise


def _log_softmax(x: Array, axis: int) -> Array:
    """Logarithm of the softmax of plain arrays, stable for any finite x."""
    raise NotImplementedError("milestone 3: _log_softmax")


# %% [markdown]
# ## The loss of a classifier
#
# Softmax and negative log-likelihood belong together: apart, exp overflows and log meets 0. Fused,
# the derivative is the shortest in the course: find it on paper before you write it.

# %%
def cross_entropy(logits: Tensor, targets: ArrayLike) -> Tensor:
    """Mean negative log-likelihood of the targets, in nats.

    Parameters
    ----------
    logits : Tensor of shape (N, C)
        Unnormalised log-probabilities, of any size.
    targets : integer array_like of shape (N,)
        Classes, each in [0, C).

    Returns
    -------
    Tensor of shape ()

    Raises
    ------
    ValueError
        If logits are not (N, C) with N and C at least 1, targets are not (N,), or a target is not
        in [0, C).
    TypeError
        If targets are not integers.

    Examples
    --------
    >>> logits = Tensor([[0.0, 0.0], [1e4, -1e4]])
    >>> loss = cross_entropy(logits, [1, 0])
    >>> loss.backward()
    >>> round(float(loss.data), 4), logits.grad.tolist()
    (0.3466, [[0.25, -0.25], [0.0, 0.0]])
    """
    raise NotImplementedError("milestone 3: cross_entropy")


def _classes(targets: ArrayLike, logits_shape: Sequence[int]) -> Array:
    """Return the targets as an array; raise as `cross_entropy` says where they do not suit."""
    raise NotImplementedError("milestone 3: _classes")


# %% [markdown]
# ## The same gradients by hand
#
# One network, one sheet of paper, no engine. Whoever has derived this once knows what the engine
# does; and the engine, finite differences and your derivation must agree.

# %%
def hand_gradients(
    x: Array, y: ArrayLike, w1: Array, b1: Array, w2: Array, b2: Array
) -> tuple[float, dict[str, Array]]:
    """Loss and gradients of a two-layer classifier, in plain NumPy.

    The logits are `tanh(x @ w1 + b1) @ w2 + b2`, the loss is their mean cross-entropy with `y`.

    Parameters
    ----------
    x : ndarray of shape (N, D)
    y : integer array_like of shape (N,)
        Classes, each in [0, C).
    w1, b1, w2, b2 : ndarrays of shapes (D, H), (H,), (H, C), (C,)

    Returns
    -------
    loss : float
    gradients : dict
        Keys "w1", "b1", "w2", "b2"; each of its parameter's shape.

    Raises
    ------
    ValueError
        If the shapes do not fit together, N is 0, or a class is not in [0, C).
    TypeError
        If `y` is not of integers.

    Examples
    --------
    >>> loss, gradients = hand_gradients(
    ...     np.array([[1.0, 2.0]]), [0],
    ...     np.zeros((2, 3)), np.zeros(3), np.zeros((3, 2)), np.zeros(2))
    >>> round(loss, 4), gradients["b2"].tolist()
    (0.6931, [-0.5, 0.5])
    """
    raise NotImplementedError("milestone 3: hand_gradients")
