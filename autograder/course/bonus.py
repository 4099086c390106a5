"""What extras add to a grade: the points of those whose core checks pass, up to a cap."""

from collections.abc import Mapping, Sequence
from functools import cache

from autograder.course.course import SHIPPED_COURSE, load_course
from autograder.score import Bonus, CheckResult, ExtraScore


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


@cache
def _leaning() -> dict[str, set[str]]:
    """Return the checks of milestones that each unit leans on; no course changes them."""
    return {unit.id: {*unit.leans_on} for unit in load_course(SHIPPED_COURSE).units}
