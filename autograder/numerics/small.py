"""Smaller inputs than a check's own, for a script that a person reads.

A check draws its inputs from a generator; a `Small` one cuts the axes of its arrays, and rounds.
Not every check makes sense in small sizes: how far the inputs of each may be cut is tested on the
reference, by `make pitfalls`, and stored with the pitfalls.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
DECIMALS = 2


class Cut(NamedTuple):
    """How long an axis may be, and the axes that are cut: all before this one.

    ``Cut(2, -1)`` leaves no axis but the last longer than 2.
    """

    longest: int
    before: int | None = None

    def shorten(self, wanted: Sequence[int]) -> Shape:
        """Return `wanted`, cut."""
        cut = [min(int(n), self.longest) for n in wanted[: self.before]]
        return (*cut, *wanted[len(cut) :])


NUMBERS_ONLY = Cut(1, 0)  # no axis is cut
CUTS = (Cut(1), Cut(2), Cut(3), Cut(1, -1), Cut(2, -1), Cut(1, 1), Cut(2, 1), NUMBERS_ONLY)


class Small(np.random.Generator):
    """A generator whose arrays are small and whose numbers are short.

    Parameters
    ----------
    bits : BitGenerator
        The source of randomness.
    cut : Cut
        The axes that are cut.

    Attributes
    ----------
    uncut : Generator
        Draws from the same bits, and cuts no axis.
    """

    def __init__(self, bits: np.random.BitGenerator, cut: Cut) -> None:
        super().__init__(bits)
        self.cut = cut
        self.uncut = self if cut == NUMBERS_ONLY else Small(bits, NUMBERS_ONLY)

    def _size(self, size: Any) -> Any:
        if size is None:
            return None
        return self.cut.shorten(np.atleast_1d(size).tolist())

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """Draw from a normal distribution."""
        return np.round(super().normal(loc, scale, self._size(size)), DECIMALS)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Draw from an interval."""
        return np.round(super().uniform(low, high, self._size(size)), DECIMALS)

    def random(self, size: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Draw from [0, 1)."""
        return super().random(self._size(size), *args, **kwargs)

    def choice(self, a: Any, size: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Draw from `a`."""
        return super().choice(a, self._size(size), *args, **kwargs)

    def integers(self, low: Any, high: Any = None, size: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        """Draw integers; a single one is the lowest possible."""
        if size is None:
            return np.int64(0 if high is None else low)
        return super().integers(low, high, self._size(size), **kwargs)

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """Return `x` in random order; a plain list of sizes is cut."""
        sizes = isinstance(x, list | tuple) and all(isinstance(n, int) for n in x)
        return super().permutation(self.cut.shorten(x) if sizes else x, axis)


def make_generator(material: Sequence[int], cut: Cut | None) -> np.random.Generator:
    """Return the random generator of a check: NumPy's own, or a small one."""
    full = np.random.default_rng(material)
    return full if cut is None else Small(full.bit_generator, cut)


def uncut_generator(rng: np.random.Generator) -> np.random.Generator:
    """Return a generator that cuts nothing, for arrays whose size is fixed elsewhere."""
    return rng.uncut if isinstance(rng, Small) else rng


def cut_shape(rng: np.random.Generator, wanted: Shape) -> Shape:
    """Return `wanted` as `rng` cuts it."""
    return rng.cut.shorten(wanted) if isinstance(rng, Small) else wanted


def cut_points(rng: np.random.Generator, wanted: Shape) -> Shape:
    """Return `wanted`, (points, inputs), with the points that `rng` leaves."""
    if not isinstance(rng, Small) or rng.cut == NUMBERS_ONLY:
        return wanted
    return Cut(rng.cut.longest, 1).shorten(wanted)


def shorten_numbers(rng: np.random.Generator, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `numbers`, with two decimals where `rng` is a small one."""
    return np.round(numbers, DECIMALS) if isinstance(rng, Small) else numbers
