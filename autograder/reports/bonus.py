"""A bonus with a person's points for the prose, beside the machine's."""

from collections.abc import Mapping

import msgspec

from autograder.course.bonus import sum_bonus
from autograder.reports.reviews import Review
from autograder.score import Score


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
