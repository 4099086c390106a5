"""Which known mistake a submission made: its wrong answers are compared with those of mutants."""

from collections.abc import Collection, Mapping, Sequence

from autograder.diagnosis.catalogue import Pitfall
from autograder.diagnosis.fingerprint import Fingerprint

Evidence = Mapping[str, Sequence[Fingerprint]]  # check id -> the answers that it got
AGREEMENT = 0.5  # the share of a pitfall's failing checks that must fail in the same way


def diagnose(
    failed: Evidence, ran: Collection[str], pitfalls: Sequence[Pitfall]
) -> dict[str, Pitfall]:
    """Return the likeliest pitfall of each failed check, where one is likely.

    Of two that explain as much the first in the catalogue is taken. Where only exceptions and
    timeouts speak, it is the one that would cause fewer failures in all: one check asked for alone
    shows less than the mistake would.

    Parameters
    ----------
    failed : mapping
        The evidence of every failed check.
    ran : collection of str
        The checks that ran; a pitfall's other failures count neither for it nor against it.
    pitfalls : sequence of Pitfall
        The catalogue.
    """
    found: dict[str, tuple[tuple[float, int], Pitfall]] = {}
    for pitfall in pitfalls:
        matched = _matched(failed, pitfall)
        worth = _worth(failed, len(pitfall.failing.keys() & ran), matched)
        if worth is None:
            continue
        rank = worth, -len(pitfall.failing) if _all_weak(failed, matched) else 0
        for check in matched:
            if check not in found or rank > found[check][0]:
                found[check] = rank, pitfall
    return {check: pitfall for check, (_, pitfall) in found.items()}


def _matched(failed: Evidence, pitfall: Pitfall) -> list[str]:
    return [
        check
        for check, answers in pitfall.failing.items()
        if check in failed and _same(failed[check], answers)
    ]


def _same(ours: Sequence[Fingerprint], theirs: Sequence[Fingerprint]) -> bool:
    return len(ours) == len(theirs) and all(
        one.matches(other) for one, other in zip(ours, theirs, strict=True)
    )


def _worth(failed: Evidence, expected: int, matched: Sequence[str]) -> float | None:
    """How well a pitfall explains the failures; None where it does not.

    An exception or a timeout is weak evidence, many mistakes end in one: it counts only where the
    pitfall explains every failure that it would cause.
    """
    needed = expected if _all_weak(failed, matched) else AGREEMENT * expected
    if not matched or len(matched) < needed:
        return None
    unexplained = len(failed) - len(matched)
    return len(matched) - 0.5 * (expected - len(matched)) - 0.25 * unexplained


def _all_weak(failed: Evidence, matched: Sequence[str]) -> bool:
    return all(_is_weak(failed[check]) for check in matched)


def _is_weak(answers: Sequence[Fingerprint]) -> bool:
    return bool(answers) and answers[-1].form.startswith("!")
