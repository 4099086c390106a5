# %% [markdown]
# # Unit x.optim: more optimisers
#
# RMSprop, AdamW and Nesterov's momentum are three answers to one question: how far should a
# parameter move, given all its gradients so far? Each is a few lines of NumPy. The L1 penalty
# belongs to the loss, not to the optimiser: it is made of Tensors.

# %%
"""Unit x.optim: RMSprop, AdamW, Nesterov's momentum, and the L1 penalty."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from tensor import Tensor

# %% [markdown]
# ## What all optimisers share
#
# This class is given. A parameter whose `grad` is None is *skipped*: it stays where it is, and what
# the optimiser remembers of it stays as it was. Gradients that are zero are gradients like any
# other: what is remembered decays.


# %%
class Optimizer:
    """Base of the three: the parameters, and a learning rate that may change between steps.

    Attributes
    ----------
    parameters : list of Tensor
    lr : float
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("there is no parameter to optimise")
        if not lr >= 0:
            raise ValueError(f"lr must be at least 0, got {lr}")
        self.lr = lr

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.parameters:
            p.grad = None


# %% [markdown]
# ## RMSprop
#
# Divide each gradient by its usual size, and all entries move at the same pace.


# %%
class RMSprop(Optimizer):
    """Divide by a running root mean square of the gradients, entry by entry.

    s = decay s + (1 - decay) g^2, from s = 0; then p -= lr g / (sqrt(s) + eps).
    As in PyTorch, eps is added to the root, and s is not corrected for its start at 0.

    Parameters
    ----------
    parameters : iterable of Tensor
    lr : float >= 0
        May be changed between steps.
    decay : float in [0, 1)
    eps : float > 0

    Raises
    ------
    ValueError
        If there is no parameter, lr is negative, decay is not in [0, 1), or eps not above 0.

    Examples
    --------
    >>> p = Tensor(np.array([1.0, -3.0]))
    >>> optimizer = RMSprop([p], lr=0.5, decay=0.75)
    >>> (p * p).sum().backward()
    >>> optimizer.step()
    >>> p.data.round(4).tolist()
    [0.0, -2.0]
    """

    def __init__(
        self, parameters: Iterable[Tensor], lr: float, decay: float = 0.9, eps: float = 1e-8
    ) -> None:
        ### BEGIN SOLUTION
        super().__init__(parameters, lr)
        if not (0 <= decay < 1 and eps > 0):
            raise ValueError(f"want decay in [0, 1) and eps > 0, got {decay} and {eps}")
        self.decay, self.eps = decay, eps
        self.squares = [np.zeros_like(p.data) for p in self.parameters]
        ### END SOLUTION

    def step(self) -> None:
        """Move every parameter that has a gradient; its dtype stays."""
        ### BEGIN SOLUTION
        for k, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            s = self.squares[k]
            s *= self.decay
            s += (1 - self.decay) * p.grad**2
            p.data -= self.lr * p.grad / (np.sqrt(s) + self.eps)
        ### END SOLUTION


# %% [markdown]
# ## AdamW
#
# Adam, with weight decay *beside* the gradient instead of in it: what is divided by the usual size
# of the gradient is the gradient alone.


# %%
class AdamW(Optimizer):
    """Adam with decoupled weight decay, in PyTorch's order.

    At the t-th step of a parameter, counted from 1, first p -= lr weight_decay p; then
    m = b1 m + (1 - b1) g and v = b2 v + (1 - b2) g^2, both from 0; then
    p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
    A step that skips a parameter, because its `grad` is None, is not counted in its t.

    Parameters
    ----------
    parameters : iterable of Tensor
    lr : float >= 0
        May be changed between steps; the decay follows it.
    betas : pair of float in [0, 1)
        b1 and b2.
    eps : float > 0
    weight_decay : float >= 0

    Raises
    ------
    ValueError
        If there is no parameter, lr or weight_decay is negative, a beta is not in [0, 1), or eps
        not above 0.

    References
    ----------
    I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019.

    Examples
    --------
    >>> p = Tensor(np.array([1.0, -3.0]))
    >>> optimizer = AdamW([p], lr=0.5, weight_decay=0.1)
    >>> (p * p).sum().backward()
    >>> optimizer.step()
    >>> p.data.round(4).tolist()
    [0.45, -2.35]
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        ### BEGIN SOLUTION
        super().__init__(parameters, lr)
        if not (all(0 <= beta < 1 for beta in betas) and eps > 0 and weight_decay >= 0):
            raise ValueError(
                "want betas in [0, 1), eps > 0, weight_decay >= 0; "
                f"got {betas}, {eps}, {weight_decay}"
            )
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay
        self.steps = [0] * len(self.parameters)
        self.means = [np.zeros_like(p.data) for p in self.parameters]
        self.squares = [np.zeros_like(p.data) for p in self.parameters]
        ### END SOLUTION

    def step(self) -> None:
        """Move every parameter that has a gradient; its dtype stays."""
        ### BEGIN SOLUTION
        b1, b2 = self.betas
        for k, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            self.steps[k] += 1
            m, v, t = self.means[k], self.squares[k], self.steps[k]
            p.data -= self.lr * self.weight_decay * p.data
            m *= b1
            m += (1 - b1) * p.grad
            v *= b2
            v += (1 - b2) * p.grad**2
            root = np.sqrt(v / (1 - b2**t)) + self.eps
            p.data -= self.lr * (m / (1 - b1**t)) / root
        ### END SOLUTION


# %% [markdown]
# ## Nesterov's momentum
#
# Plain momentum takes the step v. Nesterov's takes the gradient once more, and then the step that
# momentum is about to take: it looks ahead.


# %%
class Nesterov(Optimizer):
    """Momentum that looks one step ahead, as PyTorch writes it.

    v = momentum v + g, from v = 0; then p -= lr (g + momentum v), with the new v.
    There is no dampening: the first v is the first gradient. A gradient is taken at p, as always;
    nothing is moved before backward.

    Parameters
    ----------
    parameters : iterable of Tensor
    lr : float >= 0
        May be changed between steps.
    momentum : float in [0, 1)

    Raises
    ------
    ValueError
        If there is no parameter, lr is negative, or momentum is not in [0, 1).

    Examples
    --------
    >>> p = Tensor([1.0])
    >>> optimizer = Nesterov([p], lr=0.25, momentum=0.5)
    >>> (p * p).sum().backward()
    >>> optimizer.step()
    >>> p.data.tolist()
    [0.25]
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float, momentum: float) -> None:
        ### BEGIN SOLUTION
        super().__init__(parameters, lr)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be in [0, 1), got {momentum}")
        self.momentum = momentum
        self.velocities = [np.zeros_like(p.data) for p in self.parameters]
        ### END SOLUTION

    def step(self) -> None:
        """Move every parameter that has a gradient; its dtype stays."""
        ### BEGIN SOLUTION
        for k, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            v = self.velocities[k]
            v *= self.momentum
            v += p.grad
            p.data -= self.lr * (p.grad + self.momentum * v)
        ### END SOLUTION


# %% [markdown]
# ## The L1 penalty


# %%
def l1_penalty(parameters: Iterable[Tensor], alpha: float) -> Tensor:
    """Return alpha times the sum of all |p|, to be added to a loss.

    Parameters
    ----------
    parameters : iterable of Tensor
    alpha : float >= 0

    Returns
    -------
    Tensor of shape ()
        `backward` adds alpha sign(p) to every gradient; where p is exactly 0, that is 0.

    Raises
    ------
    ValueError
        If there is no parameter, or alpha is negative.

    Examples
    --------
    >>> p = Tensor([2.0, -3.0, 0.0])
    >>> penalty = l1_penalty([p], alpha=0.5)
    >>> penalty.backward()
    >>> float(penalty.data), p.grad.tolist()
    (2.5, [0.5, -0.5, 0.0])
    """
    ### BEGIN SOLUTION
    parameters = list(parameters)
    if not parameters or not alpha >= 0:
        raise ValueError(f"want a parameter and alpha >= 0, got {len(parameters)} and {alpha}")
    sizes = [(p.relu() + (-p).relu()).sum() for p in parameters]  # |p|, flat at 0
    return alpha * sum(sizes[1:], start=sizes[0])
    ### END SOLUTION
