"""How an answer relates to the one that was wanted, in words that no construction decides.

``1 x-1`` says that what came back second is the negative of what was wanted, ``0 zero`` that
nothing arrived, ``!TypeError`` how it ended. Equal mistakes in works that are built in different
ways share most of these words, where their plain answers often differ.
"""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from autograder.diagnosis.fingerprint import TOLERANCE, Fingerprint

DIGITS = 5  # to which equal numbers are equal
SMALL = 1e-9

Floats = NDArray[np.float64]


def describe_answers(ours: Sequence[Fingerprint], wanted: Sequence[Fingerprint]) -> frozenset[str]:
    """Return the words for all answers of one check.

    Parameters
    ----------
    ours : sequence of Fingerprint
        What came back, question by question.
    wanted : sequence of Fingerprint
        What right work answers there.
    """
    words = {f"all {_digest_answers(ours)}", f"asked {len(ours)}"}
    for number, answer in enumerate(ours):
        right = wanted[number] if number < len(wanted) else None
        words |= {f"{number} {word}" for word in _describe_answer(answer, right)}
    return frozenset(words)


def _describe_answer(answer: Fingerprint, right: Fingerprint | None) -> Iterator[str]:
    if answer.form.startswith("!"):
        yield answer.form
    elif right is None:
        yield "unexpected"
    elif answer.form != right.form or len(answer.numbers) != len(right.numbers):
        yield "form"
        yield f"form {_digest([answer.form])}"
    else:
        yield from _describe_numbers(np.array(answer.numbers), np.array(right.numbers))


def _describe_numbers(ours: Floats, wanted: Floats) -> Iterator[str]:
    with np.errstate(all="ignore"):
        wrong = ~np.isclose(ours, wanted, TOLERANCE, TOLERANCE, equal_nan=True)
        if not wrong.any():
            return
        yield f"where {_digest([str(index) for index in np.flatnonzero(wrong)])}"
        yield f"what {_digest(_round_numbers(ours[wrong]))}"
        yield from _relate_numbers(ours[wrong], wanted[wrong])


def _relate_numbers(ours: Floats, wanted: Floats) -> Iterator[str]:
    """Yield what all the wrong numbers have in common."""
    ratios, differences = ours / wanted, ours - wanted
    if np.isnan(ours).any():
        yield "nan"
    elif np.abs(ours).max() < SMALL:
        yield "zero"
    elif np.allclose(ratios, ratios[0], 1e-5):
        yield f"x{ratios[0]:.4g}"
    elif np.allclose(differences, differences[0], 1e-5):
        yield f"+{differences[0]:.4g}"
    elif np.allclose(np.abs(ratios), 1.0, 1e-5):
        yield "signs"
    else:
        yield "larger" if np.abs(ours).sum() > np.abs(wanted).sum() else "smaller"


def _digest_answers(answers: Sequence[Fingerprint]) -> str:
    return _digest([part for one in answers for part in (one.form, *_round_numbers(one.numbers))])


def _round_numbers(numbers: "Sequence[float] | Floats") -> list[str]:
    """Return numbers as text to some digits; what is nearly 0 is 0."""
    return [f"{number:.{DIGITS}g}" if not abs(number) < SMALL else "0" for number in numbers]


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
