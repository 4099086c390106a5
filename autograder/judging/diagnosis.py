"""Which known mistake a submission made: its wrong answers are compared with those of mutants.

The catalogue holds, for every pitfall, what a submission with exactly that mistake answers in each
check that it fails. It is made by running the mutants (`make pitfalls`), and carries no code.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from autograder.judging.fingerprint import Fingerprint

FOLDER = Path(__file__).parent / "pitfalls"
Evidence = Mapping[str, Sequence[Fingerprint]]  # check id -> the answers that it got

AGREEMENT = 0.5  # the share of a pitfall's failing checks that must fail in the same way


class Pitfall(msgspec.Struct, frozen=True):
    """One known mistake.

    Attributes
    ----------
    name : str
        Short and unique: ``assign-not-accumulate``.
    text : str
        The hint: what is probably wrong, and what to think about.
    failing : dict
        Check id to the answers that a submission with this mistake gives there.
    """

    name: str
    text: str
    failing: dict[str, list[Fingerprint]]


class Catalogue(msgspec.Struct, frozen=True):
    """What was found out by running mutants and the reference of a milestone.

    Attributes
    ----------
    made_from : str
        The hash of what it was made from.
    pitfalls : list of Pitfall
        All known mistakes.
    cuts : dict
        Check id to the places in `small.CUTS` at which right work passes it.
    """

    made_from: str
    pitfalls: list[Pitfall]
    cuts: dict[str, list[int]] = {}


@cache
def catalogue(milestone: str) -> Catalogue:
    """Return the stored pitfalls of `milestone`; none where none were made."""
    file = FOLDER / f"{milestone}.msgpack"
    if not file.exists():
        return Catalogue("", [])
    return msgspec.msgpack.decode(file.read_bytes(), type=Catalogue)


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
