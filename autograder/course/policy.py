"""From points to a grade: weights, the cost of lateness, and what a person adjusts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from autograder.course.course import Course, Late
from autograder.course.extensions import find_deadline
from autograder.course.parts import Milestone
from autograder.course.roster import NOBODY, Roster
from autograder.course.times import Times
from autograder.course.zones import add_zone, read_clock

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
    final_percent : float or None
        The weighted mean of the milestones that were graded, lateness taken off, extras added; None
        where all of them are excused.
    free_days : int
        The late days that cost nothing.
    more_time : dict
        Milestone to the time after its deadline that costs nothing: by extension and free days.
    """

    student: str
    late_percent: dict[str, float]
    final_percent: float | None
    free_days: int = 0
    more_time: dict[str, timedelta] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What a submission reached, in shares of what there was to reach.

    Attributes
    ----------
    shares : mapping
        Milestone to the share of its points, from 0 to 1; more where a person added some.
    bonus : float
        What extras add to the percentage: not above 100, unless the course allows it.
    added : float
        What a person added to the percentage as a whole, or took from it.
    fixed : float or None
        The percentage that a person says instead of all the rest.
    excused : frozenset of str
        The milestones that a person excused; they have no share.
    """

    shares: Mapping[str, float]
    bonus: float = 0.0
    added: float = 0.0
    fixed: float | None = None
    excused: frozenset[str] = field(default=frozenset())


def count_late_days(submitted: datetime | None, deadline: datetime | None, late: Late) -> int:
    """Return the days begun between the deadline, with its grace, and the time of submission.

    A day has 24 hours; by the clocks of a zone it ends when they show the same time again.
    """
    if submitted is None or deadline is None:
        return 0
    due = deadline + timedelta(hours=late.grace_hours)
    days = max(0, math.ceil((submitted - due).total_seconds() / DAY))
    return _count_by_clock(submitted, due, late.zone, days) if days and late.zone else days


def _count_by_clock(submitted: datetime, due: datetime, zone: str, days: int) -> int:
    """Return the days by the clocks of `zone`, which are one off from `days` of 24 h at most."""
    start = read_clock(due, zone)
    counts = range(max(1, days - 1), days + 1)
    ends = {n: add_zone(start + timedelta(days=n), zone, is_due=True) for n in counts}
    return next((n for n, end in ends.items() if submitted <= end), days + 1)


def compute_late_percent(
    submitted: datetime | None, deadline: datetime | None, late: Late
) -> float:
    """Return the percentage of its points that a milestone loses, without free days."""
    return _cost_of(count_late_days(submitted, deadline, late), late)


def _cost_of(days: int, late: Late) -> float:
    return min(late.cap_percent, days * late.percent_a_day)


def compute_standings(
    course: Course, submission: str, work: Work, times: Times, roster: Roster | None = None
) -> list[Standing]:
    """Return a standing for each member of a submission's group, or for itself.

    Parameters
    ----------
    course : Course
        Weights, deadlines, extensions, groups.
    submission : str
        Its name.
    work : Work
        What it reached.
    times : Times
        The times of submission.
    roster : Roster or None
        Who is in which section; of one that is `kept_to` a section, its members alone.
    """
    members = roster.members(submission) if roster else course.find_members(submission)
    return [_compute_standing(course, submission, name, work, times, roster) for name in members]


def _compute_standing(
    course: Course, submission: str, student: str, work: Work, times: Times, roster: Roster | None
) -> Standing:
    graded = [milestone for milestone in course.milestones if milestone.id in work.shares]
    names = (submission, student)
    person = roster.person(student) if roster else None
    is_in = person.is_in if person else NOBODY.is_in
    due = {one.id: find_deadline(course.extensions, names, one, is_in) for one in graded}
    days = {
        id: count_late_days(times.find_time(submission, id), deadline, course.late)
        for id, deadline in due.items()
    }
    free = _spend_free_days(course.late.free_days, days, graded, work.shares)
    lost = {id: _cost_of(days[id] - free[id], course.late) for id in days}
    final = _finish(work, _weigh_points(graded, work.shares, lost), course.extras.over_100)
    more_time = {
        one.id: due[one.id] - one.deadline + timedelta(days=free[one.id])  # type: ignore[operator]
        for one in graded
        if one.deadline
    }
    return Standing(student, lost, final, sum(free.values()), more_time)


def _spend_free_days(
    budget: int, days: Mapping[str, int], graded: Sequence[Milestone], shares: Mapping[str, float]
) -> dict[str, int]:
    """Return the free days of each milestone: by deadline, for work that has points to lose."""
    spent = dict.fromkeys(days, 0)
    due = [part for part in graded if part.deadline and shares[part.id] > 0]
    for milestone in sorted(due, key=lambda part: part.deadline):  # type: ignore[arg-type, return-value]
        spent[milestone.id] = min(budget, days[milestone.id])
        budget -= spent[milestone.id]
    return spent


def _finish(work: Work, final: float, over_100: bool) -> float | None:
    """Return the percentage with all that comes on top of the milestones."""
    if work.fixed is not None:
        return round(max(0.0, work.fixed + work.added), 2)
    if work.excused and not work.shares:
        return None
    raised = round(max(0.0, final + work.added) + work.bonus, 2)
    return raised if over_100 else min(100.0, raised)


def _weigh_points(
    graded: Sequence[Milestone], shares: Mapping[str, float], lost: Mapping[str, float]
) -> float:
    weights = sum(milestone.weight for milestone in graded if not milestone.extra_credit)
    if not weights:
        return 0.0
    points = sum(part.weight * shares[part.id] * (100 - lost[part.id]) for part in graded)
    return round(points / weights, 2)
