"""Which mistakes the failures of a milestone show: known answers first, then relations.

Where a mutant's answers fit every failure there is nothing left to ask. Else the nearest cases say
what they have in common with this work, and nothing is said where they are not near.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import msgspec

from autograder.diagnosis.casebook import Casebook, load_casebook
from autograder.diagnosis.catalogue import Pitfall, load_catalogue
from autograder.diagnosis.changes import Change, load_changes
from autograder.diagnosis.diagnose import Evidence, diagnose
from autograder.diagnosis.fingerprint import Fingerprint
from autograder.diagnosis.places import Suspect, rate_function
from autograder.diagnosis.recognition import Finding, Recognition
from autograder.diagnosis.wording import find_likest, weigh_words

SUSPECTS = 15  # mistakes that a search goes by
LIKELY, APART = 0.5, 0.1  # of a mistake that a repair confirms: its rate, and beside the next
FAINTLY = 0.2  # how well its answers have to fit in any case
PER_WORDS = 0.4  # what its rate gains where the statement is like those that it is known from
KINDS_BY_WORD = {  # of a mistake's name: what a search tries first
    "overwrites": ("accumulate",),
    "forgets": ("factor",),
    "forgotten": ("factor", "missing-line"),
    "ignored": ("factor",),
    "ignores": ("factor",),
    "sign": ("sign",),
    "swapped": ("exchange", "swap"),
    "reversed": ("exchange", "swap", "order"),
    "shifted": ("part", "number"),
    "missing": ("missing-line",),
    "recorded": ("members",),
}
FEW = 0.5  # share of a milestone's checks below which relations have too little to go by


@dataclass(frozen=True)
class Knowledge:
    """What is known of the mistakes of a milestone.

    Attributes
    ----------
    milestone : str
        ``m1``.
    mutants : sequence of Pitfall
        Mistakes of the reference, with all that it answers.
    book : Casebook
        Cases in many styles.
    """

    milestone: str
    mutants: Sequence[Pitfall]
    book: Casebook

    @cached_property
    def recognition(self) -> Recognition:
        """What compares failures with the cases."""
        return self.book.recognition()

    def name_pitfalls(self, failed: Evidence, ran: Collection[str]) -> dict[str, Pitfall]:
        """Return the likeliest mistake of each failed check, where one is likely.

        Parameters
        ----------
        failed : mapping
            The answers of every failed check.
        ran : collection of str
            The checks that ran.
        """
        failing, judged = self._leave_trainings_out(failed, ran)
        exact = diagnose(failing, judged, self.mutants)
        if not failing or len(judged) < FEW * len(self.book.wanted) or not self.book.cases:
            return exact
        finding = self.recognition.recognise(self.book.describe(failing), judged)
        exactly = {check: pitfall.name for check, pitfall in exact.items()}
        names = combine_names(exactly, finding, failing, judged, self.mutants)
        said = {*names.values()}
        if len(said) == 1 and names.keys() == failing.keys():
            names = dict.fromkeys(failed, said.pop())  # what learns nothing is made of it
        known = {pitfall.name: pitfall for pitfall in self.mutants}
        return {check: known.get(name) or self._make_pitfall(name) for check, name in names.items()}

    def _leave_trainings_out(
        self, failed: Evidence, ran: Collection[str]
    ) -> tuple[Evidence, Collection[str]]:
        """Return what failed and what ran of the checks whose answers are stored.

        Mutants are not judged by long trainings: that these fail, too, tells nothing.
        """
        stored = self.book.wanted.keys()
        if not stored:
            return failed, ran
        return {check: failed[check] for check in failed if check in stored}, stored & {*ran}

    def list_suspects(self, failed: Evidence, ran: Collection[str]) -> list[Suspect]:
        """Return the mistakes that may be among what failed, the likeliest first."""
        failed, ran = self._leave_trainings_out(failed, ran)
        rates = self.recognition.rate_mistakes(self.book.describe(failed), ran)
        return [self._suspect(name, rate) for name, rate in list(rates.items())[:SUSPECTS]]

    def _suspect(self, name: str, rate: float = 1.0) -> Suspect:
        kinds = load_changes().pitfalls.get(self.milestone, {})
        return Suspect(
            rate,
            self.book.places.get(name) or self._places_named(name),
            kinds.get(name) or _kinds_named(name),
            self.book.find_statements(name),
        )

    def _places_named(self, name: str) -> Sequence[str]:
        """Return the operation that a mistake's name is about, where nothing else is known."""
        words = name.split("-")
        return [word for word in words if word in self._operations][:1]

    @cached_property
    def _operations(self) -> frozenset[str]:
        places = (place for known in self.book.places.values() for place in known)
        return frozenset(place.rpartition(".")[2].strip("_") for place in places)

    def name_suspect(
        self, change: Change, failed: Evidence, ran: Collection[str], hinted: str = ""
    ) -> Pitfall | None:
        """Return the suspect that `change` takes out, where it is clearly likelier than another.

        It is one whose answers fit, or fit somewhat and whose statements have the same words.

        Parameters
        ----------
        change : Change
            A repair.
        failed : mapping
            The answers of the checks that fail without it.
        ran : collection of str
            The checks that ran.
        hinted : str
            The mistake that the answers show, which such an edit does not take out; a suspect has
            to fit them no less.
        """
        failed, ran = self._leave_trainings_out(failed, ran)
        rates = self.recognition.rate_mistakes(self.book.describe(failed), ran)
        fitting = {
            name: rate + PER_WORDS * self._rate_words(name, change)
            for name, rate in rates.items()
            if rate >= max(FAINTLY, rates.get(hinted, 0.0)) and self.takes_out(change, name)
        }
        first, second = [*sorted(fitting, key=lambda name: -fitting[name]), "", ""][:2]
        if fitting.get(first, 0.0) < LIKELY or fitting[first] - fitting.get(second, 0.0) < APART:
            return None
        return self.find_pitfall(first)

    def takes_out(self, change: Change, name: str) -> bool:
        """Whether a change is of a kind and in a function that takes a mistake out."""
        return rate_function(change.function, [self._suspect(name)], change.kind) > 0.0

    def _rate_words(self, name: str, change: Change) -> float:
        return find_likest(change.words, self.book.find_statements(name), self._word_weights)

    @cached_property
    def _word_weights(self) -> Mapping[str, float]:
        return weigh_words(
            [one for name in self.book.statements for one in self.book.find_statements(name)]
        )

    def confirm_name(self, name: str, kind: str) -> Pitfall | None:
        """Return the mistake of this name, if edits of that kind take it out."""
        kinds = load_changes().pitfalls.get(self.milestone, {})
        return self.find_pitfall(name) if kind in kinds.get(name, ()) else None

    def find_pitfall(self, name: str) -> Pitfall:
        """Return the mistake of this name."""
        return next((one for one in self.mutants if one.name == name), self._make_pitfall(name))

    @cached_property
    def examples(self) -> Sequence[Pitfall]:
        """Every mutant and every case, as what makes certain checks fail."""
        return [*self.mutants, *self._list_examples()]

    def _list_examples(self) -> Iterator[Pitfall]:
        for case in self.book.cases:
            failing: dict[str, list[Fingerprint]] = {check: [] for check in case.failed}
            yield msgspec.structs.replace(self._make_pitfall(case.name), failing=failing)

    def _make_pitfall(self, name: str) -> Pitfall:
        return Pitfall(name, self.book.texts.get(name, ""), {}, self.book.places.get(name, []))


def _kinds_named(name: str) -> Sequence[str]:
    """Return the kinds of edits that a mistake's name is about, where nothing else is known."""
    words = name.split("-")
    return [kind for word in words for kind in KINDS_BY_WORD.get(word, ())]


@cache
def load_knowledge(milestone: str) -> Knowledge:
    """Return all that is stored of `milestone`."""
    return Knowledge(milestone, load_catalogue(milestone).pitfalls, load_casebook(milestone))


def name_pitfalls(milestone: str, failed: Evidence, ran: Collection[str]) -> dict[str, Pitfall]:
    """Return the likeliest mistake of each failed check, by all that is stored of `milestone`."""
    return load_knowledge(milestone).name_pitfalls(failed, ran)


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
    if name := _find_whole(exact, failed, ran, pitfalls):
        return dict.fromkeys(failed, name)
    return dict(finding.checks) if finding and finding.is_clear else {}


def _find_whole(
    exact: Mapping[str, str], failed: Evidence, ran: Collection[str], pitfalls: Sequence[Pitfall]
) -> str:
    """Return the mutant that gives the answers of all that failed, and would fail nothing else.

    Checks that it fails differently each time count neither for it nor against it.
    """
    for pitfall in pitfalls:
        named = {check for check, name in exact.items() if name == pitfall.name}
        expected = pitfall.failing.keys() & {*ran}
        if named and named == expected and failed.keys() <= expected | {*pitfall.varying}:
            return pitfall.name
    return ""
