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
        raise NotImplementedError("milestone 2: Module.zero_grad")


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
        raise NotImplementedError("milestone 2: Neuron.__init__")

    def __call__(self, x: Input) -> Value:
        """Return the output for `x`, `nin` numbers or Values; a ValueError for another length."""
        raise NotImplementedError("milestone 2: Neuron.__call__")

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        raise NotImplementedError("milestone 2: Neuron.parameters")


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
        raise NotImplementedError("milestone 2: Layer.__init__")

    def __call__(self, x: Input) -> Value | list[Value]:
        """Return one Value where `nout` is 1, else a list of `nout`.

        A ValueError where `x` is not `nin` long.
        """
        raise NotImplementedError("milestone 2: Layer.__call__")

    def parameters(self) -> list[Value]:
        """Return the parameters of every neuron, in order."""
        raise NotImplementedError("milestone 2: Layer.parameters")


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
        raise NotImplementedError("milestone 2: MLP.__init__")

    def __call__(self, x: Input) -> Value | list[Value]:
        """Return the last layer's output for the input `x` of `nin` numbers.

        A ValueError where `x` has another length.
        """
        raise NotImplementedError("milestone 2: MLP.__call__")

    def parameters(self) -> list[Value]:
        """Return the parameters of every layer, in order."""
        raise NotImplementedError("milestone 2: MLP.parameters")


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
    raise NotImplementedError("milestone 2: squared_error")


def hinge_loss(scores: Sequence[Value], targets: Sequence[float]) -> Value:
    """Return the mean of max(0, 1 - target * score), for targets -1 and 1.

    A ValueError where lengths differ or there is nothing to compare.

    Examples
    --------
    >>> hinge_loss([Value(0.5), Value(-2.0)], [1.0, -1.0]).data
    0.25
    """
    raise NotImplementedError("milestone 2: hinge_loss")


def l2_penalty(parameters: Sequence[Value], alpha: float) -> Value:
    """Return alpha times the sum of the squared parameters.

    Examples
    --------
    >>> l2_penalty([Value(3.0), Value(-4.0)], 0.1).data
    2.5
    """
    raise NotImplementedError("milestone 2: l2_penalty")


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
    raise NotImplementedError("milestone 2: fit")
