"""Answers reduced to a form in which equal mistakes are equal.

A check's answers become a flat list of numbers and words. Large arrays, and answers of many arrays,
are represented by a few random projections, so that a catalogue of a hundred mistakes stays small.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

MAX_EXACT = 24  # entries of an array up to which all are stored
MAX_NUMBERS = 96  # numbers of an answer up to which all are stored; of more, only projections
PROJECTIONS = 6
TOLERANCE = 1e-6


class Fingerprint(msgspec.Struct, frozen=True):
    """One answer: its form as text, and its numbers."""

    form: str
    numbers: list[float]

    def matches(self, other: "Fingerprint") -> bool:
        """Whether both have the same form and, to rounding, the same numbers."""
        if self.form != other.form or len(self.numbers) != len(other.numbers):
            return False
        with np.errstate(all="ignore"):  # of numbers near the largest that there are
            near = np.allclose(self.numbers, other.numbers, TOLERANCE, TOLERANCE, equal_nan=True)
        return bool(near)


def make_fingerprint(answer: Any) -> Fingerprint:
    """Return the fingerprint of one answer (anything that the wire carries)."""
    words: list[str] = []
    numbers: list[float] = []
    for word, part in _leaves(answer):
        words.append(word)
        numbers += part
    form = " ".join(words)
    return (
        _condense_answer(form, numbers)
        if len(numbers) > MAX_NUMBERS
        else Fingerprint(form, numbers)
    )


def _condense_answer(form: str, numbers: list[float]) -> Fingerprint:
    """Return the fingerprint of a long answer; entries that are not finite belong to its form."""
    flat = np.array(numbers)
    odd = {int(index): numbers[index] for index in np.flatnonzero(~np.isfinite(flat))}
    digest = hashlib.sha256(f"{form} {odd}".encode()).hexdigest()[:16]
    return Fingerprint(digest, _project_numbers(np.where(np.isfinite(flat), flat, 0.0)))


def _leaves(value: Any) -> Iterator[tuple[str, list[float]]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key), []
            yield from _leaves(item)
    elif _is_numeric(value):
        array = np.asarray(value, dtype=np.float64)
        yield f"{array.shape}", _project_numbers(array.ravel())
    elif isinstance(value, list | tuple):
        yield f"[{len(value)}]", []
        for item in value:
            yield from _leaves(item)
    else:
        yield repr(value)[:80], []


def _is_numeric(value: Any) -> bool:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return False
    try:
        return np.asarray(value).dtype.kind in "fiub"
    except (ValueError, OverflowError):
        return False


def _project_numbers(flat: "np.ndarray[Any, np.dtype[np.float64]]") -> list[float]:
    if flat.size <= MAX_EXACT:
        return [float(x) for x in flat]
    directions = np.random.default_rng(flat.size).standard_normal((PROJECTIONS, flat.size))
    with np.errstate(all="ignore"):
        return [float(x) for x in directions @ flat / np.sqrt(flat.size)]
