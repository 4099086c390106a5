"""Which lines a mistake may stand on, by the checks that ran them: a ranking by Ochiai.

The coefficient is that of A. J. C. Ochiai (1957), which the literature on locating faults by
spectra finds to do best among the simple ones (Abreu et al., 2007).
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from autograder.diagnosis.wording import Words, find_likest, weigh_words

AT_IMPORT = 0.3  # how suspicious a line at module level is, beside the likeliest
PER_SUSPECT = 0.3  # what a function gains that a likely mistake is in, beside the likeliest line
PER_KIND = 0.3  # what a line gains where an edit takes a likely mistake out
PER_WORDS = 0.6  # what a line gains that has the words of a likely mistake's known statements
PER_COST = 0.1  # what that edit's cost takes off
FAR = 0.6  # of the likeliest mistake's rate, below which another is no suspect
SAME, SIMILAR, FAINT = 1.0, 0.8, 0.4  # how surely a function is the one that is meant
ELSEWHERE = 0.8  # of a suspect's rate, where no edit of its kinds can be made in its functions
BY_KIND = {  # of statement: what computes nothing is seldom wrong, nor is a head or a branch
    "Bare": -0.3,
    "Call": -0.15,
    "FunctionDef": -0.6,
    "ClassDef": -0.8,
    "Import": -0.8,
    "ImportFrom": -0.8,
    "If": -0.15,
    "For": -0.1,
    "While": -0.1,
    "Return": 0.05,
    "AugAssign": 0.05,
    "Computed": 0.08,
    "Gradient": 0.12,
}
SHORT = {"truediv": "div", "rtruediv": "div", "radd": "add", "rsub": "sub", "rmul": "mul"}
LONG_ENOUGH = 3  # letters of a name that is looked for in another
Place = tuple[str, int]  # file, or cell of a notebook, and line
Spectrum = Mapping[str, Collection[Place]]  # check id -> the lines that it ran


class Suspect(NamedTuple):
    """A mistake that may be there: how likely, the functions it is in, the edits that take it out.

    Attributes
    ----------
    rate : float
        Beside other suspects.
    functions, kinds : collection of str
        ``Value.exp``, and kinds of edits.
    statements : sequence of frozenset of str
        The words of statements that it stands in, in works that are known to have it.
    """

    rate: float
    functions: Collection[str]
    kinds: Collection[str]
    statements: Sequence[Words] = ()


class Statement(NamedTuple):
    """A statement of a file: lines (of a block its head's), kind, function and words."""

    line: int
    last: int
    kind: str
    function: str
    words: Words = frozenset()


def rate_function(function: str, suspects: Sequence[Suspect], kind: str = "") -> float:
    """Return from 0 to 1 how likely a mistake is in `function`, or one that such an edit takes out.

    Parameters
    ----------
    function : str
        ``Exp.backward``.
    suspects : sequence of Suspect
        The likeliest first.
    kind : str
        Of an edit; where none is given any mistake counts.
    """
    if not suspects:
        return 0.0
    highest = max(one.rate for one in suspects)
    rates = [
        one.rate / highest * max((_likeness(function, each) for each in one.functions), default=0.0)
        for one in suspects
        if one.rate >= FAR * highest and (not kind or kind in one.kinds)
    ]
    return max(rates, default=0.0)


def _likeness(function: str, other: str) -> float:
    """Return how surely a function of one style is another of a second: Exp.backward, Value.exp."""
    if function == other:
        return SAME
    name = other.rpartition(".")[2].strip("_")
    name = SHORT.get(name, name).replace("_", "")
    if len(name) < LONG_ENOUGH:
        return 0.0
    text = function.lower()
    words = {*text.replace("_", "").split("."), *re.split(r"[._]+", text)}
    if any(word.startswith(name) for word in words):
        return SIMILAR
    return FAINT if any(name in word for word in words) else 0.0


def settle_suspects(suspects: Sequence[Suspect], edits: Iterable[tuple[str, str]]) -> list[Suspect]:
    """Return `suspects`, and those that no edit takes out in their functions where one can.

    In another style a mistake may stand elsewhere: where gradients are added up, for instance.

    Parameters
    ----------
    suspects : sequence of Suspect
        The likeliest first.
    edits : iterable of (str, str)
        Function and kind of all edits of the work.
    """
    by_kind: dict[str, dict[str, None]] = {}
    for function, kind in edits:
        by_kind.setdefault(kind, {})[function] = None
    return [*suspects, *(found for one in suspects if (found := _settle(one, by_kind)))]


def _settle(suspect: Suspect, by_kind: Mapping[str, Collection[str]]) -> Suspect | None:
    able = [function for kind in suspect.kinds for function in by_kind.get(kind, ())]
    if not able or any(_likeness(one, other) for one in able for other in suspect.functions):
        return None
    return Suspect(suspect.rate * ELSEWHERE, list(dict.fromkeys(able)), suspect.kinds)


def rate_statements(
    rates: Mapping[Place, float],
    statements: Mapping[str, Sequence[Statement]],
    suspects: Sequence[Suspect],
) -> dict[Place, float]:
    """Return how suspicious each line's statement is, by what it is and what its function does.

    Parameters
    ----------
    rates : mapping
        Of the lines, by `rank_lines`.
    statements : mapping
        Those of each file.
    suspects : sequence of Suspect
        The likeliest first.
    """
    found, highest = {}, max(rates.values(), default=1.0)
    weights = weigh_words([one.words for each in statements.values() for one in each])
    for place, rate in rates.items():
        statement = find_statement(statements.get(place[0], ()), place[1])
        if statement is None:
            found[place] = rate / highest
            continue
        gain = PER_SUSPECT * rate_function(statement.function, suspects)
        gain += PER_WORDS * rate_words(statement.words, suspects, weights)
        found[place] = rate / highest + gain + BY_KIND.get(statement.kind, 0.0)
    return found


def rate_words(words: Words, suspects: Sequence[Suspect], weights: Mapping[str, float]) -> float:
    """Return from 0 to 1 how likely a mistake is in a statement of these words.

    Parameters
    ----------
    words : frozenset of str
        The statement's.
    suspects : sequence of Suspect
        The likeliest first.
    weights : mapping
        By `weigh_words`.
    """
    highest = max((one.rate for one in suspects), default=1.0)
    likely = (one for one in suspects if one.rate >= FAR * highest)
    rates = (one.rate / highest * find_likest(words, one.statements, weights) for one in likely)
    return max(rates, default=0.0)


def find_statement(statements: Sequence[Statement], line: int) -> Statement | None:
    """Return the innermost statement on `line`."""
    around = [one for one in statements if one.line <= line <= one.last]
    return min(around, key=lambda one: one.last - one.line, default=None)


def rank_lines(
    spectrum: Spectrum,
    failed: Collection[str],
    raising: Collection[Place] = (),
    at_import: Collection[Place] = (),
) -> dict[Place, float]:
    """Return how suspicious each line is that a failed check ran: at most 1, the likeliest first.

    Parameters
    ----------
    spectrum : mapping
        The lines that ran, of the failed checks and of those that passed.
    failed : collection of str
        The failed checks.
    raising : collection of (str, int)
        Lines that an exception came from: none is likelier.
    at_import : collection of (str, int)
        Lines that run when the module is read, which is before every check.
    """
    in_failed = Counter(place for id in failed for place in spectrum.get(id, ()))
    in_all = Counter(place for places in spectrum.values() for place in places)
    count = sum(id in spectrum for id in failed)
    rates = {place: hits / math.sqrt(in_all[place] * count) for place, hits in in_failed.items()}
    highest = max(rates.values(), default=1.0)
    rates |= dict.fromkeys(raising, highest)
    rates = dict.fromkeys(at_import, AT_IMPORT * highest) | rates
    return dict(sorted(rates.items(), key=lambda item: (-item[1], item[0])))
