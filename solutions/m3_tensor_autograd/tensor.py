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
    ### BEGIN SOLUTION
    if cotangent.shape == shape:
        return cotangent
    new = cotangent.ndim - len(shape)
    stretched = [new + i for i, size in enumerate(shape) if size == 1]
    summed: Array = cotangent.sum(axis=(*range(new), *stretched))
    return summed.reshape(shape)
    ### END SOLUTION


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
        ### BEGIN SOLUTION
        if grad is None and self.data.size != 1:
            raise ValueError(
                f"backward() of a tensor of shape {self.shape} needs grad: "
                "only a scalar has a default"
            )
        seed = np.array(1 if grad is None else grad, dtype=self.data.dtype)
        if grad is not None and seed.shape != self.shape:
            raise ValueError(f"grad has shape {seed.shape}, the tensor {self.shape}")
        order = self._topological_order()
        self._accumulate(seed.reshape(self.shape))
        while order:
            node = order.pop()  # dropped after its turn, so memory falls as the walk goes on
            upstream, edges = node.grad, node._edges
            if edges and upstream is not None:
                node._edges = None
                for operand, vjp in edges:
                    operand._accumulate(vjp(upstream), upstream)
        ### END SOLUTION

    def _topological_order(self) -> list[Tensor]:
        """Every node this one depends on, and itself, operands first."""
        ### BEGIN SOLUTION
        order: list[Tensor] = []
        seen: set[Tensor] = set()
        stack = [(self, False)]
        while stack:
            node, operands_done = stack.pop()
            if operands_done:
                order.append(node)
            elif node not in seen:
                if node._edges is None:
                    raise RuntimeError(
                        "this graph was released by an earlier backward(): run forward again"
                    )
                seen.add(node)
                stack.append((node, True))
                stack.extend([(operand, False) for operand, _ in node._edges])
        return order
        ### END SOLUTION

    def _accumulate(self, cotangent: ArrayLike, upstream: Array | None = None) -> None:
        """Add to `grad`, which must never share memory with another gradient.

        Parameters
        ----------
        cotangent : ndarray
            Of the broadcast shape; `upstream` itself or a view may come.
        upstream : ndarray, optional
            The gradient of the result that passes this one on.
        """
        ### BEGIN SOLUTION
        grad = unbroadcast(np.asarray(cotangent, dtype=self.data.dtype), self.shape)
        if self.grad is not None:
            self.grad += grad
        else:
            self.grad = grad.copy() if grad is upstream or grad.base is not None else grad
        ### END SOLUTION

    # Arithmetic, with broadcasting. The other operand may be a Tensor, a NumPy array or a number,
    # on either side. Shapes that do not broadcast are a ValueError.

    def __add__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self + other; a ValueError where the shapes do not broadcast."""
        ### BEGIN SOLUTION
        other = self._lift(other)
        return Tensor._node(self.data + other.data, (self, lambda g: g), (other, lambda g: g))
        ### END SOLUTION

    def __mul__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self * other."""
        ### BEGIN SOLUTION
        other = self._lift(other)
        a, b = self.data, other.data
        return Tensor._node(a * b, (self, lambda g: g * b), (other, lambda g: g * a))
        ### END SOLUTION

    def __sub__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self - other."""
        ### BEGIN SOLUTION
        other = self._lift(other)
        return Tensor._node(self.data - other.data, (self, lambda g: g), (other, lambda g: -g))
        ### END SOLUTION

    def __truediv__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self / other, exact near 0: no epsilon is added to other."""
        ### BEGIN SOLUTION
        other = self._lift(other)
        b = other.data
        out = self.data / b
        return Tensor._node(out, (self, lambda g: g / b), (other, lambda g: -g * out / b))
        ### END SOLUTION

    def __pow__(self, other: Tensor | ArrayLike) -> Tensor:
        """Return self ** other.

        The derivative by the exponent needs self > 0; that by self exists at 0 ** 0 too: it is 0.
        Nothing is added to self: x ** 0.5 is exact near 0.
        """
        ### BEGIN SOLUTION
        other = self._lift(other)
        a, b = self.data, other.data
        out = a**b
        return Tensor._node(
            out,
            (self, lambda g: g * b * a ** np.where(b == 0, 1, b - 1)),  # a**0 is flat, at a = 0 too
            (other, lambda g: g * out * np.log(np.where(a == 0, 1, a))),
        )
        ### END SOLUTION

    def __neg__(self) -> Tensor:
        """Return -self."""
        ### BEGIN SOLUTION
        return Tensor._node(-self.data, (self, lambda g: -g))
        ### END SOLUTION

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: ArrayLike) -> Tensor:
        """Return other - self."""
        ### BEGIN SOLUTION
        return self._lift(other) - self
        ### END SOLUTION

    def __rtruediv__(self, other: ArrayLike) -> Tensor:
        """Return other / self."""
        ### BEGIN SOLUTION
        return self._lift(other) / self
        ### END SOLUTION

    def __rpow__(self, other: ArrayLike) -> Tensor:
        """Return other ** self."""
        ### BEGIN SOLUTION
        return self._lift(other) ** self
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        other = self._lift(other)
        a, b = self.data, other.data
        if a.ndim == 0 or b.ndim == 0 or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
            raise ValueError(
                f"cannot multiply shapes {a.shape} and {b.shape}: the inner sizes must agree"
            )
        if b.ndim == 1:
            return (self @ other.reshape(-1, 1))[..., 0]
        if a.ndim == 1:
            return (self.reshape(1, -1) @ other)[..., 0, :]
        if a.ndim > 2 and b.ndim == 2:  # one large product is faster than a stack of small ones
            return (self.reshape(-1, a.shape[-1]) @ other).reshape(*a.shape[:-1], b.shape[-1])
        return Tensor._node(
            a @ b,  # (..., n, k) @ (..., k, m) -> (..., n, m)
            (self, lambda g: g @ b.swapaxes(-1, -2)),
            (other, lambda g: a.swapaxes(-1, -2) @ g),
        )
        ### END SOLUTION

    def __rmatmul__(self, other: ArrayLike) -> Tensor:
        """Return other @ self."""
        ### BEGIN SOLUTION
        return self._lift(other) @ self
        ### END SOLUTION

    # Functions of each element.

    def exp(self) -> Tensor:
        """Return e**x."""
        ### BEGIN SOLUTION
        out = np.exp(self.data)
        return Tensor._node(out, (self, lambda g: g * out))
        ### END SOLUTION

    def log(self) -> Tensor:
        """Natural logarithm, exact near 0: nothing is clamped or shifted by an epsilon."""
        ### BEGIN SOLUTION
        x = self.data
        return Tensor._node(np.log(x), (self, lambda g: g / x))
        ### END SOLUTION

    def sqrt(self) -> Tensor:
        """Square root, exact near 0: nothing is clamped or shifted by an epsilon."""
        ### BEGIN SOLUTION
        out = np.sqrt(self.data)
        return Tensor._node(out, (self, lambda g: g / (2 * out)))
        ### END SOLUTION

    def tanh(self) -> Tensor:
        """Hyperbolic tangent."""
        ### BEGIN SOLUTION
        out = np.tanh(self.data)
        return Tensor._node(out, (self, lambda g: g * (1 - out * out)))
        ### END SOLUTION

    def relu(self) -> Tensor:
        """Return max(x, 0); the derivative at 0 is 0."""
        ### BEGIN SOLUTION
        out = np.maximum(self.data, 0)
        return Tensor._node(out, (self, lambda g: g * (out > 0)))
        ### END SOLUTION

    def sigmoid(self) -> Tensor:
        """Return 1 / (1 + e**-x), without overflow at either end."""
        ### BEGIN SOLUTION
        x = self.data
        out = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
        return Tensor._node(out, (self, lambda g: g * out * (1 - out)))
        ### END SOLUTION

    # Reductions. `axis` is None (all), an int or a tuple of ints.

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Sum over `axis`.

        Examples
        --------
        >>> Tensor(np.ones((2, 3, 4))).sum(axis=(0, 2)).data
        array([8., 8., 8.])
        """
        ### BEGIN SOLUTION
        x = self.data
        kept = x.sum(axis=axis, keepdims=True)
        out = kept if keepdims else x.sum(axis=axis)
        return Tensor._node(out, (self, lambda g: np.broadcast_to(g.reshape(kept.shape), x.shape)))
        ### END SOLUTION

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Mean over `axis`; a ValueError if there is nothing to average."""
        ### BEGIN SOLUTION
        total = self.sum(axis, keepdims)
        if self.data.size == 0:
            raise ValueError(f"mean of a tensor of shape {self.shape}: it is empty")
        return total / (self.data.size // total.data.size)
        ### END SOLUTION

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the largest elements over `axis`; a ValueError if there is none.

        Equal largest ones share the cotangent here; yours may choose one of them.
        """
        ### BEGIN SOLUTION
        x = self.data
        kept = x.max(axis=axis, keepdims=True)
        largest = x == kept
        share = largest / largest.sum(axis=axis, keepdims=True, dtype=x.dtype)
        return Tensor._node(
            kept if keepdims else x.max(axis=axis), (self, lambda g: g.reshape(kept.shape) * share)
        )
        ### END SOLUTION

    # Shape.

    def reshape(self, *shape: Any) -> Tensor:
        """Return the same elements in C order, as `reshape(2, 3)`; one size may be -1.

        A ValueError where that many elements do not fill the shape.
        """
        ### BEGIN SOLUTION
        old = self.shape
        return Tensor._node(self.data.reshape(*shape), (self, lambda g: g.reshape(old)))
        ### END SOLUTION

    def transpose(self, *axes: Any) -> Tensor:
        """Axis i of the result is axis `axes[i]` of self; without arguments the order is reversed.

        Examples
        --------
        >>> Tensor(np.ones((2, 3, 4))).transpose(1, 2, 0).shape
        (3, 4, 2)
        """
        ### BEGIN SOLUTION
        out = self.data.transpose(*axes)
        own = np.arange(out.ndim)
        order = own[np.ravel(axes)] if axes else own[::-1]  # negative axes too
        return Tensor._node(out, (self, lambda g: g.transpose(np.argsort(order))))
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        x = self.data
        out = x[index]
        repeats = not np.may_share_memory(out, x)  # a view takes no element twice

        def vjp(g: Array) -> Array:
            grad = np.zeros_like(x)
            if repeats:
                np.add.at(grad, index, g)
            else:
                grad[index] = g
            return grad

        return Tensor._node(out, (self, vjp))
        ### END SOLUTION

    # Softmax, shifted by the largest logit of each row so that exp cannot overflow.

    def softmax(self, axis: int = -1) -> Tensor:
        """Return exp(x) / sum(exp(x)) along `axis`.

        Examples
        --------
        >>> Tensor([1e4, 1e4]).softmax().data
        array([0.5, 0.5], dtype=float32)
        """
        ### BEGIN SOLUTION
        p = np.exp(_log_softmax(self.data, axis))
        return Tensor._node(p, (self, lambda g: p * (g - (g * p).sum(axis=axis, keepdims=True))))
        ### END SOLUTION

    def log_softmax(self, axis: int = -1) -> Tensor:
        """Return x - log(sum(exp(x))) along `axis`."""
        ### BEGIN SOLUTION
        out = _log_softmax(self.data, axis)
        return Tensor._node(
            out, (self, lambda g: g - np.exp(out) * g.sum(axis=axis, keepdims=True))
        )
        ### END SOLUTION


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
    ### BEGIN SOLUTION
    shifted = x - x.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    targets = _classes(targets, logits.shape)
    rows = np.arange(len(targets))
    log_p = _log_softmax(logits.data, axis=1)  # (N, C)

    def vjp(g: Array) -> Array:
        grad = np.exp(log_p)
        grad[rows, targets] -= 1
        return grad * (g / len(rows))

    return Tensor._node(-log_p[rows, targets].mean(), (logits, vjp))
    ### END SOLUTION


def _classes(targets: ArrayLike, logits_shape: Sequence[int]) -> Array:
    """Return the targets as an array; raise as `cross_entropy` says where they do not suit."""
    ### BEGIN SOLUTION
    targets = np.asarray(targets)
    if len(logits_shape) != 2 or 0 in logits_shape:
        raise ValueError(f"logits must be (N, C) and not empty, got shape {tuple(logits_shape)}")
    if targets.shape != (logits_shape[0],):
        raise ValueError(f"targets must have shape ({logits_shape[0]},), got {targets.shape}")
    if targets.dtype.kind not in "iu":
        raise TypeError(f"targets must be integers, got {targets.dtype}")
    if targets.min() < 0 or targets.max() >= logits_shape[1]:
        raise ValueError(
            f"targets must lie in [0, {logits_shape[1]}), got {targets.min()} to {targets.max()}"
        )
    return targets
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    sizes = (x.shape[-1:], b1.shape, b2.shape)
    if x.ndim != 2 or w1.shape != (*sizes[0], *sizes[1]) or w2.shape != (*sizes[1], *sizes[2]):
        shapes = [a.shape for a in (x, w1, b1, w2, b2)]
        raise ValueError(f"want x (N, D), w1 (D, H), b1 (H,), w2 (H, C), b2 (C,), got {shapes}")
    y = _classes(y, (len(x), *b2.shape))
    rows = np.arange(len(x))

    hidden = np.tanh(x @ w1 + b1)  # (N, H)
    log_p = _log_softmax(hidden @ w2 + b2, axis=1)  # (N, C)
    loss = -log_p[rows, y].mean()

    d_logits = np.exp(log_p)
    d_logits[rows, y] -= 1
    d_logits /= len(x)
    d_hidden = d_logits @ w2.T * (1 - hidden**2)  # (N, H)
    first = {"w1": x.T @ d_hidden, "b1": d_hidden.sum(axis=0)}
    second = {"w2": hidden.T @ d_logits, "b2": d_logits.sum(axis=0)}
    return float(loss), first | second
    ### END SOLUTION
