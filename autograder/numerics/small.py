"""Smaller inputs than a check's own, for a script that a person reads.

A check draws its inputs from a generator; a `Small` one cuts the axes of what is drawn, and rounds.
Not every check is at home in small sizes: how far the inputs of each may be cut is found out on the
reference, by `make pitfalls`, and stored with the pitfalls.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, ...]
DECIMALS = 2


class Cut(NamedTuple):
    """How long an axis may be, and which axes are cut: all before this one.

    ``Cut(2, -1)`` leaves no axis but the last longer than 2.
    """

    longest: int
    before: int | None = None

    def shape(self, wanted: Sequence[int]) -> Shape:
        """Return the shape that remains of `wanted`."""
        cut = [min(int(n), self.longest) for n in wanted[: self.before]]
        return (*cut, *wanted[len(cut) :])


NUMBERS_ONLY = Cut(1, 0)  # no axis is cut
CUTS = (Cut(1), Cut(2), Cut(3), Cut(1, -1), Cut(2, -1), Cut(1, 1), Cut(2, 1), NUMBERS_ONLY)


class Small(np.random.Generator):
    """A generator whose arrays are small and whose numbers are short.

    Parameters
    ----------
    bits : BitGenerator
        Where randomness comes from.
    cut : Cut
        Which axes are cut.

    Attributes
    ----------
    whole : Generator
        Draws from the same bits, and cuts no axis.
    """

    def __init__(self, bits: np.random.BitGenerator, cut: Cut) -> None:
        super().__init__(bits)
        self.cut = cut
        self.whole = self if cut == NUMBERS_ONLY else Small(bits, NUMBERS_ONLY)

    def _size(self, size: Any) -> Any:
        if size is None:
            return None
        return self.cut.shape(np.atleast_1d(size).tolist())

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """Draw from a normal distribution."""
        return np.round(super().normal(loc, scale, self._size(size)), DECIMALS)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Draw from an interval."""
        return np.round(super().uniform(low, high, self._size(size)), DECIMALS)

    def random(self, size: Any = None, *how: Any, **more: Any) -> Any:
        """Draw from [0, 1)."""
        return super().random(self._size(size), *how, **more)

    def choice(self, a: Any, size: Any = None, *how: Any, **more: Any) -> Any:
        """Draw from `a`."""
        return super().choice(a, self._size(size), *how, **more)

    def integers(self, low: Any, high: Any = None, size: Any = None, **how: Any) -> Any:  # type: ignore[override]
        """Draw integers; a single one is the least there is."""
        if size is None:
            return np.int64(0 if high is None else low)
        return super().integers(low, high, self._size(size), **how)

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """Return `x` in random order; a plain list of sizes is cut."""
        sizes = isinstance(x, list | tuple) and all(isinstance(n, int) for n in x)
        return super().permutation(self.cut.shape(x) if sizes else x, axis)


def generator(material: Sequence[int], cut: Cut | None) -> np.random.Generator:
    """Return the source of a check's inputs: NumPy's own, or a small one."""
    full = np.random.default_rng(material)
    return full if cut is None else Small(full.bit_generator, cut)


def whole(rng: np.random.Generator) -> np.random.Generator:
    """Return a generator that cuts nothing, for numbers whose count is fixed elsewhere."""
    return rng.whole if isinstance(rng, Small) else rng


def shape(rng: np.random.Generator, wanted: Shape) -> Shape:
    """Return what `rng` leaves of a shape."""
    return rng.cut.shape(wanted) if isinstance(rng, Small) else wanted


def rows(rng: np.random.Generator, wanted: Shape) -> Shape:
    """Return what `rng` leaves of (points, inputs): fewer points."""
    if not isinstance(rng, Small) or rng.cut == NUMBERS_ONLY:
        return wanted
    return Cut(rng.cut.longest, 1).shape(wanted)


def short(rng: np.random.Generator, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `numbers`, with two decimals where `rng` is a small one."""
    return np.round(numbers, DECIMALS) if isinstance(rng, Small) else numbers
