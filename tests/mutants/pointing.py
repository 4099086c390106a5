"""``python -m tests.mutants.pointing``: whether failed checks point at what a mutant changes.

The table says, of all checks that the mutants fail, how often the first function pointed at is one
that the mutant changes: by the order in the check alone, by what fails and passes around it too,
and with the mistake recognised. All of it comes from the stored catalogues.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Milestone, load_course
from autograder.diagnosis.catalogue import Catalogue, Pitfall, load_catalogue
from autograder.diagnosis.diagnose import diagnose
from autograder.diagnosis.locations import find_names
from autograder.diagnosis.suspects import order_places
from autograder.judge.functions import functions_of
from autograder.judge.spec import list_checks
from tests.mutants import mutants
from tests.mutants.changes import find_changed
from tests.mutants.pitfall import Pitfall as Planted


@dataclass(frozen=True)
class Pointed:
    """One check that a mutant fails, and whether the right function comes first there.

    Attributes
    ----------
    milestone, pitfall, check : str
        ``m1``, the mutant and the check's id.
    shows_in : bool
        Whether it is the check that the mistake is planted for.
    by_check, by_others, by_name : bool
        By the check alone, by the other checks, and with the mistake recognised.
    """

    milestone: str
    pitfall: str
    check: str
    shows_in: bool
    by_check: bool
    by_others: bool
    by_name: bool


def measure_pointing(milestone: Milestone) -> list[Pointed]:
    """Return an entry for every check that a stored mutant of `milestone` fails."""
    catalogue, rows = load_catalogue(milestone.id), mutants.pitfalls(milestone)
    known = {pitfall.name: pitfall for pitfall in catalogue.pitfalls}
    reference = mutants.SOLUTIONS / milestone.folder / f"{milestone.module}.py"
    return [
        pointed
        for row in rows
        if row.name in known
        for pointed in _point(milestone, row, known[row.name], catalogue, reference.read_text())
    ]


def _point(
    milestone: Milestone, row: Planted, mutant: Pitfall, catalogue: Catalogue, reference: str
) -> Iterator[Pointed]:
    source = row.mutate(reference)
    changed = set(find_changed(reference, source))
    with tempfile.TemporaryDirectory() as raw:
        (Path(raw) / f"{milestone.module}.py").write_text(source)
        defined = find_names(Path(raw), milestone.module)
    functions = functions_of(milestone)
    places = {
        check.id: [name for name in functions.follow_uses(check.spec.places) if name in defined]
        for check in list_checks(milestone.id, milestone.checks)
    }
    short = mutants.short(milestone)
    ordered = order_places(places, mutant.failing, short - mutant.failing.keys())
    named = diagnose(mutant.failing, short, catalogue.pitfalls)
    for check, names in ordered.items():
        known = [name for name in named[check].places if name in defined]
        by_name = [*(name for name in known if name in places[check]), *known, *names]
        yield Pointed(
            milestone.id,
            row.name,
            check,
            check == row.shows_in,
            *(bool(changed & set(some[:1])) for some in (places[check], names, by_name)),
        )


def shares(pointed: Sequence[Pointed]) -> Counter[str]:
    """Return the percentages of right first functions."""
    return Counter(
        {
            way: round(100 * sum(getattr(one, way) for one in pointed) / len(pointed))
            for way in ("by_check", "by_others", "by_name")
        }
    )


def main() -> None:
    """Print the table."""
    print(f"{'':10} {'checks':>7} {'by check':>9} {'by others':>10} {'by name':>8}")
    everything: list[Pointed] = []
    for milestone in load_course().milestones:
        pointed = measure_pointing(milestone)
        everything += pointed
        _print_row(milestone.id, pointed)
        _print_row("  own check", [one for one in pointed if one.shows_in])
    _print_row("all", everything)
    _print_row("  own check", [one for one in everything if one.shows_in])


def _print_row(name: str, pointed: Sequence[Pointed]) -> None:
    share = shares(pointed)
    columns = f"{share['by_check']:8} % {share['by_others']:8} % {share['by_name']:6} %"
    print(f"{name:11} {len(pointed):6} {columns}")


if __name__ == "__main__":
    main()
