"""Which known mistakes explain what failed: the nearest of many works that are known to be wrong.

A case is one wrong work: the checks that it failed and, for each, the words of `relations`. Cases
come from works in many styles, so the same mistake stands there several times. Work is compared
with every case, check by check; a rare failure counts more than one that many mistakes cause. The
mistake of the nearest case is named where it is near, and clearly nearer than any other mistake. It
may be less near where it alone gives exactly these answers in some check.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import msgspec

Described = Mapping[str, frozenset[str]]  # failed check -> the words for its answers

NEAR = 0.5  # how near the nearest case has to be
TELLING = 0.4  # the same, where a check's answers are exactly those of its mistake and of no other
MARGIN = 0.05  # by how much nearer than that of any other mistake
GAIN = 0.1  # by how much nearer two mistakes at once have to be than one alone
PROOF = 0.7  # how alike a check's answers are, that only one of two mistakes explains
CANDIDATES = 30  # mistakes that two at once are looked for among
FAILS_TOO = 0.2  # how alike two answers are that are only both wrong


class Case(msgspec.Struct, frozen=True):
    """One wrong work.

    Attributes
    ----------
    name : str
        Its mistake.
    style : str
        How the work is built.
    failed : dict
        Check id to the words for its answers there.
    """

    name: str
    style: str
    failed: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Finding:
    """Mistakes that explain what failed.

    Attributes
    ----------
    names : tuple of str
        One mistake, or two at once.
    checks : dict
        Failed check to the name that explains it.
    nearness : float
        From 0 to 1.
    margin : float
        How much less near the next other mistake is.
    is_telling : bool
        Whether a check's answers are known of this mistake and of no other.
    """

    names: tuple[str, ...]
    checks: dict[str, str]
    nearness: float
    margin: float
    is_telling: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether it may be said."""
        return self.nearness >= (TELLING if self.is_telling else NEAR) and self.margin >= MARGIN


class Recognition:
    """Compares failures with cases.

    Parameters
    ----------
    cases : sequence of Case
        All that is known.
    families : mapping
        Name to the name of its family, for mistakes that behave alike.
    """

    def __init__(self, cases: Sequence[Case], families: Mapping[str, str]) -> None:
        self._cases = cases
        self._families = families
        counted = Counter(check for case in cases for check in case.failed)
        most = len(cases) + 1
        self._weights = {check: 0.2 + math.log(most / count) for check, count in counted.items()}
        self._rare = 0.2 + math.log(most)
        self._known: dict[tuple[str, frozenset[str]], set[frozenset[str]]] = {}
        for case in cases:
            for answers in case.failed.items():
                self._known.setdefault(answers, set()).add(self._family((case,)))

    def recognise(self, failed: Described, ran: Collection[str]) -> Finding | None:
        """Return the likeliest explanation of what failed; None where there is no case.

        Parameters
        ----------
        failed : mapping
            The words for the answers of every failed check.
        ran : collection of str
            The checks that ran; others count neither for nor against a case.
        """
        cases = [case for case in self._cases if case.failed.keys() & failed.keys()]
        single = self._nearest(failed, ran, [(case,) for case in cases])
        if single is None:
            return None
        pairs = [pair for pair in self._pairs(failed, ran, cases) if _both_show(failed, pair)]
        both = self._nearest(failed, ran, pairs)
        if both and both.nearness >= single.nearness + GAIN:
            return both
        return self._add_second(single, failed, ran) if single.is_clear else single

    def _add_second(self, first: Finding, failed: Described, ran: Collection[str]) -> Finding:
        """Return a finding with the mistake that explains what the first one does in no style."""
        family = {self._families.get(name, name) for name in first.names}
        own = {
            check
            for case in self._cases
            if self._family((case,)) == family
            for check in case.failed
        }
        rest = {check: words for check, words in failed.items() if check not in own}
        cases = [case for case in self._cases if case.failed.keys() & rest.keys()]
        hidden = failed.keys() & own  # there the first one's answers stand
        second = self._nearest(rest, {*ran} - hidden, [(case,) for case in cases])
        if second is None or not second.is_clear or second.nearness < PROOF:
            return first
        return replace(
            first, names=first.names + second.names, checks={**first.checks, **second.checks}
        )

    def rate_mistakes(self, failed: Described, ran: Collection[str]) -> dict[str, float]:
        """Return how well each mistake may be among what failed: from 0 to 1, the likeliest first.

        Another mistake may fail the checks that a case leaves alone; half of what is said comes
        from the checks that it fails itself.
        """
        rates: dict[str, float] = {}
        for case in self._cases:
            if case.failed.keys() & failed.keys():
                own = {check: failed[check] for check in case.failed if check in failed}
                whole = self._nearness(failed, ran, (case,))
                rate = (whole + self._nearness(own, ran, (case,))) / 2
                rates[case.name] = max(rate, rates.get(case.name, 0.0))
        return dict(sorted(rates.items(), key=lambda item: (-item[1], item[0])))

    def _nearest(
        self, failed: Described, ran: Collection[str], groups: Sequence[tuple[Case, ...]]
    ) -> Finding | None:
        rated = sorted(
            ((self._nearness(failed, ran, group), number) for number, group in enumerate(groups)),
            key=lambda pair: (-pair[0], pair[1]),
        )
        if not rated:
            return None
        nearest, best = rated[0][0], groups[rated[0][1]]
        family = self._family(best)
        others = (near for near, number in rated if self._family(groups[number]) != family)
        return Finding(
            tuple(case.name for case in best),
            _explained(failed, best),
            nearest,
            nearest - next(others, 0.0),
            any(self._known.get(answers) == {family} for answers in failed.items()),
        )

    def _family(self, group: Sequence[Case]) -> frozenset[str]:
        return frozenset(self._families.get(case.name, case.name) for case in group)

    def _nearness(self, failed: Described, ran: Collection[str], group: Sequence[Case]) -> float:
        expected = {check for case in group for check in case.failed if check in ran}
        shared = whole = 0.0
        for check in expected | failed.keys():
            weight = self._weights.get(check, self._rare)
            whole += weight
            if check in expected and check in failed:
                shared += weight * _likeness(failed[check], check, group)
        return shared / whole

    def _pairs(
        self, failed: Described, ran: Collection[str], cases: Sequence[Case]
    ) -> Iterator[tuple[Case, Case]]:
        """Yield cases of two mistakes, of those whose own failures are seen here best."""

        def contained(case: Case) -> float:
            own = {check: failed[check] for check in case.failed if check in failed}
            return self._nearness(own, ran, (case,))

        best: dict[str, list[Case]] = {}
        for case in sorted(cases, key=contained, reverse=True):
            same = best.setdefault(case.name, [])
            if len(same) < 2:
                same.append(case)
        likely = [case for same in list(best.values())[:CANDIDATES] for case in same]
        for first, second in combinations(likely, 2):
            if self._family((first,)) != self._family((second,)):
                yield first, second


def _both_show(failed: Described, pair: tuple[Case, Case]) -> bool:
    """Whether each of two mistakes explains a check that the other one leaves alone."""
    return all(
        any(
            check not in other.failed and _overlap(failed[check], words) >= PROOF
            for check, words in case.failed.items()
            if check in failed
        )
        for case, other in (pair, pair[::-1])
    )


def _likeness(words: frozenset[str], check: str, group: Sequence[Case]) -> float:
    """Return how alike the answers to one check are, from 0 to 1.

    Where both of two mistakes show in a check, what comes back is neither's own answer.
    """
    theirs = [case.failed[check] for case in group if check in case.failed]
    nearest = max(_overlap(words, other) for other in theirs)
    return max(nearest, 0.5) if len(theirs) > 1 else nearest


def _overlap(ours: frozenset[str], theirs: frozenset[str]) -> float:
    if ours == theirs:
        return 1.0
    shared, all_words = len(ours & theirs), len(ours | theirs)
    return FAILS_TOO + (1 - FAILS_TOO) * shared / all_words


def _explained(failed: Described, group: Sequence[Case]) -> dict[str, str]:
    """Return the mistake that explains each check best."""
    return {
        check: max(
            (case for case in group if check in case.failed),
            key=lambda case: _overlap(words, case.failed[check]),
        ).name
        for check, words in failed.items()
        if any(check in case.failed for case in group)
    }
