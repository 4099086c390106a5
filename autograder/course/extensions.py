"""``[[extensions]]``: more time for a submission, or for a section of the roster."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from autograder.course.keys import CourseError, no_such, require_names, suggest_word
from autograder.course.parts import Milestone
from autograder.words import Phrase, plain_name

SAID = {
    "submission": "{name}",
    "section": "section {name}",
}  # whose an extension may be, in a sentence
TWO_BRACKETS = "write [[extensions]], with two brackets, before each extension"


class Extension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A later deadline for a submission, one member of a group, or all students of a section."""

    until: Annotated[
        datetime, Meta(description="the deadline instead, such as 2026-10-08T23:59:00+02:00")
    ]
    because: Annotated[str, Meta(description="why, in one sentence, for the teachers")]
    milestones: Annotated[
        list[str], Meta(description='which, such as ["m2"]; all whose deadlines are earlier')
    ] = []
    submission: Annotated[
        str, Meta(description="whose: the name of a submission, or of a member of its group")
    ] = ""
    section: Annotated[
        str, Meta(description="or whose: all students of this section of the roster")
    ] = ""

    @property
    def whose(self) -> Phrase:
        """Who has it, in a sentence."""
        key = "submission" if self.submission else "section"
        return Phrase(SAID[key], name=self.submission or self.section)


def require_extensions(rows: Any, milestones: Sequence[Mapping[str, Any]]) -> None:
    """Refuse an extension of what there is not, or that is none."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CourseError(TWO_BRACKETS)
    due = {row["id"]: row.get("deadline") for row in milestones}
    for number, row in enumerate(rows, start=1):
        try:
            _require_row(row, due)
        except CourseError as problem:
            whose = _describe_whose(row)
            head = "extension {number} of {whose}: {problem}"
            bare = "extension {number}: {problem}"
            raise CourseError(
                head if whose else bare, number=number, whose=whose, problem=problem
            ) from None


def _describe_whose(row: Mapping[str, Any]) -> Phrase | None:
    named = [Phrase(SAID[key], name=row[key]) for key in SAID if isinstance(row.get(key), str)]
    return named[0] if len(named) == 1 else None


def _require_row(row: Mapping[str, Any], due: Mapping[str, datetime | None]) -> None:
    require_names(row, Extension.__struct_fields__, "extensions.")
    named = [key for key in SAID if key in row]
    if len(named) != 1:
        raise CourseError(
            'it names {names}; write one of submission = "..." and section = "..."',
            names=Phrase("submission and section" if named else "nobody"),
        )
    for key in (*named, "because"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise CourseError(
                '{key} is {value!r}; write {key} = "..."', key=key, value=row.get(key, "not there")
            )
    until, ids = row.get("until"), row.get("milestones", [])
    if not isinstance(until, datetime) or until.tzinfo is None:
        raise CourseError(
            "until is {until}; wanted a time with its zone, such as 2026-10-08T23:59:00+02:00",
            until=until,
        )
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise CourseError('milestones is {ids!r}; wanted a list such as ["m2"]', ids=ids)
    for id in ids:
        if id not in due:
            advice = suggest_word(id, [*due])
            raise CourseError(no_such("milestone", id, advice))
        _require_later(until, id, due[id])
    if not ids and not any(deadline and deadline < until for deadline in due.values()):
        raise CourseError(
            "until {until} is later than no deadline of the course", until=until.isoformat(" ")
        )


def _require_later(until: datetime, id: str, deadline: datetime | None) -> None:
    if deadline is None:
        raise CourseError("{id} has no deadline, so there is nothing to extend", id=id)
    if until <= deadline:
        raise CourseError(
            "until {until} is not later than the deadline of {id}, {deadline}",
            until=until.isoformat(" "),
            id=id,
            deadline=deadline.isoformat(" "),
        )


def find_deadline(
    extensions: Sequence[Extension],
    names: Sequence[str],
    milestone: Milestone,
    is_in: Callable[[str], bool] = lambda section: False,
) -> datetime | None:
    """Return when a milestone is due: the latest that anybody gave, and None for never.

    Parameters
    ----------
    extensions : sequence of Extension
        Those of the course.
    names : sequence of str
        By which the student goes: the submission's name, and the member's.
    milestone : Milestone
        With its own deadline.
    is_in : callable
        Whether the student is in a section.
    """
    if milestone.deadline is None:
        return None
    plain = {plain_name(name) for name in names}
    own = [
        each
        for each in extensions
        if plain_name(each.submission) in plain or (each.section and is_in(each.section))
    ]
    later = [each.until for each in own if milestone.id in (each.milestones or [milestone.id])]
    return max([milestone.deadline, *later])
