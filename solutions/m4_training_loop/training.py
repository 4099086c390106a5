# %% [markdown]
# # Milestone 4: training for real
#
# Everything around the engine: data from files, mini-batches, layers, initialisation, SGD with
# momentum, schedules, the training loop, saving. Only the engine's public interface is used, so it
# runs on any right `tensor.py`.

# %%
"""Milestone 4: data, layers, an optimiser, and the loop that trains a classifier with them."""

from __future__ import annotations

import gzip
import math
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tensor import Tensor, cross_entropy

Array = NDArray[Any]
Schedule = Callable[[int], float]

# %% [markdown]
# ## Data
#
# IDX is the format of MNIST: two zero bytes, a type code, the number of axes, the size of each axis
# (big-endian, four bytes each), then the numbers (big-endian too).

# %%
IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def load_idx(path: str | Path) -> Array:
    """Read an IDX file, plain or compressed with gzip (told by its content, not its name).

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ndarray
        Of the shape and type the file states (uint8 for MNIST), in the machine's byte order.

    Raises
    ------
    ValueError
        If the file is not IDX, is truncated, or has bytes left over.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "three.idx")
    >>> _ = path.write_bytes(bytes([0, 0, 0x08, 1, 0, 0, 0, 3, 7, 8, 9]))
    >>> load_idx(path)
    array([7, 8, 9], dtype=uint8)
    """
    ### BEGIN SOLUTION
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path}: damaged gzip file: {error}") from error
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        raise ValueError(
            f"{path}: not an IDX file, it starts with {content[:4].hex(' ') or 'nothing'}"
        )
    dtype, axes = np.dtype(IDX_TYPES[content[2]]), content[3]
    start = 4 + 4 * axes
    if len(content) < start:
        raise ValueError(f"{path}: the header of {axes} axes is truncated")
    shape = np.frombuffer(content, ">u4", axes, offset=4).tolist()
    want, got = math.prod(shape) * dtype.itemsize, len(content) - start
    if want != got:
        raise ValueError(
            f"{path}: shape {tuple(shape)} of {dtype.name} needs {want} bytes, the file has {got}"
        )
    numbers = np.frombuffer(content, dtype, offset=start).reshape(shape)
    return numbers.astype(dtype.newbyteorder("="))
    ### END SOLUTION


def train_test_split(
    x: Array, y: Array, test_fraction: float = 0.2, rng: np.random.Generator | None = None
) -> tuple[Array, Array, Array, Array]:
    """Divide samples at random into a training and a test set that share none.

    Parameters
    ----------
    x, y : ndarrays with N >= 2 rows
    test_fraction : float in (0, 1)
        The test set has `round(N * test_fraction)` samples; both sets keep at least one.
    rng : numpy.random.Generator, optional

    Returns
    -------
    x_train, x_test, y_train, y_test : ndarrays
        Copies.

    Raises
    ------
    ValueError
        If the lengths differ, N < 2 or the fraction is not in (0, 1).

    Examples
    --------
    >>> parts = train_test_split(np.arange(10), np.arange(10), 0.3)
    >>> [len(part) for part in parts]
    [7, 3, 7, 3]
    """
    ### BEGIN SOLUTION
    _check_pairs(x, y)
    if not 0 < test_fraction < 1 or len(x) < 2:
        raise ValueError(f"cannot set aside a fraction of {test_fraction} of {len(x)} samples")
    test_size = min(max(round(len(x) * test_fraction), 1), len(x) - 1)
    order = (rng or np.random.default_rng()).permutation(len(x))
    test, train = order[:test_size], order[test_size:]
    return x[train], x[test], y[train], y[test]
    ### END SOLUTION


def batches(
    x: Array, y: Array, batch_size: int, rng: np.random.Generator | None = None
) -> Iterator[tuple[Array, Array]]:
    """Walk once through all samples, in pairs of arrays.

    Parameters
    ----------
    x, y : ndarrays with N >= 1 rows
    batch_size : int >= 1
        The last batch is shorter where N is not a multiple.
    rng : numpy.random.Generator, optional
        Shuffles x and y together; without it the order is kept.

    Returns
    -------
    iterator of (x_batch, y_batch)

    Raises
    ------
    ValueError
        If the lengths differ, there is no sample, or `batch_size` is below 1.

    Examples
    --------
    >>> [y.tolist() for x, y in batches(np.arange(5), np.arange(5), 2)]
    [[0, 1], [2, 3], [4]]
    """
    ### BEGIN SOLUTION
    _check_pairs(x, y)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    starts = range(0, len(x), batch_size)
    if rng is None:
        return ((x[i : i + batch_size], y[i : i + batch_size]) for i in starts)
    order = rng.permutation(len(x))
    picks = (order[i : i + batch_size] for i in starts)
    return ((x[pick], y[pick]) for pick in picks)
    ### END SOLUTION


def _check_pairs(x: Array, y: Array) -> None:
    """A ValueError unless x and y have the same number of samples, at least one."""
    ### BEGIN SOLUTION
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(
            f"x and y need the same number of samples, at least one; got {len(x)} and {len(y)}"
        )
    ### END SOLUTION


# %% [markdown]
# ## Layers
#
# A `Module` finds its parameters by itself: every Tensor among its attributes, in the modules among
# its attributes, and in lists and tuples of either. Given a name each (`layers.0.weight`), the
# same walk serves saving.


# %%
class Module:
    """Base of everything that has parameters; a subclass defines `__call__`.

    Attributes
    ----------
    training : bool
        True until `eval()`; Dropout looks at it.

    Examples
    --------
    >>> model = Sequential(Linear(4, 3), ReLU(), Linear(3, 2))
    >>> [p.shape for p in model.parameters()]
    [(4, 3), (3,), (3, 2), (2,)]
    """

    training = True

    def __call__(self, x: Tensor | Array) -> Tensor:
        raise TypeError(f"{type(self).__name__} does not define __call__")

    def parameters(self) -> list[Tensor]:
        """All parameters, in the order in which they were assigned, a shared one once."""
        ### BEGIN SOLUTION
        return list(self._named_parameters().values())
        ### END SOLUTION

    def zero_grad(self) -> None:
        """Forget all gradients; without it, `backward` adds to those of the last step."""
        ### BEGIN SOLUTION
        for parameter in self.parameters():
            parameter.grad = None
        ### END SOLUTION

    def train(self) -> None:
        """Set training mode here and in every module within."""
        ### BEGIN SOLUTION
        for module in self._modules():
            module.training = True
        ### END SOLUTION

    def eval(self) -> None:
        """Set evaluation mode here and in every module within."""
        ### BEGIN SOLUTION
        for module in self._modules():
            module.training = False
        ### END SOLUTION

    def _named_parameters(self) -> dict[str, Tensor]:
        ### BEGIN SOLUTION
        named: dict[int, tuple[str, Tensor]] = {}
        for path, item in _walk("", self):
            if isinstance(item, Tensor):
                named.setdefault(id(item), (path, item))
        return dict(named.values())
        ### END SOLUTION

    def _modules(self) -> list[Module]:
        ### BEGIN SOLUTION
        return [item for _, item in _walk("", self) if isinstance(item, Module)]
        ### END SOLUTION


def _walk(path: str, item: Any) -> Iterator[tuple[str, Any]]:
    """The item and, if it is a module, list or tuple, everything within, each with its path."""
    ### BEGIN SOLUTION
    yield path, item
    inside: Iterable[tuple[Any, Any]] = ()
    if isinstance(item, Module):
        inside = vars(item).items()
    elif isinstance(item, list | tuple):
        inside = enumerate(item)
    for name, part in inside:
        yield from _walk(f"{path}.{name}".lstrip("."), part)
    ### END SOLUTION


# %% [markdown]
# The standard deviation of the first weights decides whether signals survive many layers: He keeps
# the variance through ReLU (which halves it), Glorot balances forward and backward through tanh.
# Zeros suit a last layer only.


# %%
def _tensor(x: Tensor | Array) -> Tensor:
    """Data as a Tensor; an engine that knows `requires_grad` is spared a gradient nobody wants."""
    if isinstance(x, Tensor):
        return x
    data = Tensor(x)
    data.requires_grad = False
    return data


class Linear(Module):
    """x @ weight + bias.

    Parameters
    ----------
    nin, nout : int >= 1
    init : {"he", "glorot", "zeros"}
        Weights are normal with variance 2/nin or 2/(nin + nout), or zero. The bias is zero.
    rng : numpy.random.Generator, optional

    Attributes
    ----------
    weight : Tensor of shape (nin, nout), float32
    bias : Tensor of shape (nout,), float32

    Raises
    ------
    ValueError
        If a size is below 1, `init` is unknown or, when called, x is not of shape (..., nin).

    Examples
    --------
    >>> Linear(3, 2)(np.ones((5, 3), np.float32)).shape
    (5, 2)
    """

    def __init__(
        self, nin: int, nout: int, init: str = "he", rng: np.random.Generator | None = None
    ) -> None:
        ### BEGIN SOLUTION
        if nin < 1 or nout < 1:
            raise ValueError(f"Linear needs sizes of at least 1, got {nin} and {nout}")
        variances = {"he": 2 / nin, "glorot": 2 / (nin + nout), "zeros": 0.0}
        if init not in variances:
            raise ValueError(f"unknown init {init!r}: use one of {', '.join(variances)}")
        deviation = math.sqrt(variances[init])
        weight = deviation * (rng or np.random.default_rng()).standard_normal((nin, nout))
        self.weight = Tensor(weight.astype(np.float32))
        self.bias = Tensor(np.zeros(nout, np.float32))
        ### END SOLUTION

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of shape (..., nin); the result is (..., nout)."""
        ### BEGIN SOLUTION
        x = _tensor(x)
        nin = self.weight.shape[0]
        if x.shape[-1:] != (nin,):
            raise ValueError(f"this Linear takes (..., {nin}), got {x.shape}")
        return x @ self.weight + self.bias
        ### END SOLUTION


class ReLU(Module):
    """max(x, 0) of each element."""

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of any shape."""
        ### BEGIN SOLUTION
        return _tensor(x).relu()
        ### END SOLUTION


class Tanh(Module):
    """tanh(x) of each element."""

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of any shape."""
        ### BEGIN SOLUTION
        return _tensor(x).tanh()
        ### END SOLUTION


class Dropout(Module):
    """Zero a random share of the values in training, so that no unit can rely on another.

    What is kept is scaled by 1/(1 - p), which leaves the mean alone; evaluation mode passes x on.

    Parameters
    ----------
    p : float in [0, 1)
        The share that is dropped.
    rng : numpy.random.Generator, optional

    Raises
    ------
    ValueError
        If p is not in [0, 1).

    Examples
    --------
    >>> layer = Dropout(0.5)
    >>> set(layer(np.ones(1000)).data.tolist()) == {0.0, 2.0}
    True
    """

    def __init__(self, p: float, rng: np.random.Generator | None = None) -> None:
        ### BEGIN SOLUTION
        if not 0 <= p < 1:
            raise ValueError(f"p is the share dropped, in [0, 1); got {p}")
        self.p = p
        self.rng = rng or np.random.default_rng()
        ### END SOLUTION

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to x of any shape."""
        ### BEGIN SOLUTION
        x = _tensor(x)
        if not self.training or self.p == 0:
            return x
        kept = self.rng.random(x.shape, dtype=np.float32) >= self.p
        return x * (kept / (1 - self.p)).astype(x.data.dtype)
        ### END SOLUTION


class Sequential(Module):
    """Modules one after the other.

    Parameters
    ----------
    *modules : Module

    Raises
    ------
    TypeError
        If one of them is not a Module.
    """

    def __init__(self, *modules: Module) -> None:
        ### BEGIN SOLUTION
        for module in modules:
            if not isinstance(module, Module):
                raise TypeError(f"Sequential takes modules, not {type(module).__name__}")
        self.layers = modules
        ### END SOLUTION

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply each to the result of the one before."""
        ### BEGIN SOLUTION
        x = _tensor(x)
        for layer in self.layers:
            x = layer(x)
        return x
        ### END SOLUTION


# %% [markdown]
# ## Optimiser and learning-rate schedules
#
# The velocity is a decaying sum of gradients: steps in a steady direction grow, up to
# 1/(1 - momentum) times, and zigzags cancel. A schedule takes the number of the step and gives the
# learning rate.


# %%
class SGD:
    """Stochastic gradient descent: v = momentum v + (g + weight_decay p); p -= lr v.

    Parameters
    ----------
    parameters : iterable of Tensor
    lr : float >= 0
        May be changed between steps.
    momentum : float in [0, 1)
    weight_decay : float >= 0

    Raises
    ------
    ValueError
        If there is no parameter, lr or weight_decay is negative, or momentum not in [0, 1).

    Examples
    --------
    >>> p = Tensor([1.0])
    >>> optimizer = SGD([p], lr=0.5)
    >>> (p * p).sum().backward()
    >>> optimizer.step()
    >>> p.data.tolist()
    [0.0]
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        ### BEGIN SOLUTION
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("SGD got no parameters")
        if not (lr >= 0 and 0 <= momentum < 1 and weight_decay >= 0):
            raise ValueError(
                "want lr >= 0, momentum in [0, 1), weight_decay >= 0; "
                f"got {lr}, {momentum}, {weight_decay}"
            )
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocities = [np.zeros_like(p.data) for p in self.parameters]
        ### END SOLUTION

    def step(self) -> None:
        """Move every parameter that has a gradient, in place."""
        ### BEGIN SOLUTION
        for place, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            v = self.velocities[place]
            v *= self.momentum
            v += p.grad
            if self.weight_decay:
                v += self.weight_decay * p.data
            p.data -= self.lr * v
        ### END SOLUTION

    def zero_grad(self) -> None:
        """Forget the gradients."""
        ### BEGIN SOLUTION
        for p in self.parameters:
            p.grad = None
        ### END SOLUTION


def step_decay(lr: float, factor: float, every: int) -> Schedule:
    """step -> lr * factor ** (step // every).

    Raises
    ------
    ValueError
        If `every` is below 1.

    Examples
    --------
    >>> schedule = step_decay(1.0, 0.5, every=10)
    >>> [schedule(step) for step in (0, 9, 10, 20)]
    [1.0, 1.0, 0.5, 0.25]
    """
    ### BEGIN SOLUTION
    if every < 1:
        raise ValueError(f"every must be at least 1, got {every}")
    return lambda step: lr * factor ** (step // every)
    ### END SOLUTION


def cosine_schedule(lr: float, steps: int, warmup: int = 0) -> Schedule:
    """Climb to lr in `warmup` steps, then fall to 0 along half a cosine.

    lr (step + 1) / warmup while step < warmup; then
    lr/2 (1 + cos(pi (step - warmup) / (steps - warmup))); 0 from `steps` on.

    Raises
    ------
    ValueError
        If `steps` is below 1 or `warmup` is not in [0, steps].

    Examples
    --------
    >>> schedule = cosine_schedule(1.0, steps=6, warmup=2)
    >>> [round(schedule(step), 2) for step in range(7)]
    [0.5, 1.0, 1.0, 0.85, 0.5, 0.15, 0.0]
    """
    ### BEGIN SOLUTION
    if steps < 1 or not 0 <= warmup <= steps:
        raise ValueError(f"want steps >= 1 and warmup in [0, steps], got {steps} and {warmup}")

    def schedule(step: int) -> float:
        if step < warmup:
            return lr * (step + 1) / warmup
        if step >= steps:
            return 0.0
        return lr / 2 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    return schedule
    ### END SOLUTION


# %% [markdown]
# ## The training loop
#
# Predict, measure, differentiate, step. Validation data are looked at once an epoch, in evaluation
# mode, and never learnt from.


# %%
def fit(
    model: Module,
    x: Array,
    y: Array,
    epochs: int,
    batch_size: int,
    optimizer: SGD,
    schedule: Schedule | None = None,
    validation: tuple[Array, Array] | None = None,
    rng: np.random.Generator | None = None,
) -> dict[str, list[float]]:
    """Train a classifier on cross-entropy, with mini-batches reshuffled every epoch.

    Parameters
    ----------
    model : Module
        Maps (N, ...) to logits (N, C).
    x : ndarray of shape (N, ...)
    y : integer ndarray of shape (N,)
    epochs, batch_size : int
    optimizer : SGD, or anything with `step`, `zero_grad` and `lr`
    schedule : function of the step, optional
        Sets `optimizer.lr` before every step; steps are counted from 0 through all epochs.
    validation : pair (x, y), optional
    rng : numpy.random.Generator, optional
        For the shuffling.

    Returns
    -------
    dict
        "loss": the loss of each step's batch, before its update; with `validation` also
        "validation_accuracy", a share in [0, 1] after each epoch.

    Raises
    ------
    ValueError
        If the lengths differ, there is no sample, `batch_size` is below 1 or `epochs` below 0.

    Examples
    --------
    >>> x, y = np.eye(2, dtype=np.float32), np.array([0, 1])
    >>> model = Linear(2, 2)
    >>> optimizer = SGD(model.parameters(), lr=1.0)
    >>> history = fit(model, x, y, epochs=50, batch_size=2, optimizer=optimizer)
    >>> len(history["loss"]), accuracy(model, x, y)
    (50, 1.0)
    """
    ### BEGIN SOLUTION
    _check_pairs(x, y)
    if epochs < 0:
        raise ValueError(f"epochs must not be negative, got {epochs}")
    rng = rng or np.random.default_rng()
    history: dict[str, list[float]] = {"loss": []}
    for _ in range(epochs):
        model.train()
        for x_batch, y_batch in batches(x, y, batch_size, rng):
            if schedule is not None:
                optimizer.lr = schedule(len(history["loss"]))
            optimizer.zero_grad()
            loss = cross_entropy(model(_tensor(x_batch)), y_batch)
            loss.backward()
            optimizer.step()
            history["loss"].append(float(loss.data))
        if validation is not None:
            history.setdefault("validation_accuracy", []).append(accuracy(model, *validation))
    return history
    ### END SOLUTION


def predict(model: Module, x: Array, batch_size: int = 256) -> Array:
    """The class with the largest logit, for each sample; in evaluation mode, put back afterwards.

    Parameters
    ----------
    model : Module
    x : ndarray of shape (N, ...)
    batch_size : int >= 1

    Returns
    -------
    int64 ndarray of shape (N,)

    Raises
    ------
    ValueError
        If there is no sample or `batch_size` is below 1.

    Examples
    --------
    >>> predict(ReLU(), np.array([[0.1, 0.9], [3.0, 2.0]]))
    array([1, 0])
    """
    ### BEGIN SOLUTION
    modes = [(module, module.training) for module in model._modules()]
    model.eval()
    try:
        logits = [model(_tensor(part)).data for part, _ in batches(x, x, batch_size)]
    finally:
        for module, mode in modes:
            module.training = mode
    labels: Array = np.concatenate(logits).argmax(axis=1)
    return labels.astype(np.int64)
    ### END SOLUTION


def accuracy(model: Module, x: Array, y: ArrayLike) -> float:
    """Share of samples whose predicted class is y, in [0, 1].

    Raises
    ------
    ValueError
        If y is not of shape (N,), as (N, 1) is not, or there is no sample.

    Examples
    --------
    >>> accuracy(ReLU(), np.array([[0.1, 0.9], [3.0, 2.0]]), [1, 1])
    0.5
    """
    ### BEGIN SOLUTION
    y = np.asarray(y)
    if y.shape != (len(x),):
        raise ValueError(f"y must have shape ({len(x)},), got {y.shape}")
    return float(np.mean(predict(model, x) == y))
    ### END SOLUTION


# %% [markdown]
# ## Saving


# %%
UNREADABLE = (AttributeError, EOFError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)


def save(model: Module, path: str | Path) -> None:
    """Write every parameter, by name, to an .npz file at exactly this path.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "model.npz")
    >>> one, other = Linear(2, 3), Linear(2, 3)
    >>> save(one, path)
    >>> load(other, path)
    >>> bool((one.weight.data == other.weight.data).all())
    True
    """
    ### BEGIN SOLUTION
    with open(path, "wb") as file:  # given a name, np.savez may append .npz to it
        arrays: dict[str, Any] = {name: p.data for name, p in model._named_parameters().items()}
        np.savez(file, **arrays)
    ### END SOLUTION


def load(model: Module, path: str | Path) -> None:
    """Set every parameter of the model from a file that `save` wrote; after an error, none.

    Raises
    ------
    ValueError
        If the file is not such an .npz, or its names or shapes are not the model's.
    """
    ### BEGIN SOLUTION
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
    except UNREADABLE as error:
        raise ValueError(f"{path} is not a file of saved parameters: {error}") from error
    named = model._named_parameters()
    want = {name: p.shape for name, p in named.items()}
    got = {name: array.shape for name, array in arrays.items()}
    if want != got:
        differ = sorted(name for name in want | got if want.get(name) != got.get(name))
        told = [f"{name}: model {want.get(name)}, file {got.get(name)}" for name in differ]
        raise ValueError(f"{path} does not fit the model: {'; '.join(told)}")
    for name, p in named.items():
        p.data = arrays[name].astype(p.data.dtype)
    ### END SOLUTION


# %% [markdown]
# ## A classifier of your own
#
# Your choice of everything. Judge it on data it has not seen, and compare several seeds before you
# believe a difference.


# %%
def train_classifier(x: Array, y: Array, seed: int) -> Module:
    """Train a classifier, the same one for the same seed.

    Parameters
    ----------
    x : float32 ndarray of shape (N, D), values in [0, 1]
    y : int64 ndarray of shape (N,)
        Classes from 0.
    seed : int

    Returns
    -------
    Module
        In evaluation mode; maps (N, D) to logits, by more than a linear map.

    Raises
    ------
    ValueError
        If x is not (N, D) or y not (N,), or there is no sample.
    """
    ### BEGIN SOLUTION
    _check_pairs(x, y)
    if x.ndim != 2 or y.ndim != 1:
        raise ValueError(f"want x (N, D) and y (N,), got {x.shape} and {y.shape}")
    rng = np.random.default_rng(seed)
    hidden, batch_size = 256, 32 if len(x) < 10_000 else 128
    epochs = min(max(600_000 // len(x), 10), 60)
    model = Sequential(
        Dropout(0.1, rng=rng),
        Linear(x.shape[1], hidden, rng=rng),
        ReLU(),
        Dropout(0.2, rng=rng),
        Linear(hidden, int(y.max()) + 1, init="glorot", rng=rng),
    )
    steps = epochs * math.ceil(len(x) / batch_size)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
    schedule = cosine_schedule(0.1, steps, warmup=steps // 20)
    fit(model, x, y, epochs, batch_size, optimizer, schedule, rng=rng)
    model.eval()
    return model
    ### END SOLUTION
