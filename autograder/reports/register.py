"""What is known of a class beside the machine's scores: who it is, and what people changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.course.policy import Standing
from autograder.course.roster import NOBODY, Person, Roster
from autograder.reports.adjusted import adjust_and_review
from autograder.reports.adjustments import NONE, Adjustment, Adjustments
from autograder.reports.reviews import Review
from autograder.score import Score

StandingsRule = Callable[[Score], Sequence[Standing]]


@dataclass(frozen=True)
class Register:
    """The register of a class.

    Attributes
    ----------
    roster : Roster or None
        Who the students are, where that is known.
    adjustments : Adjustments
        What people changed of the scores.
    reviews : mapping
        What they said of prose, by submission and unit.
    rule : callable or None
        From an adjusted score to the standing of each student behind it, by the course's file.
    """

    roster: Roster | None = None
    adjustments: Adjustments = NONE
    reviews: Mapping[str, Mapping[str, Review]] = field(default_factory=dict)
    rule: StandingsRule | None = None

    def find_changes(self, score: Score) -> Sequence[Adjustment]:
        """Return what people changed of a score."""
        return self.adjustments.find_rows(score.submission.id)

    def find_reviews(self, score: Score) -> Mapping[str, Review]:
        """Return what people said of its prose, by unit."""
        return self.reviews.get(score.submission.id, {})

    def adjust(self, score: Score) -> Score:
        """Return a score with all that people say of it."""
        return adjust_and_review(score, self.find_changes(score), self.find_reviews(score))

    def find_person(self, student: str) -> Person:
        """Return who a student is; `NOBODY` where that is not known."""
        return (self.roster and self.roster.person(student)) or NOBODY
