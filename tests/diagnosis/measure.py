"""How often diagnosis is right on works that it does not know, and when it says nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from autograder.course import Milestone
from autograder.diagnosis.casebook import Casebook, make_casebook
from autograder.diagnosis.catalogue import load_catalogue
from autograder.diagnosis.diagnose import diagnose
from autograder.diagnosis.explanation import Knowledge, combine_names
from autograder.diagnosis.fingerprint import Fingerprint
from autograder.diagnosis.recognition import Case
from autograder.diagnosis.wording import Words
from autograder.run.explain import MISTAKE_STATUSES
from tests.diagnosis import corpus
from tests.diagnosis.evidence import Evidence, cases_made_from, gather_evidence
from tests.diagnosis.names import FAMILIES, INHERENT, TEXTS, family_of
from tests.diagnosis.planted import PlantedSource
from tests.diagnosis.planting import Planting
from tests.implementations import REFERENCE
from tests.mutants import mutants

MOST = 2  # names that a learner is shown
THIRD = ("m4", "m5", "m6")  # milestones of which every third mistake is run: they take long
VERDICTS = ("right", "one of two", "wrong", "silent")

Answers = dict[str, list[Fingerprint]]


@dataclass(frozen=True)
class Sighting:
    """A planted work and what was seen of it.

    Attributes
    ----------
    planting : Planting
    failed : dict
        The answers of the checks that failed.
    ran : frozenset of str
        The checks that ran.
    """

    planting: Planting
    failed: Answers
    ran: frozenset[str]

    @property
    def case(self) -> "Callable[[Casebook], Case]":
        """Return what makes a case of it."""
        return lambda book: Case(
            self.planting.names[0], self.planting.base, dict(book.describe(self.failed))
        )


@dataclass(frozen=True)
class Verdict:
    """What diagnosis said of a planted work.

    Attributes
    ----------
    planting : Planting
    kind : str
        How the work is built.
    before, after : str
        One of `VERDICTS`: by the mutants alone, and with the cases of other styles.
    known : bool
        Whether any other style has the mistake; if not it can only be wrong or silent.
    said : tuple of str
        The names that were said.
    """

    planting: Planting
    kind: str
    before: str
    after: str
    known: bool
    said: tuple[str, ...]


def list_measured(milestone: Milestone) -> list[Planting]:
    """Return the plantings that are run: those of the reference are in the catalogue."""
    singles = [each for each in corpus.list_plantings(milestone) if each.base != REFERENCE]
    return singles[::3] if milestone.id in THIRD else singles


def list_right(milestone: Milestone) -> list[Planting]:
    """Return the bases without a mistake."""
    bases = [REFERENCE] if milestone.id in THIRD else corpus.KINDS[milestone.id]
    return [Planting(milestone.id, base, ("right",), ()) for base in bases]


@cache
def see_all(id: str) -> tuple[Casebook, list[Sighting]]:
    """Return a casebook without cases, and what was seen of every single mistake."""
    (milestone,) = corpus.find_milestones([id])
    planted = sorted(see_plantings(list_measured(milestone)), key=lambda each: each.planting.id)
    return start_casebook(milestone), [*see_mutants(milestone), *planted]


@cache
def know_without(id: str, kind: str) -> Knowledge:
    """Return what is known of a milestone where no work of one kind of construction is."""
    start, sightings = see_all(id)
    kinds = corpus.KINDS[id]
    others = [each for each in sightings if kinds[each.planting.base] != kind]
    mutants = [] if kinds[REFERENCE] == kind else load_catalogue(id).pitfalls
    return Knowledge(id, mutants, fill_casebook(start, others))


def see_plantings(plantings: Sequence[Planting]) -> Iterator[Sighting]:
    """Yield the sightings of plantings that fail something."""
    for planting, evidence in gather_evidence(plantings):
        yield _make_sighting(planting, evidence)


def _make_sighting(planting: Planting, evidence: Evidence) -> Sighting:
    inherent = INHERENT.get((planting.milestone, planting.base))
    failed = evidence.of_status(*MISTAKE_STATUSES)
    ran = evidence.of_status("passed", *MISTAKE_STATUSES).keys() - {inherent}
    return Sighting(
        planting,
        {check: found for check, found in failed.items() if found and check != inherent},
        frozenset(ran),
    )


def see_mutants(milestone: Milestone) -> Iterator[Sighting]:
    """Yield the sightings of the reference's mutants: the catalogue holds what they answer."""
    ran = mutants.short(milestone)
    changes = {row.name: tuple(row.changes) for row in mutants.pitfalls(milestone)}
    for pitfall in load_catalogue(milestone.id).pitfalls:
        name = pitfall.name
        yield Sighting(
            Planting(milestone.id, REFERENCE, (name,), changes[name]), pitfall.failing, ran
        )


def start_casebook(milestone: Milestone) -> Casebook:
    """Return a casebook without cases: what right work answers, and the hints."""
    reference = Planting(milestone.id, REFERENCE, ("right",), ())
    ((_, evidence),) = gather_evidence([reference])
    catalogue = {pitfall.name: pitfall for pitfall in load_catalogue(milestone.id).pitfalls}
    texts = {name: pitfall.text for name, pitfall in catalogue.items()}
    places = {name: list(pitfall.places) for name, pitfall in catalogue.items()}
    wanted = {check: found for check, found in evidence.answers.items() if found}
    made_from = cases_made_from(milestone.folder)
    return Casebook(made_from, wanted, [], [], {**TEXTS, **texts}, FAMILIES, places)


def fill_casebook(start: Casebook, sightings: Iterable[Sighting]) -> Casebook:
    """Return a casebook with the cases of `sightings`, and the statements that they are in."""
    seen = [sighting for sighting in sightings if sighting.failed]
    statements: dict[str, list[Words]] = {}
    for sighting in seen:
        words = find_planted_words(sighting.planting)
        statements.setdefault(sighting.planting.names[0], []).extend(words)
    return make_casebook([sighting.case(start) for sighting in seen], statements, start)


@cache
def find_planted_words(planting: Planting) -> list[Words]:
    """Return the words of the statements that a mistake was planted in."""
    return PlantedSource(planting).planted_words


def judge_sightings(
    start: Casebook, known: Sequence[Sighting], seen: Sequence[Sighting], group: dict[str, str]
) -> list[Verdict]:
    """Return the verdicts on `seen`, each without the cases of its own group of styles."""
    verdicts = []
    for name in sorted({group[sighting.planting.base] for sighting in seen}):
        others = [each for each in known if group[each.planting.base] != name]
        book = fill_casebook(start, others)
        names = {family_of(each.planting.names[0]) for each in others}
        own = [each for each in seen if group[each.planting.base] == name]
        verdicts += _judge_group(book, names, own, group)
    return verdicts


def _judge_group(
    book: Casebook, names: set[str], seen: Sequence[Sighting], group: dict[str, str]
) -> list[Verdict]:
    recognition = book.recognition()
    pitfalls = load_catalogue(seen[0].planting.milestone).pitfalls
    verdicts = []
    for sighting in seen:
        planting = sighting.planting
        mutant = {
            check: found.name
            for check, found in diagnose(sighting.failed, sighting.ran, pitfalls).items()
        }
        finding = recognition.recognise(book.describe(sighting.failed), sighting.ran)
        own = {} if group[planting.base] == group[REFERENCE] else mutant
        said = count_names(combine_names(own, finding, sighting.failed, sighting.ran, pitfalls))
        wanted = planting.names if planting.names != ("right",) else ()
        verdicts.append(
            Verdict(
                planting,
                group[planting.base],
                judge_names(wanted, count_names(mutant)),
                judge_names(wanted, said),
                all(family_of(name) in names for name in wanted),
                said,
            )
        )
    return verdicts


def count_names(named: dict[str, str]) -> tuple[str, ...]:
    """Return what a learner is shown: the names that explain most checks."""
    return tuple(name for name, _ in Counter(named.values()).most_common(MOST))


def judge_names(wanted: Sequence[str], said: Sequence[str]) -> str:
    """Return the verdict: of one mistake the name said first counts, of two every name."""
    right = {family_of(name) for name in wanted}
    names = [family_of(name) for name in said]
    if len(right) == 1:
        names = names[:1]
    if not names:
        return "silent"
    if set(names) - right:
        return "wrong"
    return "right" if set(names) == right else "one of two"
