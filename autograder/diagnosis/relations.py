"""How an answer relates to the one that was wanted, in words that no construction decides.

``1 x-1`` says that what came back second is the negative of what was wanted, ``0 zero`` that
nothing arrived, ``!TypeError`` how it ended. Equal mistakes in works that are built in different
ways share most of these words, where their plain answers often differ.
"""

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from keyword import iskeyword
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.diagnosis.fingerprint import MAX_EXACT, PROJECTIONS, TOLERANCE, Fingerprint

DIGITS = 5  # to which equal numbers are equal
SMALL = 1e-9
SHAPE = re.compile(r"\((?:\d+(?:, \d+)*,?)?\)")

Floats = NDArray[np.float64]
Shape = tuple[int, ...]


class Leaf(NamedTuple):
    """One array of an answer: its shape, and its numbers; None where no array stands."""

    shape: Shape | None
    numbers: Sequence[float] = ()


def describe_answers(ours: Sequence[Fingerprint], wanted: Sequence[Fingerprint]) -> frozenset[str]:
    """Return the words for all answers of one check.

    Parameters
    ----------
    ours : sequence of Fingerprint
        What came back, question by question.
    wanted : sequence of Fingerprint
        What right work answers there.
    """
    pairs = zip_longest(ours, wanted[: len(ours)])
    ours = [_sort_like(answer, right) if right else answer for answer, right in pairs]
    words = {f"all {_digest_answers(ours)}", f"asked {len(ours)}"}
    is_wrong = False
    for number, answer in enumerate(ours):
        right = wanted[number] if number < len(wanted) else None
        found = set(_describe_smaller(answer) if is_wrong and _is_smaller(answer, right) else ())
        found = found or set(_describe_answer(answer, right))
        is_wrong = is_wrong or bool(found)
        words |= {f"{number} {word}" for word in found}
    return frozenset(words)


def _sort_like(answer: Fingerprint, right: Fingerprint) -> Fingerprint:
    """Return an answer with its arrays in the order of those wanted: that of a dict is nobody's."""
    ours, wanted = _name_leaves(answer), _name_leaves(right)
    if list(ours) == list(wanted) or ours.keys() != wanted.keys():
        return answer
    shapes = (str(ours[name].shape) for name in wanted)
    form = " ".join(_replace_shapes(right.form, shapes))
    return Fingerprint(form, [number for name in wanted for number in ours[name].numbers])


def _name_leaves(answer: Fingerprint) -> dict[str, Leaf]:
    """Return the arrays of an answer by name; none where it is more than dicts of arrays."""
    tokens, leaves = _split_form(answer.form), _find_leaves(answer)
    names = [name for name, shape in pairwise(tokens) if SHAPE.fullmatch(shape)]
    words = [token for token in tokens if not SHAPE.fullmatch(token)]
    is_plain = all(word.isidentifier() and not iskeyword(word) for word in words)
    if not is_plain or not set(names) <= set(words) or len(set(words)) < len(words):
        return {}
    return dict(zip(names, leaves, strict=True)) if len(names) == len(leaves) else {}


def _replace_shapes(form: str, shapes: Iterator[str]) -> Iterator[str]:
    for token in _split_form(form):
        yield next(shapes) if SHAPE.fullmatch(token) else token


def _is_smaller(answer: Fingerprint, right: Fingerprint | None) -> bool:
    """Whether a question after a wrong answer was another one: the same, with smaller inputs."""
    is_answer = not answer.form.startswith("!")
    return is_answer and (right is None or right.form != answer.form)


def _describe_smaller(answer: Fingerprint) -> Iterator[str]:
    yield f"smaller {_digest([answer.form])}"
    yield f"smaller {_digest(_round_numbers(answer.numbers))}"


def _describe_answer(answer: Fingerprint, right: Fingerprint | None) -> Iterator[str]:
    if answer.form.startswith("!"):
        yield answer.form
    elif right is None:
        yield "unexpected"
    elif answer.form == right.form and len(answer.numbers) == len(right.numbers):
        yield from _describe_numbers(np.array(answer.numbers), np.array(right.numbers))
        yield from _describe_parts(_find_leaves(answer), _find_leaves(right))
    else:
        yield from _describe_leaves(answer, right)


def _describe_leaves(answer: Fingerprint, right: Fingerprint) -> Iterator[str]:
    """Yield how the arrays of an answer of another form relate to those that were wanted.

    One style has no gradient where another has zeros: both say that nothing arrived.
    """
    ours, wanted = _find_leaves(answer), _find_leaves(right)
    if len(ours) == len(wanted):
        ours = [_fill_leaf(*pair) for pair in zip(ours, wanted, strict=True)]
    shapes = [leaf.shape for leaf in ours]
    if ours and shapes == [leaf.shape for leaf in wanted]:
        mine, others = ([n for leaf in side for n in leaf.numbers] for side in (ours, wanted))
        yield from _describe_numbers(np.array(mine), np.array(others))
        yield from _describe_parts(ours, wanted)
        return
    yield "form"
    yield f"form {_digest([answer.form])}"
    if len(ours) == len(wanted):
        for one, other in zip(ours, wanted, strict=True):
            if one.shape and other.shape and one.shape != other.shape:
                yield _relate_shapes(one.shape, other.shape)


def _describe_parts(ours: Sequence[Leaf], wanted: Sequence[Leaf]) -> Iterator[str]:
    """Yield which of several arrays are wrong and how: of two operands one may be right."""
    if len(wanted) > 1 and [leaf.shape for leaf in ours] == [leaf.shape for leaf in wanted]:
        for number, (one, other) in enumerate(zip(ours, wanted, strict=True)):
            mine, right = np.array(one.numbers), np.array(other.numbers)
            wrong = _find_wrong(mine, right)
            if wrong.any():
                yield f"part {number} {_relate_numbers(mine[wrong], right[wrong])}"


def _fill_leaf(ours: Leaf, wanted: Leaf) -> Leaf:
    """Return zeros for what is missing."""
    if ours.shape is None and wanted.shape is not None:
        return Leaf(wanted.shape, [0.0] * len(wanted.numbers))
    return ours


def _find_leaves(answer: Fingerprint) -> list[Leaf]:
    """Return the arrays of an answer; none where it is condensed."""
    leaves, start = [], 0
    for token in _split_form(answer.form):
        if not SHAPE.fullmatch(token):
            if token in ("'NoneType'", "None"):
                leaves.append(Leaf(None))
            continue
        shape = tuple(int(part) for part in re.findall(r"\d+", token))
        size = math.prod(shape)
        end = start + (size if size <= MAX_EXACT else PROJECTIONS)
        leaves.append(Leaf(shape, answer.numbers[start:end]))
        start = end
    return leaves if start == len(answer.numbers) else []


def _split_form(form: str) -> list[str]:
    """Return the words and shapes of a form."""
    return re.findall(rf"{SHAPE.pattern}|\S+", form)


def _relate_shapes(ours: Shape, wanted: Shape) -> str:
    if ours == wanted[::-1]:
        return "reversed"
    if sorted(ours) == sorted(wanted):
        return "permuted"
    if [n for n in ours if n > 1] == [n for n in wanted if n > 1]:
        return "ones lost" if len(ours) < len(wanted) else "ones added"
    if len(ours) != len(wanted):
        return "axes lost" if len(ours) < len(wanted) else "axes added"
    return "larger shape" if math.prod(ours) > math.prod(wanted) else "smaller shape"


def _describe_numbers(ours: Floats, wanted: Floats) -> Iterator[str]:
    wrong = _find_wrong(ours, wanted)
    if wrong.any():
        yield f"where {_digest([str(index) for index in np.flatnonzero(wrong)])}"
        yield f"what {_digest(_round_numbers(ours[wrong]))}"
        yield _relate_numbers(ours[wrong], wanted[wrong])


@np.errstate(all="ignore")
def _find_wrong(ours: Floats, wanted: Floats) -> NDArray[np.bool_]:
    return ~np.isclose(ours, wanted, TOLERANCE, TOLERANCE, equal_nan=True)


@np.errstate(all="ignore")
def _relate_numbers(ours: Floats, wanted: Floats) -> str:
    """Return what all the wrong numbers have in common."""
    ratios, differences = ours / wanted, ours - wanted
    if np.isnan(ours).any():
        return "nan"
    if np.abs(ours).max() < SMALL:
        return "zero"
    if np.allclose(ratios, ratios[0], 1e-5):
        return f"x{ratios[0]:.4g}"
    if np.allclose(differences, differences[0], 1e-5):
        return f"+{differences[0]:.4g}"
    if np.allclose(np.abs(ratios), 1.0, 1e-5):
        return "signs"
    return "larger" if np.abs(ours).sum() > np.abs(wanted).sum() else "smaller"


def _digest_answers(answers: Sequence[Fingerprint]) -> str:
    return _digest([part for one in answers for part in (one.form, *_round_numbers(one.numbers))])


def _round_numbers(numbers: "Sequence[float] | Floats") -> list[str]:
    """Return numbers as text to some digits; what is nearly 0 is 0."""
    return [f"{number:.{DIGITS}g}" if not abs(number) < SMALL else "0" for number in numbers]


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
