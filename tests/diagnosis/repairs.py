"""What repair adds to the names, and whether it points at the planted line: of a sample."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.course.course import Milestone
from autograder.run.proving import make_hints
from autograder.score import Hint
from tests.diagnosis import corpus
from tests.diagnosis.measure import (
    MOST,
    Sighting,
    count_names,
    judge_names,
    know_without,
    list_measured,
    see_plantings,
)
from tests.diagnosis.names import family_of
from tests.diagnosis.planted import PlantedSource
from tests.diagnosis.planting import Planting
from tests.diagnosis.proof import Proof, gather_proofs

EVERY = 5  # planting of one mistake, by its hash; of pairs all
REPAIRED = ("m1", "m2", "m3")  # milestones in which repair is measured: others take long


@dataclass(frozen=True)
class Repaired:
    """A planted work, what was said of it without and with repair, and where.

    Attributes
    ----------
    planting : Planting
    before, after : str
        The verdicts on what is said.
    known : bool
        Whether works of another kind have the mistake.
    hints : mapping
        Those that repair gives, by check.
    proof : Proof
        What the search found.
    """

    planting: Planting
    before: str
    after: str
    known: bool
    hints: Mapping[str, Hint]
    proof: Proof

    @property
    def is_proved(self) -> bool:
        """Whether a repair is shown."""
        return any(hint.proved for hint in self.hints.values())

    @property
    def is_held_out(self) -> bool:
        """Whether places were not tuned on it: by the hash of base and mistake."""
        names = "+".join(self.planting.names)
        return _hash(f"{self.planting.base}/{names}") % 2 == 1

    @cached_property
    def repaired_lines(self) -> list[int]:
        """The statements that are proven wrong."""
        lines = [int(hint.line.rpartition(":")[2]) for hint in self.hints.values() if hint.proved]
        return [self._source.find_start(line) for line in dict.fromkeys(lines)]

    @property
    def planted_lines(self) -> set[int]:
        """The statements that were changed."""
        return self._source.planted_lines

    def is_among(self, count: int, with_repair: bool) -> bool:
        """Whether a planted statement is among the first `count` places."""
        ranked = [line for _, line in self.proof.found.places]
        helped = [line for _, line in self.proof.found.helped]
        first = [*self.repaired_lines, *helped] if with_repair else []
        return bool(self.planted_lines & set(list(dict.fromkeys([*first, *ranked]))[:count]))

    @property
    def is_in_function(self) -> bool:
        """Whether what is proven wrong is in a function that was changed."""
        planted = {self._source.find_function(line) for line in self.planted_lines}
        return bool(planted & {self._source.find_function(line) for line in self.repaired_lines})

    @cached_property
    def _source(self) -> PlantedSource:
        return PlantedSource(self.planting)


def list_sample(milestone: Milestone) -> list[Planting]:
    """Return the plantings that repairs are looked for in."""
    singles = [each for each in list_measured(milestone) if _hash(each.id) % EVERY == 0]
    return [*singles, *corpus.list_pairs(milestone)]


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def repair_milestone(milestone: Milestone) -> list[Repaired]:
    """Return what repair adds in the sample of one milestone, its kind of work left out."""
    sample = list_sample(milestone)
    seen = {each.planting.id: each for each in see_plantings(sample) if each.failed}
    plantings = [each for each in sample if each.id in seen]
    proofs = dict(_by_id(gather_proofs(plantings)))
    return [_repair(seen[id], proofs[id]) for id in sorted(seen)]


def _by_id(found: Iterator[tuple[Planting, Proof]]) -> Iterator[tuple[str, Proof]]:
    yield from ((planting.id, proof) for planting, proof in found)


def _repair(sighting: Sighting, proof: Proof) -> Repaired:
    planting = sighting.planting
    kind = corpus.KINDS[planting.milestone][planting.base]
    knowledge = know_without(planting.milestone, kind)
    shown = knowledge.name_pitfalls(sighting.failed, sighting.ran)
    named = {id: pitfall.name for id, pitfall in shown.items()}
    hints = make_hints(proof.found, named, sighting.ran, knowledge)
    known = {family_of(case.name) for case in knowledge.book.cases}
    return Repaired(
        planting,
        judge_names(planting.names, count_names(named)),
        judge_names(planting.names, list_shown(named, hints)),
        all(family_of(name) in known for name in planting.names),
        hints,
        proof,
    )


def list_shown(named: Mapping[str, str], hints: Mapping[str, Hint]) -> Sequence[str]:
    """Return the mistakes that a learner is shown: proven ones first; a place alone is no name."""
    final = {**named, **{id: hint.pitfall for id, hint in hints.items()}}
    proved = {hint.pitfall for hint in hints.values() if hint.proved}
    counted = Counter(final.values())
    order = sorted(counted, key=lambda name: (name not in proved, -counted[name]))[:MOST]
    return [name for name in order if not name.startswith("mistake-in-")]
