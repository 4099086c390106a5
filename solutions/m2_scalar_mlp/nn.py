# %% [markdown]
# # Milestone 2: a network of scalars
#
# A neuron is a weighted sum and an activation, a layer is a list of neurons that see the same
# inputs, a network is a list of layers. All of it is made of the `Value`s of milestone 1, so the
# gradients come for free.
#
# Theory, tasks with their points, and a worked example: `handouts/m2_scalar_mlp.md`.

# %%
"""Milestone 2: neurons, layers, a multi-layer perceptron, losses, and gradient descent."""

from collections.abc import Callable, Sequence

import numpy as np
from engine import Value

Input = Sequence[float] | Sequence[Value]

ACTIVATIONS: dict[str, Callable[[Value], Value]] = {
    "tanh": lambda v: v.tanh(),
    "relu": lambda v: v.relu(),
    "sigmoid": lambda v: v.sigmoid(),
    "linear": lambda v: v,
}

# %% [markdown]
# ## Neurons, layers, networks
#
# Parameters always come in one order: weights then bias; neurons in order; layers in order.


# %%
class Module:
    """Anything with parameters."""

    def parameters(self) -> list[Value]:
        """Return all parameters, in order; the same objects at every call."""
        return []

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0.0."""
        ### BEGIN SOLUTION
        for p in self.parameters():
            p.grad = 0.0
        ### END SOLUTION


class Neuron(Module):
    """activation(w . x + b).

    Parameters
    ----------
    nin : int
        Inputs.
    activation : str
        ``"tanh"``, ``"relu"``, ``"sigmoid"`` or ``"linear"``; a ValueError otherwise.
    rng : numpy.random.Generator, optional
        Where weights come from; ``np.random.default_rng()`` when None.

    Attributes
    ----------
    w : list of Value
        `nin` weights, each uniform in [-1, 1].
    b : Value
        The bias, 0 at first.

    Examples
    --------
    >>> neuron = Neuron(2, "linear")
    >>> neuron.w[0].data, neuron.w[1].data, neuron.b.data = 2.0, -1.0, 0.5
    >>> neuron([3.0, 4.0]).data
    2.5
    """

    def __init__(
        self, nin: int, activation: str = "tanh", rng: np.random.Generator | None = None
    ) -> None:
        ### BEGIN SOLUTION
        if activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {activation!r}; wanted one of {[*ACTIVATIONS]}")
        rng = np.random.default_rng() if rng is None else rng
        self.w = [Value(rng.uniform(-1.0, 1.0)) for _ in range(nin)]
        self.b = Value(0.0)
        self.activation = ACTIVATIONS[activation]
        ### END SOLUTION

    def __call__(self, x: Input) -> Value:
        """Return the output for `x`, `nin` numbers or Values; a ValueError for another length."""
        ### BEGIN SOLUTION
        if len(x) != len(self.w):
            raise ValueError(f"wanted {len(self.w)} inputs, got {len(x)}")
        weighted = (w * xi for w, xi in zip(self.w, x, strict=True))
        return self.activation(sum(weighted, self.b))
        ### END SOLUTION

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        ### BEGIN SOLUTION
        return [*self.w, self.b]
        ### END SOLUTION


class Layer(Module):
    """`nout` neurons that see the same `nin` inputs.

    Parameters are those of `Neuron`; every neuron draws its own weights from `rng`.
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        ### BEGIN SOLUTION
        rng = np.random.default_rng() if rng is None else rng
        self.neurons = [Neuron(nin, activation, rng) for _ in range(nout)]
        ### END SOLUTION

    def __call__(self, x: Input) -> Value | list[Value]:
        """Return one Value where `nout` is 1, else a list of `nout`.

        A ValueError where `x` is not `nin` long.
        """
        ### BEGIN SOLUTION
        outs = [neuron(x) for neuron in self.neurons]
        return outs[0] if len(outs) == 1 else outs
        ### END SOLUTION

    def parameters(self) -> list[Value]:
        """Return the parameters of every neuron, in order."""
        ### BEGIN SOLUTION
        return [p for neuron in self.neurons for p in neuron.parameters()]
        ### END SOLUTION


class MLP(Module):
    """Layers one after the other.

    Parameters
    ----------
    nin : int
        Inputs of the first layer.
    nouts : list of int
        Outputs of each layer.
    activation : str
        Of all layers but the last.
    output_activation : str
        Of the last layer.
    rng : numpy.random.Generator, optional
        Where all weights come from.

    Examples
    --------
    >>> len(MLP(4, [3, 1]).parameters())
    19
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: str = "tanh",
        output_activation: str = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        ### BEGIN SOLUTION
        rng = np.random.default_rng() if rng is None else rng
        sizes = [nin, *nouts]
        kinds = [activation] * (len(nouts) - 1) + [output_activation]
        self.layers = [Layer(sizes[i], sizes[i + 1], kind, rng) for i, kind in enumerate(kinds)]
        ### END SOLUTION

    def __call__(self, x: Input) -> Value | list[Value]:
        """Return the last layer's output for the input `x` of `nin` numbers.

        A ValueError where `x` has another length.
        """
        ### BEGIN SOLUTION
        out: Value | Input = x
        for layer in self.layers:
            out = layer([out] if isinstance(out, Value) else out)
        return out
        ### END SOLUTION

    def parameters(self) -> list[Value]:
        """Return the parameters of every layer, in order."""
        ### BEGIN SOLUTION
        return [p for layer in self.layers for p in layer.parameters()]
        ### END SOLUTION


# %% [markdown]
# ## Losses
#
# A loss turns predictions into one Value that says how wrong they are.


# %%
def squared_error(predictions: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the sum of (prediction - target)^2.

    A ValueError where lengths differ or there is nothing to compare.

    Examples
    --------
    >>> squared_error([Value(1.0), Value(3.0)], [0.0, 1.0]).data
    5.0
    """
    ### BEGIN SOLUTION
    _check_lengths(predictions, targets)
    return sum((p - t) ** 2 for p, t in zip(predictions, targets, strict=True))
    ### END SOLUTION


def hinge_loss(scores: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the mean of max(0, 1 - target * score), for targets -1 and 1.

    A ValueError where lengths differ or there is nothing to compare.

    Examples
    --------
    >>> hinge_loss([Value(0.5), Value(-2.0)], [1.0, -1.0]).data
    0.25
    """
    ### BEGIN SOLUTION
    _check_lengths(scores, targets)
    margins = ((1.0 - s * t).relu() for s, t in zip(scores, targets, strict=True))
    return sum(margins) * (1.0 / len(targets))
    ### END SOLUTION


def l2_penalty(parameters: Sequence[Value], alpha: float) -> Value:
    """Return alpha times the sum of the squared parameters.

    Examples
    --------
    >>> l2_penalty([Value(3.0), Value(-4.0)], 0.1).data
    2.5
    """
    ### BEGIN SOLUTION
    return alpha * sum((p * p for p in parameters), Value(0.0))
    ### END SOLUTION


### BEGIN SOLUTION
def _check_lengths(predictions: Sequence[Value], targets: Sequence[float]) -> None:
    if len(predictions) != len(targets):
        raise ValueError(f"{len(predictions)} predictions for {len(targets)} targets")
    if len(targets) == 0:
        raise ValueError("an empty batch has no loss")


### END SOLUTION
# %% [markdown]
# ## Gradient descent
#
# Forward, backward, update, every epoch on all samples. What has to happen to the gradients in
# between?


# %%
def fit(
    model: MLP,
    xs: Sequence[Input],
    ys: Sequence[float],
    epochs: int,
    lr: float | Callable[[int], float],
    loss: Callable[[Sequence[Value], Sequence[float]], Value] = squared_error,
    alpha: float = 0.0,
) -> list[float]:
    """Train `model` by full-batch gradient descent.

    Parameters
    ----------
    model : MLP
        Its parameters are changed in place: the Value objects stay, their `.data` moves.
    xs, ys : sequences
        Inputs and targets; a ValueError where lengths differ or they are empty.
    epochs : int
        Updates to make.
    lr : float or callable
        The learning rate, or a function of the epoch index (0, 1, ...) that returns it.
    loss : callable
        `squared_error` or `hinge_loss`.
    alpha : float
        The weight of the L2 penalty, which is part of the loss.

    Returns
    -------
    list of float
        The loss of each epoch, measured before its update.
    """
    ### BEGIN SOLUTION
    curve = []
    for epoch in range(epochs):
        total = loss([model(x) for x in xs], ys) + l2_penalty(model.parameters(), alpha)
        model.zero_grad()
        total.backward()
        rate = lr(epoch) if callable(lr) else lr
        for p in model.parameters():
            p.data -= rate * p.grad
        curve.append(total.data)
    return curve
    ### END SOLUTION
