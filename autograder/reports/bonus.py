"""What extras add to a grade: the machine's points, and a person's for the prose."""

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from autograder.course import load_course
from autograder.course.course import SHIPPED_COURSE
from autograder.reports.reviews import Review
from autograder.score import Bonus, CheckResult, ExtraScore, Score


def sum_bonus(
    extras: Sequence[ExtraScore],
    core: Sequence[CheckResult],
    cap: float,
    by_person: Mapping[str, float] | None = None,
) -> Bonus:
    """Return what extras add: only those count whose core checks pass, up to the course's cap.

    Parameters
    ----------
    extras : sequence of ExtraScore
        With the machine's points.
    core : sequence of CheckResult
        The checks of milestones.
    cap : float
        The most that counts.
    by_person : mapping or None
        A person's points, by the id of the extra.
    """
    passed = {check.id for check in core if check.status == "passed"}
    given = by_person or {}
    points = {extra.id: extra.points + given.get(extra.id, 0.0) for extra in extras}
    counted = sum((points[id] for id in points if _leaning().get(id, set()) <= passed), 0.0)
    return Bonus(round(sum(points.values(), 0.0), 2), round(min(counted, cap), 2), cap)


def add_reviews(score: Score, reviews: Mapping[str, Review]) -> Score:
    """Return `score` with a bonus that has a person's points, too; once or twice is the same.

    ``score.json`` keeps what the machine found.
    """
    given = {
        extra.id: min(reviews[extra.id].points, extra.person_points)
        for extra in score.extras
        if extra.needs_person and extra.id in reviews
    }
    if not given:
        return score
    core = [check for milestone in score.milestones for check in milestone.checks]
    bonus = sum_bonus(score.extras, core, score.bonus.cap, given)
    return msgspec.structs.replace(score, bonus=bonus)


@cache
def _leaning() -> dict[str, set[str]]:
    """Return the checks of milestones that each unit leans on; no course changes them."""
    return {unit.id: {*unit.leans_on} for unit in load_course(SHIPPED_COURSE).units}
