# %% [markdown]
# # Unit x.augment: altered images
#
# A digit that stands two pixels further right is the same digit. A network that has only seen
# digits in the middle does not know that. Augmentation tells it: in every step it sees the images
# a little altered, with the labels that they had.

# %%
"""Unit x.augment: shifted, rotated and noisy images, and a training that uses them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensor import Tensor, cross_entropy
from training import SGD, Linear, Module, ReLU, Sequential, batches, cosine_schedule

Array = NDArray[Any]
Rng = np.random.Generator

# %% [markdown]
# ## Images in, images out
#
# Images are `(N, C, H, W)`, floats in [0, 1]. Each function returns a new array of the same shape
# and dtype, and leaves its input as it is.


# %%
def _require_images(images: Array) -> None:
    """Raise a ValueError unless images are (N, C, H, W)."""
    ### BEGIN SOLUTION
    if images.ndim != 4:
        raise ValueError(f"images must be (N, C, H, W), got shape {images.shape}")
    ### END SOLUTION


def shift(images: Array, dy: int, dx: int) -> Array:
    """Move all images dy pixels down and dx to the right; zeros come in.

    Parameters
    ----------
    images : float ndarray of shape (N, C, H, W)
        Left as it is.
    dy, dx : int
        Negative for up and left. What leaves the image is lost, nothing comes round: an image moved
        by its whole height is black.

    Returns
    -------
    ndarray of images' shape and dtype

    Raises
    ------
    ValueError
        If images do not have four axes.

    Examples
    --------
    >>> shift(np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), dy=1, dx=0)[0, 0]
    array([[0., 0.],
           [1., 2.]])
    """
    ### BEGIN SOLUTION
    _require_images(images)
    h, w = images.shape[2:]
    moved = np.zeros_like(images)
    if abs(dy) >= h or abs(dx) >= w:
        return moved
    to_rows, from_rows = _overlap(dy, h)
    to_columns, from_columns = _overlap(dx, w)
    moved[:, :, to_rows, to_columns] = images[:, :, from_rows, from_columns]
    return moved
    ### END SOLUTION


def _overlap(d: int, size: int) -> tuple[slice, slice]:
    """Return where the part that stays in the image goes, and where it comes from."""
    ### BEGIN SOLUTION
    return slice(max(d, 0), size + min(d, 0)), slice(max(-d, 0), size - max(d, 0))
    ### END SOLUTION


def rotate(images: Array, degrees: float) -> Array:
    """Turn all images about their middle, counter-clockwise as one sees them.

    The pixel in row y and column x of the result is the image's value at the place

        row    cy + sin(a) (x - cx) + cos(a) (y - cy)
        column cx + cos(a) (x - cx) - sin(a) (y - cy)

    with cy = (H - 1) / 2, cx = (W - 1) / 2 and a the angle in radians. Values between pixels are
    *bilinear*: the four pixels around a place, each weighted by (1 - distance in rows) times
    (1 - distance in columns); pixels outside the image are 0. For square images a quarter turn is
    exact: ``rotate(images, 90)`` is ``np.rot90(images, axes=(2, 3))`` but for rounding.

    Parameters
    ----------
    images : float ndarray of shape (N, C, H, W)
        Left as it is.
    degrees : float
        Of any size and sign.

    Returns
    -------
    ndarray of images' shape and dtype

    Raises
    ------
    ValueError
        If images do not have four axes.

    Examples
    --------
    >>> rotate(np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), 90)[0, 0].round(6)
    array([[2., 4.],
           [1., 3.]])
    """
    ### BEGIN SOLUTION
    _require_images(images)
    h, w = images.shape[2:]
    a = math.radians(degrees)
    y, x = np.mgrid[:h, :w]
    y, x = y - (h - 1) / 2, x - (w - 1) / 2
    rows = (h - 1) / 2 + math.sin(a) * x + math.cos(a) * y
    columns = (w - 1) / 2 + math.cos(a) * x - math.sin(a) * y
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    turned = np.zeros(images.shape)
    for r, c in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
        weight = (1 - np.abs(rows - r)) * (1 - np.abs(columns - c))
        inside = (r >= 0) & (r < h) & (c >= 0) & (c < w)
        turned += weight * inside * images[:, :, r.clip(0, h - 1), c.clip(0, w - 1)]
    return turned.astype(images.dtype)
    ### END SOLUTION


def add_noise(images: Array, scale: float, rng: Rng) -> Array:
    """Add normal noise of deviation `scale` to every pixel, and cut to [0, 1].

    Parameters
    ----------
    images : float ndarray of shape (N, C, H, W), values in [0, 1]
        Left as it is.
    scale : float >= 0
    rng : numpy.random.Generator
        Draws one number for each pixel of each image.

    Returns
    -------
    ndarray of images' shape and dtype

    Raises
    ------
    ValueError
        If images do not have four axes, or scale is negative.

    Examples
    --------
    >>> add_noise(np.full((1, 1, 1, 2), 0.5), 0.0, np.random.default_rng(0)).ravel()
    array([0.5, 0.5])
    """
    ### BEGIN SOLUTION
    _require_images(images)
    if not scale >= 0:
        raise ValueError(f"scale must be at least 0, got {scale}")
    noise = scale * rng.standard_normal(images.shape)
    return (images + noise).clip(0, 1).astype(images.dtype)
    ### END SOLUTION


# %% [markdown]
# ## One batch, altered
#
# Which alterations, and how large, is your choice: a six that is turned by 180 degrees is none.


# %%
def augment(x: Array, y: Array, rng: Rng) -> tuple[Array, Array]:
    """Return the images of a batch altered by chance, each by a draw of its own, and the labels.

    At the least, each image is moved by some pixels, by a draw of its own; turns and noise are your
    choice. What is bright stays bright, and what is dark dark. Images stay in their order.

    Parameters
    ----------
    x : float32 ndarray of shape (N, C, H, W), values in [0, 1]
        Left as it is.
    y : int64 ndarray of shape (N,)
        Left as it is.
    rng : numpy.random.Generator
        All chance comes from it: the same state gives the same images.

    Returns
    -------
    x : ndarray of x's shape and dtype, values in [0, 1]
        A new array.
    y : ndarray
        The labels as they came.

    Raises
    ------
    ValueError
        If x does not have four axes, or there is not one label for each image.

    Examples
    --------
    >>> x, y = np.ones((3, 1, 12, 12), np.float32), np.arange(3)
    >>> altered, labels = augment(x, y, np.random.default_rng(0))
    >>> altered.shape, labels.tolist()
    ((3, 1, 12, 12), [0, 1, 2])
    """
    ### BEGIN SOLUTION
    _require_images(x)
    if y.shape != (len(x),):
        raise ValueError(f"want one label for each of {len(x)} images, got shape {y.shape}")
    moves = rng.integers(-2, 3, (len(x), 2))
    altered = rotate(x, rng.uniform(-5, 5))
    for k, (dy, dx) in enumerate(moves.tolist()):
        altered[k : k + 1] = shift(altered[k : k + 1], dy, dx)
    return add_noise(altered, 0.02, rng), y.copy()
    ### END SOLUTION


# %% [markdown]
# ## Training


# %%
class _Flatten(Module):
    """Images as rows."""

    def __call__(self, x: Tensor | Array) -> Tensor:
        """Apply to (N, C, H, W); the result is (N, C H W)."""
        ### BEGIN SOLUTION
        x = x if isinstance(x, Tensor) else Tensor(x)
        return x.reshape(x.shape[0], -1)
        ### END SOLUTION


def train_augmented(x: Array, y: Array, seed: int) -> Module:
    """Train a classifier that knows digits wherever they stand; the same one for the same seed.

    Every batch goes through the function `augment` of this module, by its name. The judge trains a
    second time with an `augment` that returns x and y as they are: the first has to be better.

    Parameters
    ----------
    x : float32 ndarray of shape (N, 1, H, W), values in [0, 1]
        Digits of 8 x 8 in the middle of 12 x 12; some 600 of them. Left as they are.
    y : int64 ndarray of shape (N,)
        Classes from 0; left as they are.
    seed : int
        It should take a few seconds.

    Returns
    -------
    Module
        In evaluation mode; maps (N, 1, H, W) to logits. Tested as it is on new digits that were
        moved by up to two pixels: nothing is altered by chance in evaluation.

    Raises
    ------
    ValueError
        If x is not (N, 1, H, W) or y not (N,), or there is no sample.
    """
    ### BEGIN SOLUTION
    if x.ndim != 4 or x.shape[1] != 1 or y.shape != (len(x),) or len(x) == 0:
        raise ValueError(f"want x (N, 1, H, W) and y (N,), N > 0; got {x.shape} and {y.shape}")
    rng = np.random.default_rng(seed)
    pixels, nhidden, epochs, size = x[0].size, 128, 40, 32
    model = Sequential(
        _Flatten(),
        Linear(pixels, nhidden, rng=rng),
        ReLU(),
        Linear(nhidden, int(y.max()) + 1, init="glorot", rng=rng),
    )
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    schedule = cosine_schedule(0.1, epochs * math.ceil(len(x) / size))
    taken = 0
    for _ in range(epochs):
        for one, labels in batches(x, y, size, rng):
            optimizer.lr = schedule(taken)
            taken += 1
            optimizer.zero_grad()
            altered, same_labels = augment(one, labels, rng)
            cross_entropy(model(altered), same_labels).backward()
            optimizer.step()
    model.eval()
    return model
    ### END SOLUTION
