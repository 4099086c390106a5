"""Which known mistake a submission made: its wrong answers are compared with those of mutants."""

from collections.abc import Collection, Mapping, Sequence

from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.fingerprint import Fingerprint

Evidence = Mapping[str, Sequence[Fingerprint]]  # check id -> its answers
AGREEMENT = 0.5  # the share of a pitfall's failing checks that must fail in the same way


def diagnose(
    failed: Evidence, ran: Collection[str], pitfalls: Sequence[Pitfall]
) -> dict[str, Pitfall]:
    """Return the likeliest pitfall of each failed check, where one is likely.

    Of two that explain as much the first in the catalogue is taken. Where all evidence is
    exceptions and timeouts, it is the one that would cause fewer failures in all: one check run
    alone shows less than the mistake would.

    Parameters
    ----------
    failed : mapping
        The evidence of every failed check.
    ran : collection of str
        The checks that ran; a pitfall's other failures count neither for it nor against it.
    pitfalls : sequence of Pitfall
        The catalogue.
    """
    best: dict[str, tuple[tuple[float, int], Pitfall]] = {}
    for pitfall in pitfalls:
        matching = _matching_checks(failed, pitfall)
        rating = _rate_match(failed, len(pitfall.failing.keys() & ran), matching)
        if rating is None:
            continue
        rank = rating, -len(pitfall.failing) if _all_weak(failed, matching) else 0
        for check in matching:
            if check not in best or rank > best[check][0]:
                best[check] = rank, pitfall
    return {check: pitfall for check, (_, pitfall) in best.items()}


def _matching_checks(failed: Evidence, pitfall: Pitfall) -> list[str]:
    return [
        check
        for check, answers in pitfall.failing.items()
        if check in failed and _same_answers(failed[check], answers)
    ]


def _same_answers(ours: Sequence[Fingerprint], theirs: Sequence[Fingerprint]) -> bool:
    return len(ours) == len(theirs) and all(
        mine.matches(other) for mine, other in zip(ours, theirs, strict=True)
    )


def _rate_match(failed: Evidence, expected: int, matching: Sequence[str]) -> float | None:
    """Return how well a pitfall explains the failures; None where it does not.

    An exception or a timeout is weak evidence, many mistakes end in one: it counts only where the
    pitfall explains every failure that it would cause.
    """
    needed = expected if _all_weak(failed, matching) else AGREEMENT * expected
    if not matching or len(matching) < needed:
        return None
    unexplained = len(failed) - len(matching)
    return len(matching) - 0.5 * (expected - len(matching)) - 0.25 * unexplained


def _all_weak(failed: Evidence, matching: Sequence[str]) -> bool:
    return all(_is_weak(failed[check]) for check in matching)


def _is_weak(answers: Sequence[Fingerprint]) -> bool:
    return bool(answers) and answers[-1].form.startswith("!")
