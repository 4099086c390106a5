"""A score as people adjusted it: the machine's own stays as it is in ``score.json``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeVar

import msgspec

from autograder.course import Course
from autograder.course.bonus import sum_bonus
from autograder.course.policy import Work
from autograder.language.catalogue import translate
from autograder.reports.adjustments import BY_HAND, Adjustment, Adjustments
from autograder.reports.bonus import add_reviews
from autograder.reports.reviews import Review
from autograder.score import CheckResult, MilestoneScore, Score, public_id, sum_points

WHOLE = ""  # in place of a milestone or check: all of the submission
AnyScore = TypeVar("AnyScore", bound=MilestoneScore)


@dataclass(frozen=True)
class Effect:
    """All adjustments of one milestone, check or submission together, in their order.

    Attributes
    ----------
    base : float or None
        The points that are said instead of the machine's.
    added : float
        Points on top of these, or below 0 off them.
    excused : bool
        Whether it does not count.
    """

    base: float | None = None
    added: float = 0.0
    excused: bool = False

    def add(self, row: Adjustment) -> "Effect":
        """Return this with one adjustment more; an override takes the place of all before it."""
        if row.excuse:
            return replace(self, excused=True)
        if row.points is None:
            return Effect(row.override)
        return replace(self, added=self.added + row.points)

    def sum_up(self, points: float) -> float:
        """Return the points, which may be below 0."""
        return (points if self.base is None else self.base) + self.added

    def apply(self, points: float) -> float:
        """Return the points, 0 at least."""
        return round(max(0.0, self.sum_up(points)), 2)


NO_EFFECT = Effect()


def find_effects(rows: Sequence[Adjustment]) -> dict[str, Effect]:
    """Return what `rows` do to each milestone, unit and check, and to the whole submission."""
    targets = dict.fromkeys(row.on for row in rows)
    return {
        on: reduce(Effect.add, [row for row in rows if row.on == on], NO_EFFECT) for on in targets
    }


def adjust_score(score: Score, rows: Sequence[Adjustment]) -> Score:
    """Return `score` with what people gave it: on checks, then on milestones, then in all.

    What is excused has 0 of 0 points, so it counts nowhere.
    """
    effects = find_effects(rows)
    if not effects:
        return score
    milestones = [_adjust_part(part, effects) for part in score.milestones]
    extras = [_adjust_part(part, effects) if part.checks else part for part in score.extras]
    core = [check for part in milestones for check in part.checks]
    whole = effects.get(WHOLE, NO_EFFECT)
    is_counted = not whole.excused
    return msgspec.structs.replace(
        score,
        milestones=milestones,
        extras=extras,
        points=whole.apply(sum(part.points for part in milestones)) * is_counted,
        max_points=round(sum(part.max_points for part in milestones), 2) * is_counted,
        bonus=sum_bonus(extras, core, score.bonus.cap),
    )


def adjust_and_review(
    score: Score, rows: Sequence[Adjustment], reviews: Mapping[str, Review]
) -> Score:
    """Return `score` with all that people say of it."""
    return add_reviews(adjust_score(score, rows), reviews)


def _adjust_part(part: AnyScore, effects: Mapping[str, Effect]) -> AnyScore:
    """Return a milestone or unit with its adjusted points, and those of its checks."""
    checks = list(_adjust_checks(part.checks, effects))
    effect = effects.get(part.id, NO_EFFECT)
    reached, most = sum_points(checks)
    points = 0.0 if effect.excused else effect.apply(reached)
    most = 0.0 if effect.excused else most
    return msgspec.structs.replace(part, checks=checks, points=points, max_points=most)


def _adjust_checks(
    checks: Sequence[CheckResult], effects: Mapping[str, Effect]
) -> Iterator[CheckResult]:
    """Yield checks with their adjusted points; one and its hidden twin share by what each has."""
    totals: dict[str, tuple[float, float]] = {}
    for check in checks:
        points, most = totals.get(public_id(check), (0.0, 0.0))
        totals[public_id(check)] = (points + check.points, most + check.max_points)
    for check in checks:
        effect = effects.get(public_id(check))
        if effect is None:
            yield check
        elif effect.excused:
            yield msgspec.structs.replace(check, points=0.0, max_points=0.0)
        else:
            points, most = totals[public_id(check)]
            share = check.max_points / most if most else 0.0
            yield msgspec.structs.replace(check, points=round(effect.apply(points) * share, 4))


def measure_work(course: Course, score: Score, rows: Sequence[Adjustment]) -> Work:
    """Return the shares of an adjusted `score`, its checks by the weights of the course."""
    effects = find_effects(rows)
    excused = {part.id for part in score.milestones if effects.get(part.id, NO_EFFECT).excused}
    counted = [part for part in score.milestones if part.max_points]
    shares = {
        part.id: _share_of(part, effects.get(part.id, NO_EFFECT), course.check_weights)
        for part in counted
    }
    whole = effects.get(WHOLE, NO_EFFECT)
    most = score.max_points or 1.0
    fixed = None if whole.base is None else 100 * whole.base / most
    added = 100 * whole.added / most
    if whole.excused:
        return Work({}, excused=frozenset(part.id for part in score.milestones))
    return Work(shares, score.bonus.counted, added, fixed, frozenset(excused))


def _share_of(part: MilestoneScore, effect: Effect, weights: Mapping[str, float]) -> float:
    """Return the share of a milestone: its checks by weight, and what a person says of it."""
    by_check = [(weights.get(public_id(check), 1.0), check) for check in part.checks]
    most = sum(weight * check.max_points for weight, check in by_check)
    reached = sum(weight * check.points for weight, check in by_check)
    if not weights or not most:
        reached, most = sum_points(part.checks)
    share = (
        reached / most if effect.base is None and most else (effect.base or 0.0) / part.max_points
    )
    return max(0.0, share + effect.added / part.max_points)


def measure_target(score: Score, on: str, rows: Sequence[Adjustment]) -> float | None:
    """Return the points of a milestone, unit or check before what `rows` do to it itself.

    Those of a milestone have what is adjusted in its checks; None where `score` has no such thing.
    """
    adjusted = adjust_score(score, [row for row in rows if row.on != on])
    if on == WHOLE:
        return adjusted.points
    own = [part.points for part in adjusted.parts if part.id == on]
    own += [check.points for check in adjusted.checks if public_id(check) == on]
    return round(sum(own), 2) if own else None


def list_conflicts(adjustments: Adjustments, score: Score) -> Iterator[str]:
    """Yield a sentence for every adjustment that a score has no place for."""
    rows = adjustments.find_rows(score.submission.id)
    for on, effect in find_effects(rows).items():
        points = measure_target(score, on, rows)
        if points is None:
            absent = "{name} is adjusted in {on}, which this score does not have"
            yield translate(absent, name=score.submission.id, on=on)
        elif not effect.excused and effect.sum_up(points) < -0.005:
            text = (
                "{added:+g} would take {on} of {name} below 0, from {points:g}: it has 0"
                if on
                else "{added:+g} would take {name} below 0, from {points:g}: it has 0"
            )
            values = {"on": on} if on else {}
            name = score.submission.id
            yield translate(text, added=effect.added, name=name, points=points, **values)


def translate_author(row: Adjustment) -> str:
    """Return who adjusted it and when, for a person to read."""
    return row.author if row.by else row.author.replace(BY_HAND, translate(BY_HAND), 1)


def describe_adjustment(row: Adjustment) -> str:
    """Return what was adjusted, by whom and why, for a person to read."""
    on = row.on or translate("in all")
    return f"{on} {translate(row.change)} ({translate_author(row)}): {row.because}"


def describe_points(score: Score, rows: Sequence[Adjustment]) -> str:
    """Return the points of a submission in a sentence, and those as graded where they differ."""
    graded = {"graded": score.points, "graded_most": score.max_points}
    if not rows:
        return translate("{graded:g} of {graded_most:g} points", **graded)
    adjusted = adjust_score(score, rows)
    text = "{points:g} of {most:g} points, adjusted; {graded:g} of {graded_most:g} points as graded"
    return translate(text, points=adjusted.points, most=adjusted.max_points, **graded)
