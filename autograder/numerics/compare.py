"""Comparing what came back with what was wanted, and saying so to a learner."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.numerics.failure import Failed

Floats = NDArray[np.float64]
SHOWN = 8  # entries of a list that are written out


def listed(got: Any, count: int, what: str) -> list[Any]:
    """Return `got` as a list of `count` things, or fail."""
    if not isinstance(got, list) or len(got) != count:
        size = f"{len(got)} of them" if isinstance(got, list) else brief(got)
        raise Failed(f"{what}: got {size}, wanted {count}")
    return got


def as_floats(got: Any, shape: tuple[int, ...], what: str) -> Floats:
    """Return `got` as finite float64 of `shape`, or fail with what it is instead.

    Parameters
    ----------
    got : Any
        Something a worker sent.
    shape : tuple of int
        The shape wanted.
    what : str
        What a learner calls it: ``"a.grad"``.

    Raises
    ------
    Failed
        When it is not numbers, has another shape, or holds NaN or infinity.
    """
    try:
        array = np.asarray(got)
    except ValueError:
        raise Failed(f"{what}: got lists of unequal length, wanted shape {shape}") from None
    if array.dtype.kind not in "fiu":
        raise Failed(f"{what}: got {brief(got)}, wanted {_kind_of(shape)}")
    if array.shape != shape:
        raise Failed(f"{what}: got shape {array.shape}, wanted {shape}")
    if not np.isfinite(array).all():
        raise Failed(f"{what}: got {brief(got)}, wanted finite numbers")
    return array.astype(np.float64)


def _kind_of(shape: tuple[int, ...]) -> str:
    return "a number" if shape == () else f"numbers of shape {shape}"


def errors(got: Floats, want: Floats) -> Floats:
    """Return |got - want| / max(1, |want|), entry by entry."""
    return np.asarray(np.abs(got - want) / np.maximum(1.0, np.abs(want)))


def close(got: Any, want: ArrayLike, what: str, rtol: float = 1e-6, where: str = "") -> float:
    """Return the largest error of `got`, or fail at its worst entry.

    Parameters
    ----------
    got : Any
        Something a worker sent.
    want : array_like
        The right numbers; `got` must have the same shape.
    what : str
        What a learner calls it; ``{}`` stands where the worst entry's index belongs.
    rtol : float
        The largest error that passes, relative to max(1, |want|).
    where : str
        The input it came from, for the message.

    Raises
    ------
    Failed
        Naming the worst entry, what it is and what it should be.
    """
    wanted = np.asarray(want, dtype=np.float64)
    try:
        numbers = as_floats(got, wanted.shape, what)
    except Failed as failed:
        raise Failed(failed.message, want=wanted.tolist(), got=got, near=rtol) from None
    off = errors(numbers, wanted)
    if off.size and off.max() > rtol:
        worst = np.unravel_index(int(off.argmax()), off.shape)
        is_what = f"{_entry(what, worst)} is {number(numbers[worst])}"
        told = f"{is_what}, wanted {number(wanted[worst])}{where}"
        raise Failed(told, want=wanted.tolist(), got=got, near=rtol)
    return float(off.max(initial=0.0))


def _entry(what: str, place: tuple[Any, ...]) -> str:
    """Return what a learner calls one entry: its place follows the name, or fills the braces."""
    index = ", ".join(map(str, place))
    if "{}" in what:
        return what.format(index)
    return f"{what}[{index}]" if place else what


def close_at(
    got: Any, want: ArrayLike, whats: Sequence[str], inputs: Sequence[str], points: Floats
) -> float:
    """Return the largest error over many points, or fail at the worst of them.

    Parameters
    ----------
    got : Any
        Something a worker sent: one row a point, one column an entry of `whats`.
    want : array_like, shape (p, n)
        The right numbers.
    whats : sequence of str
        What a learner calls each column.
    inputs, points : names and ndarray, shape (p, k)
        The inputs, for the message.
    """
    wanted = np.asarray(want, dtype=np.float64)
    rows = as_floats(got, wanted.shape, " and ".join(whats))
    worst, column = divmod(int(errors(rows, wanted).argmax()), wanted.shape[1])
    where = ", ".join(f"{n} = {number(x)}" for n, x in zip(inputs, points[worst], strict=True))
    try:
        close(rows[worst, column], wanted[worst, column], whats[column], where=f" at {where}")
    except Failed as failed:
        raise Failed(failed.message, want=wanted.tolist(), got=got) from None
    return float(errors(rows, wanted).max())


def same(got: Any, want: Any, what: str, where: str = "") -> None:
    """Fail unless `got` equals `want` in type and value."""
    if type(got) is not type(want) or got != want:
        raise Failed(f"{what} is {brief(got)}, wanted {brief(want)}{where}", want=want, got=got)


def number(value: float) -> str:
    """Return `value` in the shortest form that shows six figures."""
    return f"{value:.6g}"


def brief(value: Any) -> str:
    """Return `value` as text, long lists cut and named by their length."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list | tuple) and len(value) > SHOWN:
        return f"[{', '.join(map(brief, value[:SHOWN]))}, ... {len(value)} in all]"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(brief, value))}]"
    if isinstance(value, np.ndarray):
        return brief(value.tolist())
    return repr(value)[:200]
