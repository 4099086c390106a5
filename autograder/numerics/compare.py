"""Compares an answer with the right one, and explains a difference to the learner."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.numerics.failure import WrongAnswer

Floats = NDArray[np.float64]
MAX_SHOWN = 8  # entries of a list that are written out


def require_list(got: Any, count: int, label: str) -> list[Any]:
    """Return `got` as a list of `count` things, or fail."""
    if not isinstance(got, list) or len(got) != count:
        size = f"{len(got)} of them" if isinstance(got, list) else brief(got)
        raise WrongAnswer(f"{label}: got {size}, wanted {count}")
    return got


def require_flags(got: Any, label: str) -> list[bool]:
    """Return `got` as a list of True and False, or fail."""
    if not isinstance(got, list) or not all(isinstance(each, bool) for each in got):
        raise WrongAnswer(f"{label}: got {describe(got)}, wanted a list of True and False")
    return got


def is_equal(got: Any, want: Any) -> bool:
    """Whether `got` has the type and the value of `want`, which holds no array.

    An array without axes is the number that it holds. With any other ``==`` may raise.
    """
    plain = _unpack(got)
    return type(plain) is type(want) and not _holds_array(plain) and bool(plain == want)


def is_same_array(one: Any, other: Any) -> bool:
    """Whether both are arrays, and hold the same numbers."""
    are_arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
    return are_arrays and np.array_equal(one, other)


def _unpack(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return value.item()
    if isinstance(value, dict):
        return {key: _unpack(part) for key, part in value.items()}
    return [_unpack(each) for each in value] if isinstance(value, list) else value


def _holds_array(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    is_holder = isinstance(value, dict | list)
    return isinstance(value, np.ndarray) or (is_holder and any(map(_holds_array, parts)))


KINDS = {"b": "booleans", "i": "integers", "u": "integers", "f": "numbers"}


def describe(value: Any) -> str:
    """Return what `value` is: arrays by their shape, anything else as `brief` has it."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of {KINDS[value.dtype.kind]} of shape {value.shape}"
    kinds = set(map(describe, value)) if isinstance(value, list) and _holds_array(value) else set()
    return f"a list of {len(value)}, each {kinds.pop()}" if len(kinds) == 1 else brief(value)


def as_floats(got: Any, shape: tuple[int, ...], label: str) -> Floats:
    """Return `got` as finite float64 of `shape`, or fail.

    Parameters
    ----------
    got : Any
        A value that a worker sent.
    shape : tuple of int
        The shape wanted.
    label : str
        The learner's name for it: ``"a.grad"``.

    Raises
    ------
    WrongAnswer
        When it is not numbers, has another shape, or holds NaN or infinity.
    """
    try:
        array = np.asarray(got)
    except ValueError:
        raise WrongAnswer(f"{label}: got lists of unequal length, wanted shape {shape}") from None
    if array.dtype.kind not in "fiu":
        raise WrongAnswer(f"{label}: got {describe(got)}, wanted {_kind_of(shape)}")
    if array.shape != shape:
        raise WrongAnswer(f"{label}: got shape {array.shape}, wanted {shape}")
    if not np.isfinite(array).all():
        raise WrongAnswer(f"{label}: got {brief(got)}, wanted finite numbers")
    return array.astype(np.float64)


def _kind_of(shape: tuple[int, ...]) -> str:
    return "a number" if shape == () else f"numbers of shape {shape}"


def relative_errors(got: Floats, want: Floats) -> Floats:
    """Return |got - want| / max(1, |want|), entry by entry."""
    return np.asarray(np.abs(got - want) / np.maximum(1.0, np.abs(want)))


def close(got: Any, want: ArrayLike, label: str, rtol: float = 1e-6, where: str = "") -> float:
    """Return the largest error of `got`, or fail at its worst entry.

    Parameters
    ----------
    got : Any
        A value that a worker sent.
    want : array_like
        The right numbers; `got` must have the same shape.
    label : str
        The learner's name for it; ``{}`` stands where the worst entry's index belongs.
    rtol : float
        The largest error that passes, relative to max(1, |want|).
    where : str
        The input of this answer, for the message.

    Raises
    ------
    WrongAnswer
        With the worst entry, its value and the right one.
    """
    wanted = np.asarray(want, dtype=np.float64)
    try:
        numbers = as_floats(got, wanted.shape, label)
    except WrongAnswer as error:
        raise WrongAnswer(error.message, want=wanted.tolist(), got=got, near=rtol) from None
    distances = relative_errors(numbers, wanted)
    if distances.size and distances.max() > rtol:
        worst = np.unravel_index(int(distances.argmax()), distances.shape)
        got_part = f"{_entry_name(label, worst)} is {format_number(numbers[worst])}"
        message = f"{got_part}, wanted {format_number(wanted[worst])}{where}"
        raise WrongAnswer(message, want=wanted.tolist(), got=got, near=rtol)
    return float(distances.max(initial=0.0))


def _entry_name(label: str, index: tuple[Any, ...]) -> str:
    """Return a learner's name for one entry: its index follows `label`, or fills the braces."""
    position = ", ".join(map(str, index))
    if "{}" in label:
        return label.format(position)
    return f"{label}[{position}]" if index else label


def close_at(
    got: Any, want: ArrayLike, labels: Sequence[str], inputs: Sequence[str], points: Floats
) -> float:
    """Return the largest error over many points, or fail at the worst of them.

    Parameters
    ----------
    got : Any
        A value that a worker sent: one row per point, one column per entry of `labels`.
    want : array_like, shape (p, n)
        The right numbers.
    labels : sequence of str
        The learner's name for each column.
    inputs, points : names and ndarray, shape (p, k)
        The inputs, for the message.
    """
    wanted = np.asarray(want, dtype=np.float64)
    rows = as_floats(got, wanted.shape, " and ".join(labels))
    worst, column = divmod(int(relative_errors(rows, wanted).argmax()), wanted.shape[1])
    where = ", ".join(
        f"{n} = {format_number(x)}" for n, x in zip(inputs, points[worst], strict=True)
    )
    try:
        close(rows[worst, column], wanted[worst, column], labels[column], where=f" at {where}")
    except WrongAnswer as error:
        raise WrongAnswer(error.message, want=wanted.tolist(), got=got) from None
    return float(relative_errors(rows, wanted).max())


def same(got: Any, want: Any, label: str, where: str = "") -> None:
    """Fail unless `got` equals `want` in type and value; no array does."""
    if not is_equal(got, want):
        raise WrongAnswer(
            f"{label} is {brief(got)}, wanted {brief(want)}{where}", want=want, got=got
        )


def format_number(value: float) -> str:
    """Return `value` in the shortest form that shows six figures."""
    return f"{value:.6g}"


def brief(value: Any) -> str:
    """Return `value` as text, long lists cut and named by their length."""
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, list | tuple) and len(value) > MAX_SHOWN:
        return f"[{', '.join(map(brief, value[:MAX_SHOWN]))}, ... {len(value)} in all]"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(brief, value))}]"
    if isinstance(value, np.ndarray):
        return brief(value.tolist())
    return repr(value)[:200]
