"""Generated points in the plane."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def make_moons(count: int, noise: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return two interleaved half circles: points (count, 2) and labels -1 or 1."""
    labels = np.where(np.arange(count) % 2 == 0, -1.0, 1.0)
    angles = rng.uniform(0.0, np.pi, count)
    upper = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    lower = np.stack([1.0 - np.cos(angles), 0.5 - np.sin(angles)], axis=1)
    points = np.where(labels[:, None] < 0, upper, lower)
    return points + rng.normal(0.0, noise, (count, 2)), labels


def make_spiral(
    count: int, classes: int, noise: float, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the arms of a spiral: points (count, 2) and classes from 0, taking turns.

    Each arm makes two thirds of a turn from the centre to radius 1; `noise` is in radians.
    """
    labels = np.arange(count, dtype=np.int64) % classes
    radius = rng.uniform(0.05, 1.0, count)
    angles = 2 * np.pi * (labels / classes + 2 * radius / 3) + rng.normal(0.0, noise, count)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1), labels
