"""Bases of milestones 4 to 6 are right: with no mistake planted they pass what does not train.

Those of the first three are measured whole by ``make diagnosis``.
"""

from pathlib import Path

import pytest

from autograder.course import Part
from autograder.judge.spec import list_checks
from tests.conftest import Judge
from tests.diagnosis import corpus, measure
from tests.diagnosis.held_out import BASE, list_held_out
from tests.diagnosis.names import INHERENT
from tests.mutants.mutants import TRAINING

OWN = [
    (milestone, base)
    for milestone in corpus.find_milestones(measure.THIRD)
    for base in corpus.KINDS[milestone.id]
    if corpus.base_folder(milestone, base).parent == corpus.BASES
]


def list_quick(part: Part) -> frozenset[str]:
    listed = list_checks(part.id, part.checks)
    return frozenset(check.id for check in listed if check.spec.seconds < TRAINING)


def test_every_milestone_from_the_fourth_has_two_more() -> None:
    kinds = {
        part.id: {corpus.KINDS[part.id][base] for one, base in OWN if one is part}
        for part, _ in OWN
    }
    assert all(len(kinds[id]) >= 2 for id in ("m4", "m5", "m6"))


HELD_OUT = [
    (milestone, BASE) for milestone in corpus.find_milestones(()) if list_held_out(milestone.id)
]
JUDGED = [*OWN, *HELD_OUT]


@pytest.mark.parametrize(
    ("milestone", "base"), JUDGED, ids=[f"{milestone.id}-{base}" for milestone, base in JUDGED]
)
def test_a_base_without_a_mistake_passes(
    milestone: Part, base: str, judge: Judge, tmp_path: Path
) -> None:
    corpus.write_base(milestone, base, tmp_path)
    score = judge(tmp_path, milestone.id, only=list_quick(milestone)).score
    lost = {check.id for check in score.checks if check.status != "passed"}
    lost = {id.removesuffix("_hidden") for id in lost}
    assert lost <= {INHERENT.get((milestone.id, base), "")}
    assert len(score.checks) >= 20
