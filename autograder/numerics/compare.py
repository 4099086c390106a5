"""Compares an answer with the right one, and explains a difference to the learner."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.numerics.failure import WrongAnswer

Floats = NDArray[np.float64]
MAX_SHOWN = 8  # entries of a list that are written out
MAX_TEXT = 200  # characters of anything else
ONE_OF_MANY = re.compile(r"(\w+) (?:\{\}|\[\{\}\])")  # the loss of epoch {}, entry [{}] of w
NO_ENTRY = re.compile(r"(?:: | at |, at )?(?:entry|pixel) $")  # the outputs: entry [2, 0]
CLAIM = re.compile(r"(?:whether|that) (.+)", re.DOTALL)


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


def require_count(got: Any, label: str) -> int:
    """Return `got` if it is a whole number from 0 on, or fail."""
    if type(got) is not int or got < 0:
        raise WrongAnswer(f"{label}: got {brief(got)}, wanted how many there were")
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
    array = _as_array(got, shape, label)
    if not np.isfinite(array).all():
        first = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        shown = f"{_entry_name(label, first)} is {format_number(array[first])}"
        raise WrongAnswer(f"{shown}, wanted a finite number")
    return array


def _as_array(got: Any, shape: tuple[int, ...], label: str) -> Floats:
    """Return `got` as float64 of `shape`, or fail; it may hold NaN and infinity."""
    name = _whole_name(label)
    try:
        array = np.asarray(got)
    except ValueError:
        raise WrongAnswer(f"{name}: got lists of unequal length, wanted shape {shape}") from None
    if array.dtype.kind not in "fiu":
        raise WrongAnswer(f"{name}: got {describe(got)}, wanted {_kind_of(shape)}")
    if array.shape != shape:
        raise WrongAnswer(f"{name}: got {_shape_words(array.shape)}, wanted {shape or 'a number'}")
    return array.astype(np.float64)


def _shape_words(shape: tuple[int, ...]) -> str:
    return f"shape {shape}" if shape else "a number"


def _kind_of(shape: tuple[int, ...]) -> str:
    return "a number" if shape == () else f"numbers of shape {shape}"


def relative_errors(got: Floats, want: Floats) -> Floats:
    """Return |got - want| / max(1, |want|), entry by entry; infinity for what is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(got - want) / np.maximum(1.0, np.abs(want))
    return np.where(np.isfinite(got), errors, np.inf)


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
        numbers = _as_array(got, wanted.shape, label)
    except WrongAnswer as error:
        raise WrongAnswer(error.message, want=wanted.tolist(), got=got, near=rtol) from None
    distances = relative_errors(numbers, wanted)
    if distances.size and distances.max() > rtol:
        worst = np.unravel_index(int(distances.argmax()), distances.shape)
        shown, right = tell_apart(numbers[worst].item(), wanted[worst].item())
        name, note = _entry_name(label, worst), _float32_note(numbers[worst], wanted[worst])
        message = f"{name} is {shown}, wanted {right}{where}{note}"
        raise WrongAnswer(message, want=wanted.tolist(), got=got, near=rtol)
    return float(distances.max(initial=0.0))


def _entry_name(label: str, index: tuple[Any, ...]) -> str:
    """Return a learner's name for one entry: its index follows `label`, or fills the braces."""
    position = ", ".join(map(str, index))
    if "{}" in label:
        return label.replace("{}", position)
    return f"{label}[{position}]" if index else label


def _whole_name(label: str) -> str:
    """Return a learner's name for all entries: ``the loss of each epoch``."""
    return ONE_OF_MANY.sub(r"each \1", NO_ENTRY.sub("", label)).replace("{}", "...").rstrip()


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
    rows = _as_array(got, wanted.shape, _join_labels(labels))
    worst, column = divmod(int(relative_errors(rows, wanted).argmax()), wanted.shape[1])
    where = ", ".join(
        f"{n} = {format_number(x)}" for n, x in zip(inputs, points[worst], strict=True)
    )
    try:
        close(rows[worst, column], wanted[worst, column], labels[column], where=f" at {where}")
    except WrongAnswer as error:
        raise WrongAnswer(error.message, want=wanted.tolist(), got=got) from None
    return float(relative_errors(rows, wanted).max())


def _join_labels(labels: Sequence[str]) -> str:
    """Return ``out = a + b: a.grad, b.grad``: the program that all labels name is said once."""
    program, colon, _ = labels[0].rpartition(": ")
    names = [label.removeprefix(program + colon) for label in labels]
    return program + colon + ", ".join(names)


def same(got: Any, want: Any, label: str, where: str = "") -> None:
    """Fail unless `got` equals `want` in type and value; no array does."""
    if not is_equal(got, want):
        raise WrongAnswer(f"{_difference(got, want, label)}{where}", want=want, got=got)


def _difference(got: Any, want: Any, label: str) -> str:
    """Return how `got` differs from `want`; a claim that does not hold is said as one."""
    claim = CLAIM.fullmatch(label)
    if claim and isinstance(want, bool) and isinstance(got, bool):
        return f"it is {'not ' if want else ''}true that {claim[1]}"
    shown, right = tell_apart(got, want)
    return f"{label} is {shown}, wanted {right}"


def all_true(got: Any, names: Sequence[str], complaint: str) -> None:
    """Fail unless `got` is a list of True, one for each of `names`; list those it is not for."""
    answers = got if isinstance(got, list) else []
    if len(answers) != len(names):
        raise WrongAnswer(f"wanted an answer about each of {', '.join(names)}, got {brief(got)}")
    wrong = [name for name, answer in zip(names, answers, strict=True) if answer is not True]
    if wrong:
        message = f"{', '.join(wrong)}: {complaint}"
        raise WrongAnswer(message, want=[True] * len(names), got=got)


def format_number(value: float) -> str:
    """Return `value` in the shortest form that shows six figures."""
    return f"{value:.6g}"


def tell_apart(got: Any, want: Any) -> tuple[str, str]:
    """Return both as text, as short as it can be while the two texts differ."""
    pairs = [(brief(got), brief(want))]
    if isinstance(got, float) and isinstance(want, float):
        pairs += [(f"{got:.{digits}g}", f"{want:.{digits}g}") for digits in range(7, 18)]
    pairs.append((repr(got)[:MAX_TEXT], repr(want)[:MAX_TEXT]))
    kinds = f" ({type(got).__name__})", f" ({type(want).__name__})"
    pairs.append((pairs[0][0] + kinds[0], pairs[0][1] + kinds[1]))
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def _float32_note(got: np.float64, want: np.float64) -> str:
    """Return what a tiny difference comes from, where `got` is a number of float32."""
    with np.errstate(over="ignore"):
        is_float32 = bool(np.float32(got) == got)
    if not is_float32 or format_number(got) != format_number(want):
        return ""
    difference = abs(got - want) / max(abs(want), np.finfo(np.float64).tiny)
    return f" (it differs by {difference:.0e} relative: computed in float32)"


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
    return repr(value)[:MAX_TEXT]
