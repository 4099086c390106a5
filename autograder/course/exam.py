"""``[exam]``: work that is done without help."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from autograder.course.keys import CourseError


class Exam(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether students are helped, and from when on they see what the grader says."""

    on: Annotated[
        bool,
        Meta(description="no hints, no named mistakes, no repro and no explore for students"),
    ] = False
    feedback_from: Annotated[
        datetime | None,
        Meta(
            description="until then pages of feedback say only when; a time with its zone, such as "
            "2026-10-02T12:00:00+02:00"
        ),
    ] = None

    def holds_feedback(self, now: datetime) -> bool:
        """Whether students may not see yet what the grader says."""
        return self.on and self.feedback_from is not None and now < self.feedback_from


def require_feedback_time(exam: dict[str, Any]) -> None:
    """Refuse a date that has no zone, or that nothing goes by."""
    when = exam.get("feedback_from")
    if when is None:
        return
    if not isinstance(when, datetime) or when.tzinfo is None:
        raise CourseError(
            "exam.feedback_from is {when}; wanted a time with its zone, such as "
            "2026-10-02T12:00:00+02:00",
            when=when,
        )
    if not exam.get("on"):
        raise CourseError("exam.feedback_from holds nothing back without 'on = true' above it")
