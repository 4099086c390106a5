"""Which mistakes the failures of a milestone show: known answers first, then relations.

Where a mutant's answers fit every failure there is nothing left to ask. Else the nearest cases say
what they have in common with this work, and nothing is said where they are not near.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from autograder.diagnosis.casebook import Casebook, load_casebook, load_recognition
from autograder.diagnosis.catalogue import Pitfall, load_catalogue
from autograder.diagnosis.diagnose import Evidence, diagnose
from autograder.diagnosis.recognition import Finding

FEW = 0.5  # share of a milestone's checks below which relations have too little to go by


def name_pitfalls(milestone: str, failed: Evidence, ran: Collection[str]) -> dict[str, Pitfall]:
    """Return the likeliest mistake of each failed check, where one is likely.

    Parameters
    ----------
    milestone : str
        ``m1``.
    failed : mapping
        The answers of every failed check.
    ran : collection of str
        The checks that ran.
    """
    pitfalls = load_catalogue(milestone).pitfalls
    exact = diagnose(failed, ran, pitfalls)
    book = load_casebook(milestone)
    if not failed or len(ran) < FEW * len(book.wanted) or not book.cases:
        return exact
    finding = load_recognition(milestone).recognise(book.describe(failed), ran)
    names = {check: pitfall.name for check, pitfall in exact.items()}
    known = {pitfall.name: pitfall for pitfall in pitfalls}
    return {
        check: known.get(name) or _make_pitfall(book, name)
        for check, name in combine_names(names, finding, failed, ran, pitfalls).items()
    }


def list_known(milestone: str, names: Iterable[str]) -> list[Pitfall]:
    """Return the catalogue of `milestone`, and of `names` those that only its cases know."""
    pitfalls = load_catalogue(milestone).pitfalls
    others = set(names) - {pitfall.name for pitfall in pitfalls}
    book = load_casebook(milestone) if others else None
    return [*pitfalls, *(_make_pitfall(book, name) for name in sorted(others) if book)]


def combine_names(
    exact: Mapping[str, str],
    finding: Finding | None,
    failed: Evidence,
    ran: Collection[str],
    pitfalls: Sequence[Pitfall],
) -> dict[str, str]:
    """Return the name to say of each failed check.

    Parameters
    ----------
    exact : mapping
        Names by the answers of mutants.
    finding : Finding or None
        What the nearest cases say.
    failed, ran, pitfalls
        As in `diagnose`.
    """
    if _explains_all(exact, failed, ran, pitfalls):
        return dict(exact)
    return dict(finding.checks) if finding and finding.is_clear else {}


def _explains_all(
    exact: Mapping[str, str], failed: Evidence, ran: Collection[str], pitfalls: Sequence[Pitfall]
) -> bool:
    """Whether one mutant gives the answers of all that failed, and would fail nothing else."""
    names = set(exact.values())
    if len(names) != 1 or exact.keys() != failed.keys():
        return False
    (pitfall,) = (pitfall for pitfall in pitfalls if pitfall.name in names)
    return pitfall.failing.keys() & set(ran) == failed.keys()


def _make_pitfall(book: Casebook, name: str) -> Pitfall:
    return Pitfall(name, book.texts.get(name, ""), {}, book.places.get(name, []))
