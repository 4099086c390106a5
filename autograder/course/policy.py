"""From points to a grade: weights, and the cost of lateness."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.course.course import Course, Late
from autograder.course.parts import Milestone
from autograder.course.times import Times

HOUR, DAY = 3600.0, 86400.0


@dataclass(frozen=True)
class Standing:
    """The grade of one student for one submission.

    Attributes
    ----------
    student : str
        The submission's own name, or a member of its group.
    late_percent : dict
        Milestone to the percentage of its points that lateness takes.
    final_percent : float
        The weighted mean of the milestones that were graded, lateness taken off, extras added.
    """

    student: str
    late_percent: dict[str, float]
    final_percent: float


def compute_late_percent(
    submitted: datetime | None, deadline: datetime | None, late: Late
) -> float:
    """Return the percentage of its points that a milestone loses."""
    if submitted is None or deadline is None:
        return 0.0
    beyond = (submitted - deadline).total_seconds() - late.grace_hours * HOUR
    days = max(0, math.ceil(beyond / DAY))
    return min(late.cap_percent, days * late.percent_a_day)


def compute_standings(
    course: Course, submission: str, shares: Mapping[str, float], times: Times, bonus: float = 0.0
) -> list[Standing]:
    """Return a standing for each member of a submission's group, or for itself.

    Parameters
    ----------
    course : Course
        Weights, deadlines, groups.
    submission : str
        Its name.
    shares : mapping
        Milestone to the share of its points that was reached, from 0 to 1.
    times : Times
        The times of submission.
    bonus : float
        What extras add to the percentage: not above 100, unless the course allows it.
    """
    graded = [milestone for milestone in course.milestones if milestone.id in shares]
    lost = {
        milestone.id: compute_late_percent(
            times.find_time(submission, milestone.id), milestone.deadline, course.late
        )
        for milestone in graded
    }
    final = _add_bonus(_weigh_points(graded, shares, lost), bonus, course.extras.over_100)
    return [Standing(name, lost, final) for name in course.find_members(submission)]


def _add_bonus(final: float, bonus: float, over_100: bool) -> float:
    raised = round(final + bonus, 2)
    return raised if over_100 else max(final, min(100.0, raised))


def _weigh_points(
    graded: Sequence[Milestone], shares: Mapping[str, float], lost: Mapping[str, float]
) -> float:
    weights = sum(milestone.weight for milestone in graded)
    if not weights:
        return 0.0
    points = sum(part.weight * shares[part.id] * (100 - lost[part.id]) for part in graded)
    return round(points / weights, 2)
